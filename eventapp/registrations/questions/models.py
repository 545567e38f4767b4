"""Groups of questions, questions, their options, the places taken on them, and files that were handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.registrations.questions.shape import Choice, Condition
from eventapp.registrations.questions.states import QuestionKind


class QuestionGroup(Base):
    """Questions that belong together: one page of the form, between the needs and the consents."""

    __tablename__ = "question_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)

    questions: Mapped[list[Question]] = relationship(
        back_populates="group", order_by="Question.position", cascade="all, delete-orphan"
    )

    @property
    def audit_label(self) -> str:
        """Return the title, in whichever language there is one."""
        return self.title.text("en")


class Question(Base):
    """One question of the organisers; retired it is asked no more and keeps the answers it has."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("question_group.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(state_column(QuestionKind))
    label: Mapped[Translated] = mapped_column(TranslatedText)
    help: Mapped[Translated] = mapped_column(TranslatedText)
    required: Mapped[bool] = mapped_column(default=False)
    private: Mapped[bool] = mapped_column(default=False)  # answered and seen by organisers only
    sensitive: Mapped[bool] = mapped_column(default=False, server_default=false())  # read by fewer, forgotten sooner
    depends_on_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    depends_on_values: Mapped[list[Any]] = mapped_column(
        JSON
    )  # asked when the answer is one of: True, False, option ids
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    group: Mapped[QuestionGroup] = relationship(back_populates="questions")
    depends_on: Mapped[Question | None] = relationship(remote_side=[id])
    options: Mapped[list[QuestionOption]] = relationship(
        order_by="QuestionOption.position", cascade="all, delete-orphan"
    )

    @property
    def audit_label(self) -> str:
        """Return the question, in whichever language there is one."""
        return self.label.text("en")

    @property
    def condition(self) -> Condition | None:
        """Return what has to be answered elsewhere for this to be asked, or None when it always is."""
        return Condition(self.depends_on_id, frozenset(self.depends_on_values)) if self.depends_on_id else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Return the answers to choose from, those that are no longer offered too."""
        return tuple(Choice(each.id, each.label, each.places, each.retired_at is not None) for each in self.options)


class QuestionOption(Base):
    """One of the answers to choose from; it may have a limited number of places."""

    __tablename__ = "question_option"
    __table_args__ = (CheckConstraint("places IS NULL OR places >= 0", name="places"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    label: Mapped[Translated] = mapped_column(TranslatedText)
    places: Mapped[int | None]  # at most so many people may choose it; None: no limit
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlaceTaken(Base):
    """A place on a limited option, held by a registration from its sending until it ends; counted from these rows."""

    __tablename__ = "place_taken"
    __table_args__ = (UniqueConstraint("registration_id", "option_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("question_option.id", ondelete="CASCADE"), index=True)


class AnswerFile(Base):
    """A file that answers a question; checked by its bytes, served as an attachment under a random name."""

    __tablename__ = "answer_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # random; part of the address
    filename: Mapped[str] = mapped_column(String(200))  # as the person called it, cleaned
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    data: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
