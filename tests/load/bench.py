"""`make bench`: the figures of speed, each beside the floor of this machine in the same run.

`python -m tests.load.bench public forms` measures some rows only; they are named in `MEASURES`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import Engine, event, func, select

from eventapp.core.config import ROOT
from eventapp.core.database import db
from eventapp.demo.content import SLUG
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.models import Registration
from eventapp.registrations.printing.states import PrintKind
from tests.load import asking, autosaving, documents, filling, printing, reading, readouts, releasing
from tests.load.served import HOST, environment, production
from tests.load.servers import BenchFailed, Server, Target, serve
from tests.load.speeds import beside_as_many_bytes, beside_floor, in_turns, speed_row
from tests.load.submitting import send_all
from tests.load.table import Row, printed, write
from tests.support.databases import new_postgres_database, postgres_server

PAGE = f"/en/{SLUG}"
FORM_PER_SECOND = 240
MOST_MEGABYTES = 120

EARLY = 20  # people who send before the crowd, uncounted, so that no worker is at its first


@dataclass(frozen=True)
class Site:
    """The sample event on SQLite, served in production."""

    folder: Path
    database_url: str
    app: Flask
    server: Server
    floor: Server


def main(wanted: Sequence[str]) -> int:
    """Measure, print and write the rows. Returns 1 when a goal is missed, 2 when nothing could be measured."""
    if shutil.which("wrk") is None:
        print("Install wrk first:  sudo apt-get install wrk", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    began = time.monotonic()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, site_in(Path(folder)) as site:
        for name in wanted:
            found = measured(name, partial(MEASURES[name], site))
            print(printed(found), end="\n\n", flush=True)  # noqa: T201
            rows += found
    print(printed(rows))  # noqa: T201
    print(f"\n{time.monotonic() - began:.0f} seconds; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")  # noqa: T201
    write(ROOT / "bench.json", rows)
    return 1 if any(row.reached is False for row in rows) else 0


def measured(name: str, measure: Callable[[], list[Row]]) -> list[Row]:
    """Return the rows of a measure, or one that says why there are none; what else is measured stays."""
    try:
        return measure()
    except BenchFailed as failure:
        return [Row(name, str(failure), reached=False)]


@contextmanager
def site_in(folder: Path) -> Iterator[Site]:
    """Load the sample event and serve it beside the floors."""
    path = folder / "bench.sqlite"
    database_url = f"sqlite:///{path}"
    filling.load_sample(database_url, folder)
    with (
        serve("tests.load.floor:app", 0, {"FLOOR_DATABASE": str(path)}, "/ok") as floor,
        serve("tests.load.served:application()", 1, environment(database_url, folder), "/readyz") as server,
    ):
        yield Site(folder, database_url, production(database_url, folder), server, floor)


def public(site: Site) -> list[Row]:
    """Measure the public pages beside the floors, in turns so that what else the machine does hits all alike."""
    etag = site.server.get(f"{PAGE}/agenda.ics")[1]["ETag"]
    ok = Target("Flask “ok”", site.floor, "/ok")
    one_query = Target("the one-query floor", site.floor, "/one-query")
    pages = [
        Target("event page", site.server, f"{PAGE}/"),
        Target("agenda page", site.server, f"{PAGE}/agenda"),
        Target("summary page", site.server, f"{PAGE}/summaries/1"),
        Target("agenda.ics", site.server, f"{PAGE}/agenda.ics"),
        Target("agenda.ics, 304", site.server, f"{PAGE}/agenda.ics", {"If-None-Match": etag}, 304),
        Target("agenda.pdf, made before", site.server, f"{PAGE}/agenda.pdf"),
    ]
    speeds = in_turns([ok, one_query, *pages])
    rows = [speed_row(each.name, speeds[each.name]) for each in (ok, one_query)]
    return rows + beside_floor(pages, speeds, one_query)


def forms(site: Site) -> list[Row]:
    """Measure the pages that are made for one person each."""
    filler, confirmed = filling.invitee_who_fills(site.app), filling.participant(site.app)
    ok = Target("Flask “ok”, beside the forms", site.floor, "/ok")
    pages = [
        Target("registration form, page 1", site.server, f"{PAGE}/my/form/you", filler),
        Target("registration form, page 2", site.server, f"{PAGE}/my/form/taking-part", filler),
        Target("participant page", site.server, f"{PAGE}/my", confirmed),
    ]
    speeds = in_turns([ok, *pages])
    goal = f"≥ {FORM_PER_SECOND} req/s"
    return [speed_row(ok.name, speeds[ok.name])] + [
        speed_row(page.name, speeds[page.name], None, goal, median(speeds[page.name]) >= FORM_PER_SECOND)
        for page in pages
    ]


def pdf(site: Site) -> list[Row]:
    """Measure the first PDF of the agenda against bare WeasyPrint on the same HTML."""
    first, bare = documents.first_and_bare(site.app, ["en", "es", "fr"])
    ratio = median(one / other for one, other in zip(first, bare, strict=True))
    return [
        Row(
            "agenda.pdf, first time",
            f"{1000 * median(first):.0f} ms, {ratio:.2f} × bare WeasyPrint ({1000 * median(bare):.0f} ms)",
            "≤ 1.5 × bare WeasyPrint",
            ratio <= 1.5,
            {"seconds": median(first), "bare_seconds": median(bare), "ratio": ratio},
        )
    ]


def agenda(site: Site) -> list[Row]:
    """Measure 300 sessions beside the floor of 15 KB and one of as many bytes, their release, and 1,000 sessions."""
    filling.add_agendas(site.app, {"agenda-300": 300, "agenda-1000": 1_000})
    home, rows = "/en/agenda-300", []
    for name, path in (("agenda page", f"{home}/agenda"), ("agenda.ics", f"{home}/agenda.ics")):
        for how, headers in (("gzip", {"Accept-Encoding": "gzip"}), ("not compressed", {})):
            title = f"{name} of 300 sessions, {how}"
            rows += measured(title, partial(beside_as_many_bytes, site.server, site.floor, title, path, headers))
    for title, measure in (
        ("release of 300 moved sessions", lambda: [releasing.release_row(site.app, site.server, "agenda-300")]),
        ("agenda.ics of 1,000 sessions", lambda: [releasing.first_row(site.server)]),
    ):
        rows += measured(title, measure)
    return rows


def submit_on_sqlite(site: Site) -> list[Row]:
    """Measure the write path on SQLite."""
    return [_submit("SQLite", site.app, site.server, 60)]


def submit_on_postgresql(site: Site) -> list[Row]:
    """Measure the write path on PostgreSQL."""
    folder = site.folder / "postgresql"
    url = new_postgres_database(postgres_server(folder), "bench")
    filling.load_sample(url, folder)
    with serve("tests.load.served:application()", 2, environment(url, folder), "/readyz") as server:
        return [_submit("PostgreSQL", production(url, folder), server, 100)]


def _submit(engine: str, app: Flask, server: Server, goal: int, count: int = 600) -> Row:
    cookies = filling.invitees_about_to_send(app, EARLY + count)
    path, csrf_token = f"{PAGE}/my/form/check", filling.Cookies(app).csrf_token()
    send_all(server, path, cookies[:EARLY], csrf_token)
    before = _counted(app)
    sent = send_all(server, path, cookies[EARLY:], csrf_token)
    made, mails = (after - earlier for after, earlier in zip(_counted(app), before, strict=True))
    p99 = sent.percentile(0.99)
    whole = made == mails == count and sent.answers == {303: count}
    return Row(
        f"submit a registration, {engine}, 50 clients",
        f"{sent.per_second:.0f}/s, p99 {p99:.0f} ms, {made} of {count} kept, {mails} mails",
        f"≥ {goal}/s, p99 < 500 ms, nothing lost",
        sent.per_second >= goal and p99 < 500 and whole,
        {"per_second": sent.per_second, "p50_ms": sent.percentile(0.5), "p99_ms": p99, "kept": made, "sent": count},
    )


def _counted(app: Flask) -> tuple[int, int]:
    with app.app_context():
        counts = [db.session.scalar(select(func.count(each.id))) or 0 for each in (Registration, OutboxMessage)]
        return counts[0], counts[1]


def desk(site: Site) -> list[Row]:
    """Measure the organisers' list of registrations at three sizes."""
    sizes = {"desk-small": 100, "desk-middle": 5_000, "desk-large": 50_000}
    filling.add_crowds(site.app, sizes)
    cookie = filling.organiser(site.app)
    paths = {slug: f"/desk/{slug}/registrations?state=all" for slug in sizes}
    times = latencies(site.server, list(paths.values()), 21, cookie)
    queries = {slug: _queries_of(site.app, path, cookie) for slug, path in paths.items()}
    small, middle, large = (1000 * times[path] for path in paths.values())
    return [
        Row(
            "desk list of 5,000, 50 a page",
            f"{middle:.0f} ms, {queries['desk-middle']} queries",
            "≤ 60 ms",
            middle <= 60,
            {"milliseconds": middle, "queries": queries["desk-middle"]},
        ),
        Row(
            "desk list of 50,000 beside 100",
            f"{large:.0f} ms, {queries['desk-large']} queries; {small:.0f} ms, {queries['desk-small']} queries",
            "≤ 1.5 ×, as many queries",
            large <= 1.5 * small and len(set(queries.values())) == 1,
            {"milliseconds": large, "milliseconds_of_100": small, "queries": list(queries.values())},
        ),
    ]


