"""Notes in full: session notes, paragraphs of what is published, quotes, comments, resources, ideas, the read-out."""

from __future__ import annotations

import hashlib
import re
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
EVENT = sa.table("event", sa.column("id"), sa.column("languages", sa.JSON))
OLD_SUMMARY = sa.table(
    "summary",
    *(sa.column(name) for name in ("id", "event_id", "number", "state")),
    sa.column("day", sa.Date),
    sa.column("created_at", _INSTANT),
)
OLD_REVISION = sa.table(
    "summary_revision",
    *(sa.column(name) for name in ("id", "summary_id", "language", "number", "title", "text", "author_id")),
    sa.column("created_at", _INSTANT),
)
OLD_EDITION = sa.table(
    "summary_edition",
    *(sa.column(name) for name in ("id", "summary_id", "number", "note", "content_hash", "published_by_id")),
    *(sa.column(name, sa.JSON) for name in ("titles", "texts", "revisions")),
    sa.column("published_at", _INSTANT),
)
NEW = sa.table(
    "publication",
    *(sa.column(name) for name in ("id", "event_id", "kind", "number", "source_language", "state", "remarks")),
    sa.column("day", sa.Date),
    sa.column("created_at", _INSTANT),
)
NEW_REVISION = sa.table(
    "publication_revision",
    *(sa.column(name) for name in ("id", "publication_id", "language", "number", "author_id")),
    sa.column("paragraphs", sa.JSON),
    sa.column("created_at", _INSTANT),
)
NEW_EDITION = sa.table(
    "publication_edition",
    *(
        sa.column(name)
        for name in ("id", "publication_id", "number", "source_language", "content_hash", "published_by_id")
    ),
    *(sa.column(name, sa.JSON) for name in ("paragraphs", "revisions", "extra", "note")),
    sa.column("published_at", _INSTANT),
)

ROLES = (
    "owner",
    "organiser",
    "reviewer",
    "coordinator",
    "budget_holder",
    "finance",
    "officer",
    "rapporteur",
    "desk",
    "observer",
)
ADDED = ("chair", "translator")


