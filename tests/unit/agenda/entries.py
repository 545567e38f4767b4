"""Plain agendas to test pure functions with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from eventapp.agenda.snapshot import PersonEntry, SessionEntry, Snapshot, ThemeEntry
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.translated import Translated

NOW = datetime(2024, 10, 1, 8, tzinfo=UTC)
HALL = Translated(en="Main hall", fr="Grande salle", es="Sala principal")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


FIRST = wall("2024-11-07T08:00")


def person(**fields: Any) -> PersonEntry:
    values: dict[str, Any] = {
        "role": PersonRole.SPEAKER,
        "state": PersonState.CONFIRMED,
        "name": "Awa Ndiaye",
        "affiliation": Translated(),
        "institution": Translated(),
        **fields,
    }
    return PersonEntry(**values)


def entry(number: int = 1, **fields: Any) -> SessionEntry:
    values: dict[str, Any] = {
        "id": number,
        "uid": f"uid-{number}",
        "kind": SessionKind.PLENARY,
        "title": Translated(en=f"Session {number}", fr=f"Séance {number}", es=f"Sesión {number}"),
        "text": Translated(),
        "theme": None,
        "place_id": 1,
        "place": HALL,
        "starts_local": FIRST + timedelta(hours=number),
        "ends_local": FIRST + timedelta(hours=number + 1),
        "languages": ("en", "fr"),
        "interpretation": True,
        "streamed": False,
        "people": (),
        **fields,
    }
    return SessionEntry(**values)


def agenda(*sessions: SessionEntry, **fields: Any) -> Snapshot:
    values: dict[str, Any] = {
        "title": Translated(en="Local solutions", fr="Solutions locales", es="Soluciones locales"),
        "place": Translated(en="Barcelona", fr="Barcelone", es="Barcelona"),
        "venue": Translated(),
        "zone": "Europe/Madrid",
        "starts_on": date(2024, 11, 7),
        "ends_on": date(2024, 11, 8),
        "languages": ("en", "fr", "es"),
        "contact_email": "team@example.org",
        "hosts": (Translated(en="Province of Barcelona"),),
        "themes": (ThemeEntry(1, Translated(en="Public policy", fr="Politiques publiques")),),
        "sessions": sessions,
        **fields,
    }
    return Snapshot(**values)
