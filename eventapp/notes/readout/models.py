"""Key insights: their kind, theme, the places behind them, and where they came from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.events.models import Theme
from eventapp.notes.session_notes.states import EntryKind


class Insight(Base):
    """What surrounds an insight; its words are the part `insight:<id>` of the read-out, the heading first.

    The text of the read-out says which insights there are and in which order: one that is not in it was removed.
    """

    __tablename__ = "insight"
    __table_args__ = {"sqlite_autoincrement": True}  # editions name the ids

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EntryKind] = mapped_column(state_column(EntryKind))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    places: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # {"name": …, "country": ISO 3166-1}
    group_id: Mapped[int | None] = mapped_column(ForeignKey("idea_group.id", ondelete="SET NULL"), index=True)
    origin: Mapped[Translated] = mapped_column(TranslatedText)  # the session in which its ideas were gathered
    ideas: Mapped[int] = mapped_column(default=0)  # so many, when it was made of a group
    dots: Mapped[int] = mapped_column(default=0)  # so many, likewise
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    theme: Mapped[Theme | None] = relationship()

    @property
    def part(self) -> str:
        """Return the name of its part in the read-out."""
        return f"insight:{self.id}"

    @property
    def audit_label(self) -> str:
        """Return its number in the order of making."""
        return str(self.id)
