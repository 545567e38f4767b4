"""Speeds of pages, measured in turns with a floor, and the rows that tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from tests.load.servers import Server, Target
from tests.load.table import Row

ROUNDS = 3
SECONDS = 2
SHARE_OF_FLOOR = 0.7
FLOOR_BYTES = 15 * 1024


def in_turns(targets: Sequence[Target]) -> dict[str, list[float]]:
    """Return the speeds of each target in every round; the first, uncounted, fills the caches of both workers."""
    for target in targets:
        target.requests_per_second(1)
    speeds: dict[str, list[float]] = {target.name: [] for target in targets}
    for _round in range(ROUNDS):
        for target in targets:
            speeds[target.name].append(target.requests_per_second(SECONDS))
    return speeds


def speed_row(
    name: str, speeds: Sequence[float], share: float | None = None, goal: str = "", reached: bool | None = None
) -> Row:
    """Return the row of a median speed, with its share of the floor where that is what counts."""
    measured = f"{median(speeds):,.0f} req/s" + (f", {share:.2f} × floor" if share is not None else "")
    return Row(name, measured, goal, reached, {"requests_per_second": median(speeds), "share_of_floor": share})


def beside_floor(pages: Sequence[Target], speeds: Mapping[str, Sequence[float]], floor: Target) -> list[Row]:
    """Return the rows of pages with their shares of the floor, each the median over the rounds."""
    rows = []
    for page in pages:
        share = shares(speeds, page, floor)
        goal = f"≥ {SHARE_OF_FLOOR} × the one-query floor"
        rows.append(speed_row(page.name, speeds[page.name], share, goal, share >= SHARE_OF_FLOOR))
    return rows


def shares(speeds: Mapping[str, Sequence[float]], page: Target, floor: Target) -> float:
    """Return the page's share of the floor, the median over the rounds."""
    return median(one / other for one, other in zip(speeds[page.name], speeds[floor.name], strict=True))


def beside_as_many_bytes(server: Server, floor: Server, title: str, path: str, headers: dict[str, str]) -> list[Row]:
    """Return the row of a long page beside the one-query floor and one that answers as many bytes."""
    one_query = Target(f"the one-query floor, beside {title}", floor, "/one-query")
    size = len(server.get(path, headers)[2])
    as_large = Target("as many bytes", floor, f"/one-query/{size}")
    page = Target(f"{title}, {size / 1024:.0f} KB", server, path, headers)
    speeds = in_turns([one_query, as_large, page])
    (row,) = beside_floor([page], speeds, one_query)
    share = shares(speeds, page, as_large)
    row = replace(row, measured=f"{row.measured}, {share:.2f} × floor of as many bytes")
    if size <= 2 * FLOOR_BYTES:
        return [row]
    # the floor answers 15 KB: beside it, most of an answer many times as long is the sending
    return [replace(row, goal=f"≥ {SHARE_OF_FLOOR} × a floor of as many bytes", reached=share >= SHARE_OF_FLOOR)]
