"""Checks that the migrations build exactly the tables of the models, on a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/check.sqlite", "APP_ENV": "demo"}
        flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "db"]
        subprocess.run([*flask, "upgrade"], cwd=ROOT, env=environ, check=True)  # noqa: S603
        sys.exit(subprocess.run([*flask, "check"], cwd=ROOT, env=environ, check=False).returncode)  # noqa: S603
