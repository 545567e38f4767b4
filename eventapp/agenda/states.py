"""The words of the agenda."""

from __future__ import annotations

from enum import StrEnum


class SessionKind(StrEnum):
    """What kind of entry a session is."""

    WELCOME = "welcome"
    PLENARY = "plenary"
    PARALLEL = "parallel"
    PANEL = "panel"
    WORKSHOP = "workshop"
    BREAK = "break"
    LUNCH = "lunch"
    RAPPORTEUR = "rapporteur"
    VISIT = "visit"
    SOCIAL = "social"


QUIET_KINDS = frozenset({SessionKind.BREAK, SessionKind.LUNCH})


class PersonRole(StrEnum):
    """What somebody does in a session."""

    CHAIR = "chair"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    RAPPORTEUR = "rapporteur"


class PersonState(StrEnum):
    """How sure it is that somebody comes."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    TO_BE_CONFIRMED = "to_be_confirmed"


class ChangeKind(StrEnum):
    """What happened to a session from one release to the next."""

    ADDED = "added"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CHANGED = "changed"


class WarningKind(StrEnum):
    """What organisers should look at before they release."""

    PLACE_TWICE = "place_twice"
    PERSON_TWICE = "person_twice"
    OUTSIDE_DAYS = "outside_days"
    UNCLEAR_TIME = "unclear_time"
    OVER_PLACES = "over_places"
    OVER_CAPACITY = "over_capacity"
    NO_LUNCH = "no_lunch"
    MISSING_TRANSLATION = "missing_translation"
    UNCONFIRMED = "unconfirmed"


class Gravity(StrEnum):
    """How much a warning matters, the gravest first."""

    IMPOSSIBLE = "impossible"  # cannot take place like this
    ODD = "odd"
    UNFINISHED = "unfinished"
