"""Offers to the waiting list: until when one is kept, and for how many days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; columns only, because rebuilding a table of SQLite would empty those that refer to it."""
    op.add_column("event", sa.Column("offer_days", sa.Integer(), server_default="3", nullable=False))
    op.add_column("registration", sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("registration", sa.Column("offer_reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_registration_offer_expires_at"), "registration", ["offer_expires_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_registration_offer_expires_at"), table_name="registration")
    op.drop_column("registration", "offer_reminded_at")
    op.drop_column("registration", "offer_expires_at")
    op.drop_column("event", "offer_days")
