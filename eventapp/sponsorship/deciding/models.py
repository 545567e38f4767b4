"""Who could come next when money became free: a suggestion to a human, never applied by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.core.database import Base, UtcDateTime


class Successor(Base):
    """The one request on the waiting list suggested after another ended; None suggested: nobody fitted."""

    __tablename__ = "sponsorship_successor"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_fund.id", ondelete="CASCADE"), index=True)
    ended_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), unique=True)
    suggested_id: Mapped[int | None] = mapped_column(
        ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # proposed, or set aside

    @property
    def audit_label(self) -> str:
        """Return the number of the request that ended."""
        return f"#{self.ended_id}"
