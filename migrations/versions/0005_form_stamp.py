"""A stamp on each event's own form, by which a process knows what it has read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; forms that exist get a stamp of their own, for an empty one says that there are no questions."""
    op.add_column("event", sa.Column("form_stamp", sa.String(length=32), nullable=False, server_default=""))
    op.execute("UPDATE event SET form_stamp = 'first' WHERE id IN (SELECT event_id FROM question_group)")


def downgrade() -> None:
    """Go back."""
    op.drop_column("event", "form_stamp")
