"""Every migration goes down and up again on a filled database, and the tables are then those of the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import func, inspect, select

from eventapp.application import create_app
from eventapp.core.context import SYSTEM
from eventapp.core.database import Base, db
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo import loader
from eventapp.registrations.models import Registration
from tests.support import databases
from tests.support.clock import StoppedClock

pytestmark = pytest.mark.both_engines


def test_down_and_up_again(engine: str, tmp_path: Path, worker_id: str, request: pytest.FixtureRequest) -> None:
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrations.sqlite'}"
    else:
        url = databases.new_postgres_database(request.getfixturevalue("postgres_uri"), f"migrations_{worker_id}")
    app = create_app(databases.settings_for(url, tmp_path), clock=StoppedClock())
    with app.app_context():
        upgrade()
        with unit_of_work(SYSTEM) as ctx:
            loader.load(ctx)
        people = registered()
        assert people > 30
        revisions = list(ScriptDirectory(current_app.extensions["migrate"].directory).walk_revisions())
        for revision in revisions[:-1]:
            downgrade(revision=str(revision.down_revision))
            upgrade(revision=revision.revision)
            assert registered() == people, f"{revision.revision} loses rows on its way down and up"
        downgrade(revision="base")
        db.session.remove()
        assert not set(inspect(db.engine).get_table_names()) & set(Base.metadata.tables)
        upgrade()
        check()
        db.session.remove()
        db.engine.dispose()


def registered() -> int:
    """Count the registrations, by a connection of its own."""
    db.session.remove()
    count = reading().session.scalar(select(func.count()).select_from(Registration)) or 0
    db.session.remove()
    return count
