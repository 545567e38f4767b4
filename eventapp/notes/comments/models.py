"""Comments of participants on published paragraphs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.notes.comments.states import CommentState
from eventapp.notes.models import Publication


class Comment(Base):
    """What somebody said about a paragraph, and what became of it."""

    __tablename__ = "comment"
    __table_args__ = (
        Index(None, "event_id", "state"),
        Index(None, "publication_id", "paragraph_key"),
        UniqueConstraint("publication_id", "registration_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    edition_number: Mapped[int]  # that it was said about
    paragraph_key: Mapped[str] = mapped_column(String(20), default="")  # empty: about the whole
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(String(40))  # of the form, so that a second press makes no second comment
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)  # plain; shown escaped
    signed: Mapped[str] = mapped_column(String(300), default="")  # the name to show; empty unless its author wants it
    state: Mapped[CommentState] = mapped_column(state_column(CommentState), default=CommentState.WAITING)
    reason: Mapped[Translated] = mapped_column(TranslatedText)  # of the outcome, or why it is hidden
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # from when on the outcome is public
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    publication: Mapped[Publication] = relationship()
    decided_by: Mapped[Account | None] = relationship()

    @property
    def audit_label(self) -> str:
        """Return a number: what somebody said is not for the audit."""
        return str(self.id)
