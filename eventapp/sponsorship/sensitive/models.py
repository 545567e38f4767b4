"""Passport and bank data, encrypted, apart from everything else, and who read them when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.states import SensitiveKind


class SensitiveRecord(Base):
    """One kind of sensitive data of one request: asked for, given and sealed, or forgotten."""

    __tablename__ = "sponsorship_sensitive_record"
    __table_args__ = (UniqueConstraint("request_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SensitiveKind] = mapped_column(state_column(SensitiveKind))
    key_id: Mapped[str] = mapped_column(String(16), default="", index=True)  # of the key that sealed it
    sealed: Mapped[str | None] = mapped_column(Text)  # AES-256-GCM, base64; None: not given yet, or forgotten
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[SponsorshipRequest] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the number of the request; never anything of what is sealed."""
        return f"#{self.request_id}"
