"""Sign-up, personal feeds, undoing, notices, imports, announcements, remote access, materials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; columns are only added, because rebuilding a table of SQLite would empty those that refer to it."""
    op.create_table(
        "agenda_edit_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_agenda_edit_step_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_agenda_edit_step_made_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_edit_step")),
    )
    op.create_index(op.f("ix_agenda_edit_step_event_id_id"), "agenda_edit_step", ["event_id", "id"], unique=False)
    op.create_index(op.f("ix_agenda_edit_step_made_by_id"), "agenda_edit_step", ["made_by_id"], unique=False)

    op.create_table(
        "agenda_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("losses", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_agenda_import_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_agenda_import_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_import")),
    )
    op.create_index(op.f("ix_agenda_import_account_id"), "agenda_import", ["account_id"], unique=False)
    op.create_index(op.f("ix_agenda_import_created_at"), "agenda_import", ["created_at"], unique=False)
    op.create_index(op.f("ix_agenda_import_event_id"), "agenda_import", ["event_id"], unique=False)

    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_announcement_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_event_id_ends_at"), "announcement", ["event_id", "ends_at"], unique=False)

    op.create_table(
        "release_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to_review",
                "sent",
                "dropped",
                "superseded",
                name="notices_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_release_notices_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["agenda_release.id"], name=op.f("fk_release_notices_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_notices")),
        sa.UniqueConstraint("release_id", name=op.f("uq_release_notices_release_id")),
    )
    op.create_index(op.f("ix_release_notices_event_id"), "release_notices", ["event_id"], unique=False)

    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("file", "link", name="material_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "audience",
            sa.Enum("everybody", "participants", name="audience", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("shown_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_material_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("name", name=op.f("uq_material_name")),
    )
    op.create_index(
        op.f("ix_material_event_id_session_id_position"),
        "material",
        ["event_id", "session_id", "position"],
        unique=False,
    )
    op.create_index(op.f("ix_material_session_id"), "material", ["session_id"], unique=False)

    op.create_table(
        "remote_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("passcode", sa.String(length=100), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_remote_access_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_access")),
    )
    op.create_index(op.f("ix_remote_access_session_id"), "remote_access", ["session_id"], unique=False)
    op.create_index("uq_remote_access_session", "remote_access", ["event_id", "session_id"], unique=True)

    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_calendar_feed_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_calendar_feed_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_calendar_feed_registration_id")),
    )
    op.create_index(op.f("ix_calendar_feed_event_id"), "calendar_feed", ["event_id"], unique=False)

    op.create_table(
        "session_sign_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "chosen", "waiting", "left", name="sign_up_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("passed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_session_sign_up_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_session_sign_up_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_sign_up")),
        sa.UniqueConstraint(
            "registration_id", "session_id", name=op.f("uq_session_sign_up_registration_id_session_id")
        ),
    )
    op.create_index(
        op.f("ix_session_sign_up_event_id_session_id_state"),
        "session_sign_up",
        ["event_id", "session_id", "state"],
        unique=False,
    )
    op.create_index(op.f("ix_session_sign_up_registration_id"), "session_sign_up", ["registration_id"], unique=False)

    op.add_column("agenda_session", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("agenda_session", sa.Column("sign_up", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("agenda_session", sa.Column("source_key", sa.String(length=200), server_default="", nullable=False))
    op.add_column("agenda_session", sa.Column("late_minutes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("agenda_release", sa.Column("contacts", sa.JSON(), server_default="{}", nullable=False))
    op.create_index(
        op.f("ix_agenda_session_event_id_source_key"), "agenda_session", ["event_id", "source_key"], unique=False
    )

    op.add_column("session_person", sa.Column("email", sa.String(length=254), server_default="", nullable=False))


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_agenda_session_event_id_source_key", "agenda_session")
    op.drop_column("agenda_release", "contacts")
    op.drop_column("session_person", "email")
    op.drop_column("agenda_session", "late_minutes")
    op.drop_column("agenda_session", "source_key")
    op.drop_column("agenda_session", "sign_up")
    op.drop_column("agenda_session", "capacity")
    op.drop_table("session_sign_up")
    op.drop_table("calendar_feed")
    op.drop_table("remote_access")
    op.drop_table("material")
    op.drop_table("release_notices")
    op.drop_table("announcement")
    op.drop_table("agenda_import")
    op.drop_table("agenda_edit_step")
