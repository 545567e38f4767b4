"""Boards of ideas, their groups, and the dots that people put."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.notes.ideas.states import BoardState


class IdeaBoard(Base):
    """One question to the room; its row is the lock of the dots."""

    __tablename__ = "idea_board"
    __table_args__ = (Index(None, "event_id", "session_id"), CheckConstraint("dots BETWEEN 1 AND 20", name="dots"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int]  # no foreign key: what was gathered outlives a session of the draft
    question: Mapped[Translated] = mapped_column(TranslatedText)
    state: Mapped[BoardState] = mapped_column(state_column(BoardState), default=BoardState.PREPARED)
    code: Mapped[str] = mapped_column(String(8), unique=True)  # shown in the room; lets in whoever is there
    dots: Mapped[int] = mapped_column(default=3)  # per person
    version: Mapped[int] = mapped_column(default=1)  # grows with what the rapporteur does, so that screens look again
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    groups: Mapped[list[IdeaGroup]] = relationship(
        back_populates="board", order_by="(IdeaGroup.position, IdeaGroup.id)", cascade="all, delete-orphan"
    )

    @property
    def audit_label(self) -> str:
        """Return the question, in whichever language there is one."""
        return self.question.text("en")


class IdeaGroup(Base):
    """Ideas that belong together, as the rapporteur named them."""

    __tablename__ = "idea_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("idea_board.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[Translated] = mapped_column(TranslatedText)

    board: Mapped[IdeaBoard] = relationship(back_populates="groups")
    ideas: Mapped[list[Idea]] = relationship(back_populates="group", order_by="Idea.id")


class Idea(Base):
    """A short idea; who wrote it is known to nobody but the one who may change it."""

    __tablename__ = "idea"
    __table_args__ = (UniqueConstraint("board_id", "key"), Index(None, "board_id", "writer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("idea_board.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("idea_group.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(String(40))  # of the form, so that a second press adds no second one
    writer: Mapped[str] = mapped_column(String(64))  # HMAC of the participation or the browser; no name
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(String(280))
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken out by the rapporteur
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    group: Mapped[IdeaGroup | None] = relationship(back_populates="ideas")


class IdeaDots(Base):
    """The dots of one person on one group."""

    __tablename__ = "idea_dots"
    __table_args__ = (
        UniqueConstraint("group_id", "writer"),
        Index(None, "board_id", "writer"),
        CheckConstraint("dots > 0", name="dots"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("idea_board.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("idea_group.id", ondelete="CASCADE"))
    writer: Mapped[str] = mapped_column(String(64))
    dots: Mapped[int]
