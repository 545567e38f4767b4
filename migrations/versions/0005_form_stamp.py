"""A stamp on each event's own form; sensitive questions; how far a release is told, and is late."""

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
    op.add_column("question", sa.Column("sensitive", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("release_notices", sa.Column("written", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("release_notices", sa.Column("told", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("agenda_release", sa.Column("delays", sa.JSON(), nullable=False, server_default="{}"))
    op.execute("UPDATE release_notices SET written = people WHERE state = 'sent'")


def downgrade() -> None:
    """Go back."""
    op.drop_column("agenda_release", "delays")
    op.drop_column("release_notices", "told")
    op.drop_column("release_notices", "written")
    op.drop_column("question", "sensitive")
    op.drop_column("event", "form_stamp")