def upgrade() -> None:
    """Go forward; `membership` may be rebuilt on SQLite, because no table refers to it."""
    _allow_roles((*ROLES, *ADDED))
    op.create_table(
        "idea_board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "collecting",
                "revealed",
                "voting",
                "closed",
                name="board_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("dots BETWEEN 1 AND 20", name=op.f("ck_idea_board_dots")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_idea_board_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_board")),
        sa.UniqueConstraint("code", name=op.f("uq_idea_board_code")),
    )
    op.create_index(op.f("ix_idea_board_event_id_session_id"), "idea_board", ["event_id", "session_id"], unique=False)

    op.create_table(
        "name_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_name_override_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_name_override_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_override")),
        sa.UniqueConstraint(
            "event_id", "subject", "name_hash", name=op.f("uq_name_override_event_id_subject_name_hash")
        ),
    )
    op.create_index(op.f("ix_name_override_account_id"), "name_override", ["account_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "summary",
                "read_out",
                "guidelines",
                name="publication_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("source_language", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafting",
                "in_check",
                "approved",
                "published",
                "final",
                name="publication_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("approved_revision", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["account.id"], name=op.f("fk_publication_approved_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_publication_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("event_id", "kind", "number", name=op.f("uq_publication_event_id_kind_number")),
    )
    op.create_index(op.f("ix_publication_approved_by_id"), "publication", ["approved_by_id"], unique=False)
    op.create_index(op.f("ix_publication_event_id"), "publication", ["event_id"], unique=False)

    op.create_table(
        "session_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("session_title", sa.JSON(), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "private",
                "submitted",
                "returned",
                "accepted",
                name="note_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_session_note_author_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_session_note_decided_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_session_note_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_note")),
        sa.UniqueConstraint(
            "event_id", "session_id", "author_id", name=op.f("uq_session_note_event_id_session_id_author_id")
        ),
    )
    op.create_index(op.f("ix_session_note_author_id"), "session_note", ["author_id"], unique=False)
    op.create_index(op.f("ix_session_note_decided_by_id"), "session_note", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_session_note_event_id_state"), "session_note", ["event_id", "state"], unique=False)
    op.create_index(op.f("ix_session_note_session_id"), "session_note", ["session_id"], unique=False)

    op.create_table(
        "session_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "chatham_house",
                "consented",
                "on_the_record",
                name="attribution_rule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_session_rule_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_rule")),
        sa.UniqueConstraint("event_id", "session_id", name=op.f("uq_session_rule_event_id_session_id")),
    )
    op.create_table(
        "idea_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["idea_board.id"], name=op.f("fk_idea_group_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_group")),
    )
    op.create_index(op.f("ix_idea_group_board_id"), "idea_group", ["board_id"], unique=False)

    op.create_table(
        "note_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "key_point",
                "idea",
                "recommendation",
                "outlook",
                "question",
                "quote",
                "resource",
                "commitment",
                name="entry_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("speaker", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id"], ["session_note.id"], name=op.f("fk_note_entry_note_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_entry")),
        sa.UniqueConstraint("note_id", "key", name=op.f("uq_note_entry_note_id_key")),
    )
    op.create_index(op.f("ix_note_entry_note_id_position"), "note_entry", ["note_id", "position"], unique=False)

    op.create_table(
        "publication_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_language", sa.String(length=8), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("revisions", sa.JSON(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_edition_publication_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["account.id"], name=op.f("fk_publication_edition_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_edition")),
        sa.UniqueConstraint("publication_id", "number", name=op.f("uq_publication_edition_publication_id_number")),
    )
    op.create_index(
        op.f("ix_publication_edition_publication_id"), "publication_edition", ["publication_id"], unique=False
    )
    op.create_index(
        op.f("ix_publication_edition_published_by_id"), "publication_edition", ["published_by_id"], unique=False
    )

    op.create_table(
        "publication_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_publication_revision_author_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_revision_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_revision")),
        sa.UniqueConstraint(
            "publication_id", "language", "number", name=op.f("uq_publication_revision_publication_id_language_number")
        ),
    )
    op.create_index(op.f("ix_publication_revision_author_id"), "publication_revision", ["author_id"], unique=False)
    op.create_index(
        op.f("ix_publication_revision_publication_id"), "publication_revision", ["publication_id"], unique=False
    )

    op.create_table(
        "idea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["idea_board.id"], name=op.f("fk_idea_board_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["idea_group.id"], name=op.f("fk_idea_group_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("board_id", "key", name=op.f("uq_idea_board_id_key")),
    )
    op.create_index(op.f("ix_idea_board_id_writer"), "idea", ["board_id", "writer"], unique=False)
    op.create_index(op.f("ix_idea_group_id"), "idea", ["group_id"], unique=False)

    op.create_table(
        "idea_dots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.CheckConstraint("dots > 0", name=op.f("ck_idea_dots_dots")),
        sa.ForeignKeyConstraint(
            ["board_id"], ["idea_board.id"], name=op.f("fk_idea_dots_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["idea_group.id"], name=op.f("fk_idea_dots_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_dots")),
        sa.UniqueConstraint("group_id", "writer", name=op.f("uq_idea_dots_group_id_writer")),
    )
    op.create_index(op.f("ix_idea_dots_board_id_writer"), "idea_dots", ["board_id", "writer"], unique=False)

    op.create_table(
        "insight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "key_point",
                "idea",
                "recommendation",
                "outlook",
                "question",
                "quote",
                "resource",
                "commitment",
                name="entry_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("ideas", sa.Integer(), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_insight_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["idea_group.id"], name=op.f("fk_insight_group_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_insight_theme_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_insight_event_id"), "insight", ["event_id"], unique=False)
    op.create_index(op.f("ix_insight_group_id"), "insight", ["group_id"], unique=False)
    op.create_index(op.f("ix_insight_theme_id"), "insight", ["theme_id"], unique=False)

    op.create_table(
        "publication_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("paragraph_key", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["note_entry.id"], name=op.f("fk_publication_source_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_source_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_source")),
        sa.UniqueConstraint(
            "publication_id",
            "paragraph_key",
            "entry_id",
            name=op.f("uq_publication_source_publication_id_paragraph_key_entry_id"),
        ),
    )
    op.create_index(op.f("ix_publication_source_entry_id"), "publication_source", ["entry_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("paragraph_key", sa.String(length=20), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "open",
                "taken_up",
                "partly",
                "not_taken_up",
                "out_of_scope",
                "hidden",
                "withdrawn",
                name="comment_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_comment_decided_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_comment_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_comment_publication_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_comment_registration_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint(
            "publication_id", "registration_id", "key", name=op.f("uq_comment_publication_id_registration_id_key")
        ),
    )
    op.create_index(op.f("ix_comment_decided_by_id"), "comment", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_comment_event_id_state"), "comment", ["event_id", "state"], unique=False)
    op.create_index(
        op.f("ix_comment_publication_id_paragraph_key"), "comment", ["publication_id", "paragraph_key"], unique=False
    )
    op.create_index(op.f("ix_comment_registration_id"), "comment", ["registration_id"], unique=False)

    op.create_table(
        "quote_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("with_name", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "given",
                "refused",
                "replaced",
                name="consent_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_quote_consent_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["note_entry.id"], name=op.f("fk_quote_consent_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_quote_consent_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_quote_consent_registration_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_consent")),
    )
    op.create_index(op.f("ix_quote_consent_asked_by_id"), "quote_consent", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_quote_consent_entry_id"), "quote_consent", ["entry_id"], unique=False)
    op.create_index(op.f("ix_quote_consent_event_id_state"), "quote_consent", ["event_id", "state"], unique=False)
    op.create_index(op.f("ix_quote_consent_registration_id"), "quote_consent", ["registration_id"], unique=False)

    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "published",
                "declined",
                "withdrawn",
                name="resource_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("properties", sa.JSON(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_resource_account_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_resource_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["note_entry.id"], name=op.f("fk_resource_entry_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_resource_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_resource_registration_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_resource_theme_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_resource_event_id_key")),
        sa.UniqueConstraint("name", name=op.f("uq_resource_name")),
    )
    op.create_index(op.f("ix_resource_account_id"), "resource", ["account_id"], unique=False)
    op.create_index(op.f("ix_resource_decided_by_id"), "resource", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_resource_entry_id"), "resource", ["entry_id"], unique=False)
    op.create_index(op.f("ix_resource_event_id_state"), "resource", ["event_id", "state"], unique=False)
    op.create_index(op.f("ix_resource_registration_id"), "resource", ["registration_id"], unique=False)
    op.create_index(op.f("ix_resource_theme_id"), "resource", ["theme_id"], unique=False)

    op.create_table(
        "take_home",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "told",
                "asked_again",
                "answered",
                "stopped",
                name="take_home_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "done",
                "under_way",
                "not_yet",
                "given_up",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_text", sa.Text(), nullable=False),
        sa.Column("may_share", sa.Boolean(), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_take_home_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_take_home_registration_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_home")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_take_home_registration_id")),
    )
    op.create_index(op.f("ix_take_home_event_id_state"), "take_home", ["event_id", "state"], unique=False)

    _to_publications()
    op.execute("UPDATE audit_entry SET object_type = 'publication' WHERE object_type = 'summary'")
    _keep_counting("publication", "publication_revision", "publication_edition")
    op.drop_table("summary_edition")
    op.drop_table("summary_revision")
    op.drop_table("summary")


def downgrade() -> None:
    """Go back; what only this version knows is gone, the texts of the day summaries stay."""
    op.create_table(
        "summary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('drafting', 'published')", name=op.f("ck_summary_summary_state")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_summary_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_summary_event_id_number")),
    )
    op.create_index(op.f("ix_summary_event_id"), "summary", ["event_id"], unique=False)

    op.create_table(
        "summary_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_summary_revision_author_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_revision_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_revision")),
        sa.UniqueConstraint(
            "summary_id", "language", "number", name=op.f("uq_summary_revision_summary_id_language_number")
        ),
    )
    op.create_index(op.f("ix_summary_revision_summary_id"), "summary_revision", ["summary_id"], unique=False)
    op.create_index(op.f("ix_summary_revision_author_id"), "summary_revision", ["author_id"], unique=False)

    op.create_table(
        "summary_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("revisions", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["published_by_id"], ["account.id"], name=op.f("fk_summary_edition_published_by_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_edition_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_edition")),
        sa.UniqueConstraint("summary_id", "number", name=op.f("uq_summary_edition_summary_id_number")),
    )
    op.create_index(op.f("ix_summary_edition_summary_id"), "summary_edition", ["summary_id"], unique=False)
    op.create_index(op.f("ix_summary_edition_published_by_id"), "summary_edition", ["published_by_id"], unique=False)

    _to_summaries()
    op.execute("UPDATE audit_entry SET object_type = 'summary' WHERE object_type = 'publication'")
    _keep_counting("summary", "summary_revision", "summary_edition")
    op.drop_index(op.f("ix_take_home_event_id_state"), table_name="take_home")

    op.drop_table("take_home")
    op.drop_index(op.f("ix_resource_theme_id"), table_name="resource")
    op.drop_index(op.f("ix_resource_registration_id"), table_name="resource")
    op.drop_index(op.f("ix_resource_event_id_state"), table_name="resource")
    op.drop_index(op.f("ix_resource_entry_id"), table_name="resource")
    op.drop_index(op.f("ix_resource_decided_by_id"), table_name="resource")
    op.drop_index(op.f("ix_resource_account_id"), table_name="resource")

    op.drop_table("resource")
    op.drop_index(op.f("ix_quote_consent_registration_id"), table_name="quote_consent")
    op.drop_index(op.f("ix_quote_consent_event_id_state"), table_name="quote_consent")
    op.drop_index(op.f("ix_quote_consent_entry_id"), table_name="quote_consent")
    op.drop_index(op.f("ix_quote_consent_asked_by_id"), table_name="quote_consent")

    op.drop_table("quote_consent")
    op.drop_index(op.f("ix_comment_registration_id"), table_name="comment")
    op.drop_index(op.f("ix_comment_publication_id_paragraph_key"), table_name="comment")
    op.drop_index(op.f("ix_comment_event_id_state"), table_name="comment")
    op.drop_index(op.f("ix_comment_decided_by_id"), table_name="comment")

    op.drop_table("comment")
    op.drop_index(op.f("ix_publication_source_entry_id"), table_name="publication_source")

    op.drop_table("publication_source")
    op.drop_index(op.f("ix_insight_theme_id"), table_name="insight")
    op.drop_index(op.f("ix_insight_group_id"), table_name="insight")
    op.drop_index(op.f("ix_insight_event_id"), table_name="insight")

    op.drop_table("insight")
    op.drop_index(op.f("ix_idea_dots_board_id_writer"), table_name="idea_dots")

    op.drop_table("idea_dots")
    op.drop_index(op.f("ix_idea_group_id"), table_name="idea")
    op.drop_index(op.f("ix_idea_board_id_writer"), table_name="idea")

    op.drop_table("idea")
    op.drop_index(op.f("ix_publication_revision_publication_id"), table_name="publication_revision")
    op.drop_index(op.f("ix_publication_revision_author_id"), table_name="publication_revision")

    op.drop_table("publication_revision")
    op.drop_index(op.f("ix_publication_edition_published_by_id"), table_name="publication_edition")
    op.drop_index(op.f("ix_publication_edition_publication_id"), table_name="publication_edition")

    op.drop_table("publication_edition")
    op.drop_index(op.f("ix_note_entry_note_id_position"), table_name="note_entry")

    op.drop_table("note_entry")
    op.drop_index(op.f("ix_idea_group_board_id"), table_name="idea_group")

    op.drop_table("idea_group")
    op.drop_table("session_rule")
    op.drop_index(op.f("ix_session_note_session_id"), table_name="session_note")
    op.drop_index(op.f("ix_session_note_event_id_state"), table_name="session_note")
    op.drop_index(op.f("ix_session_note_decided_by_id"), table_name="session_note")
    op.drop_index(op.f("ix_session_note_author_id"), table_name="session_note")

    op.drop_table("session_note")
    op.drop_index(op.f("ix_publication_event_id"), table_name="publication")
    op.drop_index(op.f("ix_publication_approved_by_id"), table_name="publication")

    op.drop_table("publication")
    op.drop_index(op.f("ix_name_override_account_id"), table_name="name_override")

    op.drop_table("name_override")
    op.drop_index(op.f("ix_idea_board_event_id_session_id"), table_name="idea_board")

    op.drop_table("idea_board")
    op.execute("DELETE FROM membership WHERE role IN ('chair', 'translator')")
    _allow_roles(ROLES)


def _split(text: str) -> list[str]:
    """Return the paragraphs between blank lines, fenced blocks whole, as the code of this version does."""
    found, fence = [[]], ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if fence:
            found[-1].append(line.rstrip())
            mark = line.strip()
            if len(mark) >= len(fence) and mark == fence[0] * len(mark):
                fence = ""
        elif not line.strip():
            if found[-1]:
                found.append([])
        else:
            if opened := re.match(r" {0,3}(`{3,}|~{3,})", line):
                fence = opened[1]
            found[-1].append(line.rstrip())
    return ["\n".join(lines) for lines in found if lines]


def _paragraph(key: str, text: str, of: str = "", reviewed: bool = False) -> dict[str, Any]:
    return {"key": key, "text": text, "part": "", "of": of, "reviewed": reviewed}


def _source(title: str, text: str) -> list[dict[str, Any]]:
    return [_paragraph("title", title), *(_paragraph(f"m{n}", words) for n, words in enumerate(_split(text)))]


def _twin(sources: list[list[dict[str, Any]]], title: str, text: str, reviewed: bool) -> list[dict[str, Any]]:
    """Pair a translation with the latest source that has as many paragraphs, in the order of the text.

    When there is none, what is too much stays with the last paragraph, and somebody must look at it.
    """
    words = [title, *_split(text)]
    as_long = [each for each in sources if len(each) == len(words)]
    source = (as_long or sources or [_source(title, text)])[-1]
    if len(words) > len(source):
        words[len(source) - 1 :] = ["\n\n".join(words[len(source) - 1 :])]
    made = []
    for each, rendered in zip_longest(source, words, fillvalue=""):
        of = hashlib.sha256(each["text"].encode()).hexdigest()[:16]
        made.append(_paragraph(each["key"], rendered, of if rendered else "", bool(as_long and reviewed and rendered)))
    return made


def _printed(text: str, title: str, written_in: str) -> list[dict[str, str]]:
    source = [("title", title), *((f"m{n}", words) for n, words in enumerate(_split(text)))]
    return [{"key": key, "text": words, "language": written_in, "part": ""} for key, words in source if words]


def _to_publications() -> None:
    """Carry the day summaries over, paragraph by paragraph."""
    run = op.get_bind().execute
    events = {row.id: row.languages for row in run(sa.select(EVENT.c.id, EVENT.c.languages))}
    revisions = run(sa.select(OLD_REVISION).order_by(OLD_REVISION.c.id)).all()
    editions = run(sa.select(OLD_EDITION).order_by(OLD_EDITION.c.id)).all()
    for summary in run(sa.select(OLD_SUMMARY)).all():
        mine = [row for row in revisions if row.summary_id == summary.id]
        written = {row.language for row in mine}
        languages = events[summary.event_id]
        source_language = next((each for each in languages if each in written), languages[0])
        published = {}
        for edition in editions:
            if edition.summary_id == summary.id:
                published |= edition.revisions
        run(
            NEW.insert().values(
                id=summary.id,
                event_id=summary.event_id,
                kind="summary",
                number=summary.number,
                day=summary.day,
                source_language=source_language,
                state=summary.state,
                remarks="",
                created_at=summary.created_at,
            )
        )
        sources = []
        for row in mine:  # the source first: its texts are what the others render
            if row.language == source_language:
                sources.append(_source(row.title, row.text))
                run(_revision(row, sources[-1]))
        for row in mine:
            if row.language != source_language:
                reviewed = published.get(row.language) == row.number
                run(_revision(row, _twin(sources, row.title, row.text, reviewed)))
        for edition in editions:
            if edition.summary_id == summary.id:
                run(_edition(edition, languages))


def _revision(row: sa.Row[Any], made: list[dict[str, Any]]) -> sa.Insert:
    return NEW_REVISION.insert().values(
        id=row.id,
        publication_id=row.summary_id,
        language=row.language,
        number=row.number,
        paragraphs=made,
        author_id=row.author_id,
        created_at=row.created_at,
    )


def _edition(row: sa.Row[Any], languages: list[str]) -> sa.Insert:
    first = next(each for each in (*languages, *row.texts) if each in row.texts)
    pages = {}
    for language in dict.fromkeys((*languages, *row.texts)):
        written_in = language if language in row.texts else first
        pages[language] = _printed(row.texts[written_in], row.titles.get(written_in, ""), written_in)
    return NEW_EDITION.insert().values(
        id=row.id,
        publication_id=row.summary_id,
        number=row.number,
        source_language=first,
        paragraphs=pages,
        revisions=row.revisions,
        extra={},
        note={first: row.note} if row.note else {},
        content_hash=row.content_hash,
        published_at=row.published_at,
        published_by_id=row.published_by_id,
    )


def _to_summaries() -> None:
    """Carry the day summaries back, each language as one text."""
    run = op.get_bind().execute
    publications = run(sa.select(NEW).where(NEW.c.kind == "summary")).all()
    ids = [row.id for row in publications]
    for row in publications:
        state = "published" if row.state in {"published", "final"} else "drafting"
        values = {"id": row.id, "event_id": row.event_id, "number": row.number, "day": row.day}
        run(OLD_SUMMARY.insert().values(**values, state=state, created_at=row.created_at))
    for row in run(sa.select(NEW_REVISION).where(NEW_REVISION.c.publication_id.in_(ids))).all():
        title, text = _joined(row.paragraphs)
        run(
            OLD_REVISION.insert().values(
                id=row.id,
                summary_id=row.publication_id,
                language=row.language,
                number=row.number,
                title=title,
                text=text,
                author_id=row.author_id,
                created_at=row.created_at,
            )
        )
    for row in run(sa.select(NEW_EDITION).where(NEW_EDITION.c.publication_id.in_(ids))).all():
        pages = {
            language: _joined(each)
            for language, each in row.paragraphs.items()
            if any(paragraph["language"] == language for paragraph in each)
        }
        run(
            OLD_EDITION.insert().values(
                id=row.id,
                summary_id=row.publication_id,
                number=row.number,
                titles={language: title for language, (title, _) in pages.items()},
                texts={language: text for language, (_, text) in pages.items()},
                revisions=row.revisions,
                note=next(iter(row.note.values()), "")[:300],
                content_hash=row.content_hash,
                published_at=row.published_at,
                published_by_id=row.published_by_id,
            )
        )


def _joined(paragraphs: list[dict[str, Any]]) -> tuple[str, str]:
    title = next((each["text"] for each in paragraphs if each["key"] == "title"), "")
    return title[:300], "\n\n".join(each["text"] for each in paragraphs if each["key"] != "title" and each["text"])


def _allow_roles(roles: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{role}'" for role in roles)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.drop_constraint(op.f("ck_membership_role"), "membership", type_="check")
    with op.batch_alter_table("membership", recreate="always" if on_sqlite else "never") as membership:
        membership.create_check_constraint(op.f("ck_membership_role"), f"role IN ({allowed})")


def _keep_counting(*tables: str) -> None:
    """Let PostgreSQL number new rows after those that kept their old numbers."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"SELECT setval('{table}_id_seq', COALESCE((SELECT max(id) FROM {table}), 0) + 1, false)")  # noqa: S608
