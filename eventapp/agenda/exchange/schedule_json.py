"""The released agenda as JSON, with every language, documented in docs/exchange.md; what it writes it can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from eventapp.agenda import words
from eventapp.agenda.exchange.reading import (
    Fault,
    Reading,
    ReadPerson,
    ReadSession,
    languages_of,
    line_of,
    listed,
    moment,
    one_of,
    text_of,
    uid_of,
    whole,
)
from eventapp.agenda.queries import Released
from eventapp.agenda.snapshot import PersonEntry, SessionEntry, Snapshot
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.translated import Translated

FORMAT, VERSION = "eventapp-agenda", 1
# What a session may leave out: one that is there already keeps it.
_MAY_LACK = ("place", "theme", "languages", "interpretation", "streamed", "sign_up", "capacity", "people")


def write(release: Released, language: str, *, slug: str, url: str) -> bytes:
    """Return the release as JSON in UTF-8, the same bytes for the same release; `display` is in the language."""
    snapshot = release.snapshot
    document = {
        "format": FORMAT,
        "version": VERSION,
        "language": language,
        "event": {
            "slug": slug,
            "url": url,
            "title": snapshot.title.as_dict(),
            "place": snapshot.place.as_dict(),
            "venue": snapshot.venue.as_dict(),
            "hosts": [host.as_dict() for host in snapshot.hosts],
            "time_zone": snapshot.zone,
            "starts_on": snapshot.starts_on.isoformat(),
            "ends_on": snapshot.ends_on.isoformat(),
            "languages": list(snapshot.languages),
        },
        "release": {"number": release.number, "released_at": release.released_at.isoformat()},
        "themes": [{"number": theme.number, "title": theme.title.as_dict()} for theme in snapshot.themes],
        "sessions": [_session(snapshot, session, language) for session in snapshot.sessions],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _session(snapshot: Snapshot, session: SessionEntry, language: str) -> dict[str, Any]:
    return {
        "uid": session.uid,
        "kind": session.kind.value,
        "title": session.title.as_dict(),
        "text": session.text.as_dict(),
        "starts_local": session.starts_local.isoformat(timespec="minutes"),
        "ends_local": session.ends_local.isoformat(timespec="minutes"),
        "starts_at": snapshot.machine_time(session.starts_local),
        "ends_at": snapshot.machine_time(session.ends_local),
        "place": session.place.as_dict(),
        "theme": session.theme,
        "languages": list(session.languages),
        "interpretation": session.interpretation,
        "streamed": session.streamed,
        "sign_up": session.sign_up,
        "capacity": session.capacity,
        "cancelled": session.cancelled,
        "people": [_person(person) for person in session.people],
        "display": {
            "title": session.title.text(language),
            "kind": words.kind(session.kind),
            "place": session.place.text(language),
            "people": [
                {"role": role, "people": words.people_line(entries, language)}
                for role, entries in words.people_by_role(session)
            ],
        },
    }


def _person(person: PersonEntry) -> dict[str, Any]:
    sure = person.state is PersonState.CONFIRMED  # whom we only invited is nobody else's business
    return {
        "role": person.role.value,
        "state": (person.state if sure else PersonState.TO_BE_CONFIRMED).value,
        "name": person.name,
        "affiliation": person.affiliation.as_dict(),
        "institution": person.institution.as_dict(),
    }


def read(content: bytes) -> Reading:
    """Return the sessions of a document that `write` made. Raises `Fault` when it is none."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Fault("not_json", str(getattr(error, "lineno", "") or "")) from None
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise Fault("not_our_json")
    if document.get("version") != VERSION:
        raise Fault("other_version", str(document.get("version"))[:20])
    found = document.get("sessions")
    if not isinstance(found, list):
        raise Fault("not_our_json")
    themes = {
        whole(theme.get("number")): text_of(theme.get("title"), line=True)
        for theme in listed(document.get("themes"))
        if isinstance(theme, Mapping)
    }
    sessions = [_read_session(position, each, themes) for position, each in enumerate(found, start=1)]
    cancelled = sum(isinstance(each, Mapping) and each.get("cancelled") is True for each in found)
    return Reading(
        sessions=[session for session in sessions if session is not None],
        losses={"cancelled": cancelled} if cancelled else {},
    )


def _read_session(position: int, each: Any, themes: Mapping[int | None, Translated]) -> ReadSession | None:
    if not isinstance(each, Mapping):
        return ReadSession(row=position, key="", faults=["not_a_session"])
    if each.get("cancelled") is True:
        return None
    faults: list[str] = []
    return ReadSession(
        row=position,
        key=line_of(each.get("uid"), longest=120),
        uid=uid_of(each.get("uid")),
        kind=one_of(SessionKind, each.get("kind"), faults, "kind"),
        title=text_of(each.get("title"), line=True),
        text=text_of(each.get("text")),
        starts_local=moment(each.get("starts_local"), faults, "starts"),
        ends_local=moment(each.get("ends_local"), faults, "ends"),
        place=text_of(each.get("place"), line=True),
        theme_title=themes.get(whole(each.get("theme")), Translated()),
        languages=languages_of(listed(each.get("languages"))),
        interpretation=each.get("interpretation") is True,
        streamed=each.get("streamed") is True,
        sign_up=each.get("sign_up") is True,
        capacity=whole(each.get("capacity")),
        people=tuple(
            ReadPerson(
                role=one_of(PersonRole, person.get("role"), faults, "role"),
                state=one_of(PersonState, person.get("state"), faults, "state"),
                name=line_of(person.get("name"), longest=200),
                affiliation=text_of(person.get("affiliation"), line=True),
                institution=text_of(person.get("institution"), line=True),
            )
            for person in listed(each.get("people"))
            if isinstance(person, Mapping)
        ),
        silent=tuple(name for name in _MAY_LACK if name not in each),
        faults=faults,
    )
