"""Runs the migrations on the database of the application."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Enum
from sqlalchemy.types import TypeDecorator

import eventapp.accounts.models
import eventapp.agenda.editing.models
import eventapp.agenda.exchange.models
import eventapp.agenda.live.models
import eventapp.agenda.materials.models
import eventapp.agenda.models
import eventapp.agenda.notices.models
import eventapp.agenda.signup.models
import eventapp.core.audit
import eventapp.events.models
import eventapp.invitations.models
import eventapp.mail.models
import eventapp.notes.attribution.models
import eventapp.notes.comments.models
import eventapp.notes.followup.models
import eventapp.notes.ideas.models
import eventapp.notes.models
import eventapp.notes.readout.models
import eventapp.notes.resources.models
import eventapp.notes.session_notes.models
import eventapp.registrations.checkin.models
import eventapp.registrations.models
import eventapp.registrations.personal_data.models
import eventapp.registrations.printing.models
import eventapp.registrations.questions.models
import eventapp.sponsorship.deciding.models
import eventapp.sponsorship.letters.models
import eventapp.sponsorship.models
import eventapp.sponsorship.review.models
import eventapp.sponsorship.sensitive.models
import eventapp.sponsorship.spending.models  # noqa: F401 - every table must be known here
from eventapp.core.database import Base, db


def render_item(kind: str, item: Any, _autogen: Any) -> Any:
    """Write plain SQLAlchemy types, so that old migrations never depend on the code of today."""
    if kind == "type" and isinstance(item, Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return f"sa.Enum({values}, name={item.name!r}, native_enum=False, create_constraint=True, length={item.length})"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Run the migrations in one transaction of the writer."""
    with db.engine.connect().execution_options(writer=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            **{
                k: v
                for k, v in current_app.extensions["migrate"].configure_args.items()
                if k not in {"render_as_batch", "compare_type"}
            },
        )
        with context.begin_transaction():
            context.run_migrations()


run()