def support(site: Site) -> list[Row]:
    """Measure the pages of those who decide on requests for support at two sizes."""
    email = "support@example.org"
    cookie = filling.organiser(site.app, email)
    small, large = asking.add_requests(site.app, {"support-small": 50, "support-large": 500}, email).values()
    times = latencies(site.server, [*small, *large], 11, cookie)
    rows = []
    for name, path, other in zip(("list", "decisions", "progress"), large, small, strict=True):
        queries = [_queries_of(site.app, each, cookie) for each in (path, other)]
        rows.append(
            Row(
                f"{name} of 500 requests for support",
                f"{1000 * times[path]:.0f} ms, {queries[0]} queries; of 50 {1000 * times[other]:.0f} ms, {queries[1]}",
                "≤ 300 ms, as many queries",
                times[path] <= 0.3 and len(set(queries)) == 1,
                {"milliseconds": 1000 * times[path], "milliseconds_of_50": 1000 * times[other], "queries": queries},
            )
        )
    return rows


def latencies(
    server: Server, paths: Sequence[str], rounds: int, headers: dict[str, str] | None = None
) -> dict[str, float]:
    """Return the median seconds of each address, asked for in turns by one client."""
    times: dict[str, list[float]] = {path: [] for path in paths}
    for number in range(rounds + 4):
        for path in paths:
            began = time.perf_counter()
            status = server.get(path, headers)[0]
            if status != 200:
                raise BenchFailed(f"{path} answers {status}")
            if number >= 4:  # both workers have compiled their templates by then
                times[path].append(time.perf_counter() - began)
    return {path: median(each) for path, each in times.items()}


