"""An application that cannot start says why, once for each fault, and without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from eventapp.core.config import ROOT


def test_production_without_its_settings_names_each_of_them_and_gives_up(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "APP_ENV": "production"}
    start = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    first, *faults = start.stderr.splitlines()
    assert (start.returncode, first) == (3, "eventapp does not start:")
    assert [fault.split()[0] for fault in faults] == ["BASE_URL", "MAIL_FROM", "MAIL_URL", "SECRET_KEY", "LINK_KEYS"]
