"""The context: the first argument of every command and query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session


class ActorKind(StrEnum):
    """Who acts."""

    STAFF = "staff"
    PARTICIPANT = "participant"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: a staff account, a participant (an invitation's id), the system or nobody known."""

    kind: ActorKind
    id: int | None = None
    label: str = ""


SYSTEM = Actor(ActorKind.SYSTEM, label="eventapp")
ANONYMOUS = Actor(ActorKind.ANONYMOUS)


@dataclass(frozen=True)
class Context:
    """What a command may know of the world: the database session, the actor, the instant and the language."""

    session: Session
    actor: Actor
    now: datetime
    language: str
