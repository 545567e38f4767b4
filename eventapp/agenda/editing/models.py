"""The steps by which the draft was edited, so that the last ones can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, UtcDateTime


class EditStep(Base):
    """One command on the draft: the sessions that it touched, as they were and as it left them."""

    __tablename__ = "agenda_edit_step"
    __table_args__ = (Index(None, "event_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(40))  # shift, move_day, edit, …: what it is called on the button
    before: Mapped[dict[str, Any]] = mapped_column(JSON)  # by session id; null: did not exist
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    about: Mapped[dict[str, Any]] = mapped_column(JSON)  # title, count, minutes, …: what its sentence says
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    made_by: Mapped[Account | None] = relationship()