def _queries_of(app: Flask, path: str, headers: dict[str, str]) -> int:
    """Return how many statements the page sends to the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine: Engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        app.test_client(use_cookies=False).get(path, headers=headers, base_url=f"https://{HOST}")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in statements)


def badges(site: Site) -> list[Row]:
    """Measure the badges and the certificates of 300 people, from the order to the finished document."""
    filling.add_crowds(site.app, {"badges": 300})
    printing.confirm_all(site.app, "badges")
    rows = []
    for kind, name in (
        (PrintKind.BADGE_SHEETS, "badges for 300, eight on a sheet"),
        (PrintKind.BADGES, "badges for 300, one a page"),
        (PrintKind.CERTIFICATES, "certificates for 300"),
    ):
        made = printing.printed(site.app, "badges", kind)
        memory = f", {made.megabytes:.0f} MB at most" if made.megabytes is not None else ""
        rows.append(
            Row(
                name,
                f"{made.seconds:.1f} s{memory}, {made.size / 1024:.0f} KB, {made.steps} steps seen",
                "≤ 30 s, ≤ 400 MB",
                made.seconds <= 30 and (made.megabytes or 0) <= 400,
                {"seconds": made.seconds, "megabytes": made.megabytes, "bytes": made.size},
            )
        )
    return rows


def crowd(site: Site) -> list[Row]:
    """Measure the public page beside 500 events of 2,000 people, ready-made and freshly made."""
    folder = site.folder / "crowd"
    folder.mkdir()
    url = f"sqlite:///{folder / 'crowd.sqlite'}"
    filling.load_sample(url, folder)
    filling.add_events(production(url, folder), events=500, people=2_000)
    with serve("tests.load.served:application()", 3, environment(url, folder), "/readyz") as server:
        here, there = Target("empty", site.server, f"{PAGE}/"), Target("full", server, f"{PAGE}/")
        speeds = in_turns([here, there])
        fresh: dict[str, list[float]] = {"empty": [], "full": []}
        for number in range(60):
            for name, each in (("empty", site.server), ("full", server)):
                began = time.perf_counter()
                each.get(f"{PAGE}/?{number}")  # an address that no cache knows
                fresh[name].append(time.perf_counter() - began)
    ready = median(one / other for one, other in zip(speeds["empty"], speeds["full"], strict=True))
    made = median(fresh["full"][8:]) / median(fresh["empty"][8:])
    goal = "≤ 1.2 × an empty database"
    return [
        Row(
            "event page beside 500 events × 2,000 people",
            f"{ready:.2f} ×, {median(speeds['full']):,.0f} req/s",
            goal,
            ready <= 1.2,
            {"ratio": ready},
        ),
        Row(
            "the same page, freshly made",
            f"{made:.2f} ×, {1000 * median(fresh['full'][8:]):.0f} ms",
            goal,
            made <= 1.2,
            {"ratio": made, "milliseconds": 1000 * median(fresh["full"][8:])},
        ),
    ]


def memory(site: Site) -> list[Row]:
    """Measure what the workers hold after all that was asked of them."""
    for path in (f"{PAGE}/", f"{PAGE}/agenda", f"{PAGE}/agenda.ics", f"{PAGE}/agenda.pdf", f"/fr/{SLUG}/agenda"):
        for _time in range(6):
            site.server.get(path)
    held = site.server.worker_megabytes()
    if not held:
        return [Row("worker memory", "not measured: this system has no /proc", f"≤ {MOST_MEGABYTES} MB each")]
    measured = ", ".join(f"{each:.0f} MB" for each in held)
    goal = f"≤ {MOST_MEGABYTES} MB each"
    return [Row("worker memory, after the load", measured, goal, max(held) <= MOST_MEGABYTES, {"megabytes": held})]


MEASURES: dict[str, Callable[[Site], list[Row]]] = {
    "public": public,
    "forms": forms,
    "pdf": pdf,
    "agenda": agenda,
    "summary": lambda site: [
        row
        for title, path, headers in reading.pages(site.app)
        for row in measured(title, partial(beside_as_many_bytes, site.server, site.floor, title, path, headers))
    ],
    "sqlite": submit_on_sqlite,
    "postgresql": submit_on_postgresql,
    "desk": desk,
    "support": support,
    "badges": badges,
    "read_out": lambda site: readouts.rows(site.app, site.server, site.floor),
    "autosave": lambda site: autosaving.rows(site.app, site.server, site.folder),
    "memory": memory,
    "crowd": crowd,
}


def asked_for() -> list[str]:
    """Return the measures named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Measure speed beside the floor of this machine.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these: {', '.join(MEASURES)}")
    named: list[str] = parser.parse_args().rows
    unknown = set(named) - MEASURES.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    return named or list(MEASURES)


if __name__ == "__main__":
    sys.exit(main(asked_for()))
