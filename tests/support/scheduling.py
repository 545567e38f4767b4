"""Which tests of a parallel run stay together: the browser tests, so that few live sites serve them all.

Marks cannot say it: with pytest 9.2, the groups of pytest-xdist 3.8 have no effect.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/test_journeys.py", "tests/browser/")


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives what belongs together to one process, and everything else to whichever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Take the place of `--dist loadgroup`."""
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None
