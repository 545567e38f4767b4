"""The life of an event, and the words its parts are chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class EventState(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class EventAction(StrEnum):
    """What organisers do with an event as a whole."""

    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


_S, _A = EventState, EventAction

TRANSITIONS: Mapping[tuple[EventState, EventAction], EventState] = {
    (_S.DRAFT, _A.PUBLISH): _S.PUBLISHED,
    (_S.PUBLISHED, _A.CLOSE): _S.CLOSED,
    (_S.CLOSED, _A.REOPEN): _S.PUBLISHED,
    (_S.PUBLISHED, _A.CANCEL): _S.CANCELLED,
    (_S.CLOSED, _A.CANCEL): _S.CANCELLED,
}

MACHINE = Machine(TRANSITIONS)

PUBLIC_STATES = frozenset({_S.PUBLISHED, _S.CLOSED, _S.CANCELLED, _S.ARCHIVED})


class InstitutionKind(StrEnum):
    """What an institution is to the event."""

    ORGANISER = "organiser"
    PARTNER = "partner"


class AttributionRule(StrEnum):
    """Who may be named in what is published."""

    CHATHAM_HOUSE = "chatham_house"
    CONSENTED = "consented"
    ON_THE_RECORD = "on_the_record"


class Accent(StrEnum):
    """The palettes an event may wear; the contrast of each is checked in light and dark."""

    TEAL = "teal"
    INDIGO = "indigo"
    PLUM = "plum"
    BRICK = "brick"
    FOREST = "forest"
    OCEAN = "ocean"
    OCHRE = "ochre"
    SLATE = "slate"
