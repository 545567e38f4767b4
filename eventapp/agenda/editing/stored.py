"""A session of the draft as JSON values, so that a step of editing can be taken back to the letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from eventapp.agenda.models import AgendaSession
from eventapp.agenda.service import values_of
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.translated import Translated


def to_json(session: AgendaSession) -> dict[str, Any]:
    """Return all that an organiser decides about the session, and what identifies it."""
    values = values_of(session)
    return {
        "uid": session.uid,
        "source_key": session.source_key,
        "created_at": session.created_at.isoformat(),
        "kind": values.kind.value,
        "title": values.title.as_dict(),
        "text": values.text.as_dict(),
        "starts_local": values.starts_local.isoformat(),
        "ends_local": values.ends_local.isoformat(),
        "theme_id": values.theme_id,
        "place_id": values.place_id,
        "languages": list(values.languages),
        "interpretation": values.interpretation,
        "streamed": values.streamed,
        "sign_up": values.sign_up,
        "capacity": values.capacity,
        "people": [
            {
                "role": person.role.value,
                "state": person.state.value,
                "name": person.name,
                "affiliation": person.affiliation.as_dict(),
                "institution_id": person.institution_id,
                "email": person.email,
            }
            for person in values.people
        ],
    }


def values_from(stored: Mapping[str, Any]) -> SessionValues:
    """Return what `to_json` wrote, as values for a session."""
    return SessionValues(
        kind=SessionKind(stored["kind"]),
        title=Translated(stored["title"]),
        text=Translated(stored["text"]),
        starts_local=datetime.fromisoformat(stored["starts_local"]),
        ends_local=datetime.fromisoformat(stored["ends_local"]),
        theme_id=stored["theme_id"],
        place_id=stored["place_id"],
        languages=tuple(stored["languages"]),
        interpretation=stored["interpretation"],
        streamed=stored["streamed"],
        sign_up=stored["sign_up"],
        capacity=stored["capacity"],
        people=tuple(
            PersonValues(
                role=PersonRole(person["role"]),
                state=PersonState(person["state"]),
                name=person["name"],
                affiliation=Translated(person["affiliation"]),
                institution_id=person["institution_id"],
                email=person["email"],
            )
            for person in stored["people"]
        ),
    )
