"""Which tests of a parallel run stay together, because they share what is dear, and which are begun first.

The browser tests share a few live sites, and the walks over the URL map one reading of every address. Marks
cannot say it: with pytest 9.2, the groups of pytest-xdist 3.8 have no effect.
"""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support.databases import ENGINES

TOGETHER = ("tests/browser/test_journeys.py", "tests/browser/", "tests/web/walks/")
# Long ones, so that none is left to one process while the other has nothing more to do.
FIRST = (
    "tests/load/",
    "tests/web/security/test_malformed.py",
    "tests/unit/registrations/test_seats_machine.py",
    "tests/web/security/test_crawl.py",
    "tests/web/security/test_privacy.py",
    "tests/unit/core/test_pdf.py",
)


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives what belongs together to one process, and everything else to whichever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one ask for every page on both engines."""
    parser.addoption("--every-page-twice", action="store_true", help="run each test of `tests/web` on both engines")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the long ones; what stays together comes even before them, as the largest groups do."""
    if not config.getoption("--every-page-twice"):
        _take_turns(config, items)
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def _take_turns(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave each test of a page to one engine, half of them to each: what a page says does not depend on it.

    Rules, commands, locks and races (`tests/unit`, `tests/load`, and what is marked `both_engines`) run on both, and
    the walks over the URL map open every page on both.
    """
    twice = Counter(_apart_from_engine(item) for item in items)
    left = [item for item in items if twice[_apart_from_engine(item)] == 2 and not _is_its_turn(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        gone = set(left)
        items[:] = [item for item in items if item not in gone]


def _apart_from_engine(item: pytest.Item) -> str:
    return item.nodeid.replace("postgresql", "sqlite")


def _is_its_turn(item: pytest.Item) -> bool:
    if not item.nodeid.startswith("tests/web/") or item.get_closest_marker("both_engines"):
        return True
    return ENGINES[crc32(_apart_from_engine(item).encode()) % 2] in item.nodeid.partition("[")[2]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Take the place of `--dist loadgroup`."""
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_sessionstart() -> None:
    """Collect no garbage while modules are imported and tests collected: all of it stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lives as long as the run, and come less often."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()
