"""Own questions, limited choices and files; the door; print jobs; erasure; codes on badges."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from eventapp.core.text import fold

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; columns are only added, because rebuilding a table of SQLite would empty those that refer to it."""
    op.create_table(
        "anonymous_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_anonymous_count_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymous_count")),
        sa.UniqueConstraint(
            "event_id", "stage", "dimension", "value", name=op.f("uq_anonymous_count_event_id_stage_dimension_value")
        ),
    )
    op.create_index(op.f("ix_anonymous_count_event_id"), "anonymous_count", ["event_id"], unique=False)

    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "carried_out",
                "taken_back",
                name="erasure_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_erasure_request_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index(op.f("ix_erasure_request_event_id"), "erasure_request", ["event_id"], unique=False)
    op.create_index(op.f("ix_erasure_request_event_id_state"), "erasure_request", ["event_id", "state"], unique=False)
    op.create_index(op.f("ix_erasure_request_invitation_id"), "erasure_request", ["invitation_id"], unique=False)

    op.create_table(
        "print_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "badge_sheets",
                "badges",
                "certificates",
                name="print_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="print_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_print_job_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_print_job_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    op.create_index(op.f("ix_print_job_created_by_id"), "print_job", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_print_job_event_id"), "print_job", ["event_id"], unique=False)
    op.create_index(op.f("ix_print_job_state_created_at"), "print_job", ["state", "created_at"], unique=False)

    op.create_table(
        "question_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_question_group_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_group")),
    )
    op.create_index(op.f("ix_question_group_event_id"), "question_group", ["event_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "short_text",
                "long_text",
                "number",
                "date",
                "yes_no",
                "one_of",
                "several_of",
                "country",
                "file",
                name="question_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("help", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("depends_on_id", sa.Integer(), nullable=True),
        sa.Column("depends_on_values", sa.JSON(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["depends_on_id"], ["question.id"], name=op.f("fk_question_depends_on_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_question_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["question_group.id"], name=op.f("fk_question_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_depends_on_id"), "question", ["depends_on_id"], unique=False)
    op.create_index(op.f("ix_question_event_id"), "question", ["event_id"], unique=False)
    op.create_index(op.f("ix_question_group_id"), "question", ["group_id"], unique=False)

    op.create_table(
        "question_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places IS NULL OR places >= 0", name=op.f("ck_question_option_places")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_option_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_option")),
    )
    op.create_index(op.f("ix_question_option_question_id"), "question_option", ["question_id"], unique=False)

    op.create_table(
        "answer_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_answer_file_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_answer_file_invitation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_file_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_file")),
        sa.UniqueConstraint("name", name=op.f("uq_answer_file_name")),
    )
    op.create_index(op.f("ix_answer_file_created_at"), "answer_file", ["created_at"], unique=False)
    op.create_index(op.f("ix_answer_file_event_id"), "answer_file", ["event_id"], unique=False)
    op.create_index(op.f("ix_answer_file_invitation_id"), "answer_file", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_answer_file_question_id"), "answer_file", ["question_id"], unique=False)

    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("present", "undone", name="check_in_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "scanned",
                "typed",
                "by_name",
                "walk_in",
                "remote",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["account.id"], name=op.f("fk_check_in_checked_in_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_check_in_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_check_in_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_check_in_event_id_key")),
    )
    op.create_index(op.f("ix_check_in_checked_in_by_id"), "check_in", ["checked_in_by_id"], unique=False)
    op.create_index(op.f("ix_check_in_event_id_day_state"), "check_in", ["event_id", "day", "state"], unique=False)
    op.create_index(op.f("ix_check_in_registration_id"), "check_in", ["registration_id"], unique=False)
    op.create_index(
        "uq_check_in_present_day",
        "check_in",
        ["registration_id", "day"],
        unique=True,
        sqlite_where=sa.text("state = 'present'"),
        postgresql_where=sa.text("state = 'present'"),
    )

    op.create_table(
        "place_taken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_id"], ["question_option.id"], name=op.f("fk_place_taken_option_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_place_taken_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_taken")),
        sa.UniqueConstraint("registration_id", "option_id", name=op.f("uq_place_taken_registration_id_option_id")),
    )
    op.create_index(op.f("ix_place_taken_option_id"), "place_taken", ["option_id"], unique=False)
    op.create_index(op.f("ix_place_taken_registration_id"), "place_taken", ["registration_id"], unique=False)

    op.add_column("invitation", sa.Column("form_open_until_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("registration", sa.Column("code", sa.String(length=8), server_default="", nullable=False))
    op.add_column("registration", sa.Column("own_answers", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("registration", sa.Column("decided_answers", sa.JSON(), nullable=True))
    op.add_column("registration", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_registration_event_id_changed_at"), "registration", ["event_id", "changed_at"], unique=False
    )
    _give_codes()
    _search_again()
    op.create_index("uq_registration_code", "registration", ["code"], unique=True)


def downgrade() -> None:
    """Go back."""
    op.drop_index("uq_registration_code", "registration")
    op.drop_index(op.f("ix_registration_event_id_changed_at"), "registration")
    op.drop_column("registration", "changed_at")
    op.drop_column("registration", "decided_answers")
    op.drop_column("registration", "own_answers")
    op.drop_column("registration", "code")
    op.drop_column("invitation", "form_open_until_at")
    op.drop_table("place_taken")
    op.drop_table("check_in")
    op.drop_table("answer_file")
    op.drop_table("question_option")
    op.drop_table("question")
    op.drop_table("question_group")
    op.drop_table("print_job")
    op.drop_table("erasure_request")
    op.drop_table("anonymous_count")


def _give_codes() -> None:
    """Give every registration there is a code of its own, from Crockford's base 32."""
    connection, registration = op.get_bind(), sa.table("registration", sa.column("id"), sa.column("code"))
    given: set[str] = set()
    for (row_id,) in connection.execute(sa.select(registration.c.id)).all():
        code = ""
        while not code or code in given:
            code = "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _position in range(8))
        given.add(code)
        connection.execute(registration.update().where(registration.c.id == row_id).values(code=code))


def _search_again() -> None:
    """Write again what is searched: with letters such as ł, and a participant's address on a line of its own."""
    _fold("registration", lambda row: f"{fold(f'{row.name} {row.organisation} {row.city}')}\n{fold(row.email)}")
    _fold("invitation", lambda row: fold(f"{row.name} {row.organisation} {row.email}"))


def _fold(table: str, text_of: Callable[[sa.Row[Any]], str]) -> None:
    columns = ("id", "name", "organisation", "email", "search_text", *(("city",) if table == "registration" else ()))
    rows, connection = sa.table(table, *map(sa.column, columns)), op.get_bind()
    texts = [{"row_id": row.id, "text": text_of(row)[:700]} for row in connection.execute(sa.select(rows)).all()]
    if texts:
        update = rows.update().where(rows.c.id == sa.bindparam("row_id"))
        connection.execute(update.values(search_text=sa.bindparam("text")), texts)
