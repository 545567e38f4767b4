"""`make load`: many processes race for few seats and share one outbox; the tests of this folder, told as a table.

Each race runs on SQLite and PostgreSQL; those that say "without" are the negative controls, which must go wrong.
Options are handed on to pytest: `python -m tests.load.race -k postgresql`.
"""

from __future__ import annotations

import sys
import tempfile
import time

import pytest

from eventapp.core.config import ROOT
from tests.load.table import Row, printed, write

RACES = (
    "tests/load/test_capacity.py",
    "tests/load/test_choices.py",
    "tests/load/test_waitlist.py",
    "tests/load/test_check_in.py",
    "tests/load/test_sign_up.py",
    "tests/load/test_funds.py",
    "tests/load/test_mail_delivery.py",
)


class Told:
    """Collects, as a pytest plugin, what became of each race."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a race that has run, or one that could not even start."""
        if report.when == "call" or report.failed:
            name = report.nodeid.rpartition("::")[2]
            race, _, engine = name.rstrip("]").partition("[")
            words = race.removeprefix("test_").replace("_", " ")
            figures = {"engine": engine, "seconds": report.duration, "outcome": report.outcome}
            self.rows.append(Row(words, f"{engine}, {report.duration:.1f} s", "holds", report.passed, figures))


def main() -> int:
    """Run the races and print what came of them. Returns pytest's exit code."""
    told, began = Told(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:  # other runs of pytest tidy up the usual place
        options = ["-p", "no:cacheprovider", "-n0", "--tb=short", f"--basetemp={folder}/races", *sys.argv[1:]]
        code = pytest.main([*options, *RACES], plugins=[told])
    print(f"\n{printed(told.rows)}\n\n{time.monotonic() - began:.0f} seconds")  # noqa: T201 - a command's output
    write(ROOT / "load.json", told.rows)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
