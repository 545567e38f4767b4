"""The application in production, as the bench serves it: its own instance folder, its settings from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from eventapp.application import create_app
from eventapp.core.config import settings_from

FOLDER = "BENCH_FOLDER"
HOST = "workshops.example.org"
KEY = "only-for-the-bench-" + "x" * 32


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a production site on the database, which keeps its files in the folder."""
    return {
        FOLDER: str(folder),
        "APP_ENV": "production",
        "DATABASE_URL": database_url,
        "BASE_URL": f"https://{HOST}",
        "MAIL_URL": f"dir:{folder / 'mailbox'}",
        "MAIL_FROM": "Workshop <workshop@example.org>",
        "SECRET_KEY": KEY,
        "LINK_KEYS": KEY,
    }


def production(database_url: str, folder: Path) -> Flask:
    """Return the application in this very process."""
    return create_app(settings_from(environment(database_url, folder), instance=folder))


def application() -> Flask:
    """Return the application that the environment describes; gunicorn calls this."""
    return create_app(settings_from(instance=Path(os.environ[FOLDER])))
