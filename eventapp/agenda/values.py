"""What organisers decide about a session, on its way from the form to the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.translated import Translated


@dataclass(frozen=True)
class PersonValues:
    """What is said of somebody in a session."""

    role: PersonRole
    state: PersonState
    name: str = ""
    affiliation: Translated = field(default_factory=Translated)
    institution_id: int | None = None
    email: str = ""  # for our mails; never published


@dataclass(frozen=True)
class SessionValues:
    """All that an organiser decides about a session."""

    kind: SessionKind
    title: Translated
    starts_local: datetime
    ends_local: datetime
    text: Translated = field(default_factory=Translated)
    theme_id: int | None = None
    place_id: int | None = None
    languages: Sequence[str] = ()
    interpretation: bool = False
    streamed: bool = False
    sign_up: bool = False
    capacity: int | None = None
    people: Sequence[PersonValues] = ()
