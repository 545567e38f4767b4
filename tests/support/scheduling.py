"""Which tests of a parallel run stay together, because they share what is dear, and which are begun first.

The browser tests share a few live sites, and the walks over the URL map one reading of every address. Marks
cannot say it: with pytest 9.2, the groups of pytest-xdist 3.8 have no effect.
"""

from __future__ import annotations

import gc
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones; what stays together comes even before them, as the largest groups do."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


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
