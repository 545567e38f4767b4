"""Materials of sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from eventapp.agenda.materials.states import Audience, MaterialKind
from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated


class Material(Base):
    """A file or link that belongs to a session; not part of a release: it can come before and after.

    When the session is deleted from the draft its materials stay: the public still sees it until the next release,
    as cancelled after it, and the deletion can be undone.
    """

    __tablename__ = "material"
    __table_args__ = (Index(None, "event_id", "session_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(index=True)  # no foreign key: it outlives its session in the draft
    position: Mapped[int]
    kind: Mapped[MaterialKind] = mapped_column(state_column(MaterialKind))
    audience: Mapped[Audience] = mapped_column(state_column(Audience))
    title: Mapped[Translated] = mapped_column(TranslatedText)
    language: Mapped[str] = mapped_column(String(8), default="")  # of the file or page; empty: in every language
    url: Mapped[str] = mapped_column(String(500), default="")
    shown_from_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shown_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name: Mapped[str | None] = mapped_column(String(64), unique=True)  # random; part of the file's address
    filename: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    data: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def is_shown(self, now: datetime) -> bool:
        """Tell whether its audience sees it at that moment."""
        begun = self.shown_from_at is None or self.shown_from_at <= now
        return begun and (self.shown_until_at is None or now < self.shown_until_at)

    @property
    def audit_label(self) -> str:
        """Return the title, in whichever language there is one."""
        return self.title.text("en")
