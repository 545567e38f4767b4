"""Print jobs: documents for many people, made by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.registrations.printing.states import PrintKind, PrintState


class PrintJob(Base):
    """One document for many people: asked for on a page, made by the worker, fetched from the page."""

    __tablename__ = "print_job"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PrintKind] = mapped_column(state_column(PrintKind))
    state: Mapped[PrintState] = mapped_column(state_column(PrintState), default=PrintState.WAITING)
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)  # the filters, or the ids, of whom it is for
    people: Mapped[int]  # how many it is for
    done: Mapped[int] = mapped_column(default=0)  # how many are in the document by now
    problem: Mapped[str] = mapped_column(String(300), default="")
    document: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the machine's clock: a lease
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return its number; what it is, the audit says in the reader's words."""
        return str(self.id)
