"""Commands of an import: keep what a file says, and put it into the draft once somebody has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda import words
from eventapp.agenda.editing import earlier
from eventapp.agenda.editing.service import Wanted, put_many
from eventapp.agenda.exchange.models import AgendaImport
from eventapp.agenda.exchange.reading import Reading, ReadPerson, ReadSession
from eventapp.agenda.exchange.resolving import Known, Outcome, Resolved, resolve
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.events import parts
from eventapp.events.models import Event, Place, Theme

PREVIEW_LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Written:
    """What an import did to the draft."""

    added: int
    changed: int
    same: int
    refused: int


def keep_preview(ctx: Context, event: Event, filename: str, reading: Reading, *, account_id: int) -> AgendaImport:
    """Keep what the file says until somebody confirms it; the draft is untouched."""
    preview = AgendaImport(
        event_id=event.id,
        account_id=account_id,
        filename=filename[:200],
        rows=[_to_json(session) for session in reading.sessions],
        losses=[[name, count] for name, count in sorted(reading.losses.items())],
        created_at=ctx.now,
    )
    ctx.session.add(preview)
    ctx.session.flush()
    return preview


def get_preview(ctx: Context, event: Event, preview_id: int) -> AgendaImport:
    """Return a preview of this event. Raises `NotFound`, also when it was forgotten."""
    found = ctx.session.scalar(
        select(AgendaImport).where(AgendaImport.id == preview_id, AgendaImport.event_id == event.id)
    )
    if found is None:
        raise NotFound(_("This preview is no longer kept. Choose the file again."))
    return found


def look(ctx: Context, event: Event, preview: AgendaImport) -> list[Resolved]:
    """Return what the import would do now with each session of the file."""
    return resolve([_from_json(row) for row in preview.rows], known_of(ctx, event))


def confirm(ctx: Context, event: Event, preview_id: int) -> Written | None:
    """Put the file's sessions into the draft as one step that can be undone; None when that was done before.

    A session that the file names as one of an earlier import, or by its UID, is changed instead of added; when it was
    taken out of the draft meanwhile, it comes back with its number, so that all that belongs to it is there again.
    """
    sessions.lock(ctx, event)
    preview = get_preview(ctx, event, preview_id)
    ctx.session.refresh(preview, with_for_update=True)
    if preview.confirmed_at is not None:
        return None
    resolved = look(ctx, event, preview)
    if any(each.new_place or each.new_theme for each in resolved):
        _add_parts(ctx, event, resolved)
        resolved = look(ctx, event, preview)
    put_many(ctx, event, "import", _wanted(ctx, event, resolved))
    preview.confirmed_at = ctx.now
    count = {outcome: sum(each.outcome is outcome for each in resolved) for outcome in Outcome}
    audit.record(ctx, preview, "import", {"added": count[Outcome.NEW], "changed": count[Outcome.CHANGED]})
    return Written(count[Outcome.NEW], count[Outcome.CHANGED], count[Outcome.SAME], count[Outcome.REFUSED])


def _wanted(ctx: Context, event: Event, resolved: Sequence[Resolved]) -> list[Wanted]:
    """Return what the draft shall get, new sessions as those that they were before or with the UID of the file."""
    new = [each for each in resolved if each.outcome is Outcome.NEW]
    known = earlier.identities(ctx, event) if new else {}
    foreign = earlier.released_elsewhere(ctx, event, {each.read.uid for each in new if each.read.uid} - known.keys())
    there = {row.id for row in agenda.list_draft_sessions(ctx, event)}  # and those that come back
    wanted = []
    for each in resolved:
        if each.values is None or each.outcome not in (Outcome.NEW, Outcome.CHANGED):
            continue
        session_id, uid = each.session_id, each.read.uid
        was = known.get(each.read.key) or known.get(uid) if session_id is None else None
        if was is not None and was.session_id not in there:
            session_id, uid = was.session_id, was.uid
            there.add(session_id)
        wanted.append(Wanted(each.values, session_id, uid="" if uid in foreign else uid, source_key=each.read.key))
    return wanted


def forget_previews(ctx: Context) -> int:
    """Delete previews that nobody needs any more and return how many."""
    old = select(AgendaImport.id).where(AgendaImport.created_at < ctx.now - PREVIEW_LIFE)
    ids = list(ctx.session.scalars(old))
    ctx.session.execute(delete(AgendaImport).where(AgendaImport.id.in_(ids)))
    return len(ids)


def known_of(ctx: Context, event: Event) -> Known:
    """Return what the event has already, for a file to be compared with."""
    rows = agenda.list_draft_sessions(ctx, event)
    values = {row.id: sessions.values_of(row) for row in rows}
    known = {row.uid: (row.id, values[row.id]) for row in rows}
    known |= {row.source_key: (row.id, values[row.id]) for row in rows if row.source_key}
    return Known(
        zone=event.timezone,
        languages=tuple(event.languages),
        days=tuple(event.days),
        places=_by_name({place.id: place.name for place in event.places}),
        nowhere={fold(text) for name in (event.venue, event.place) for text in name.values()},
        themes=_by_name({theme.id: theme.title for theme in event.themes}),
        theme_numbers={theme.number: theme.id for theme in event.themes},
        institutions=_by_name({each.id: each.name for each in event.institutions}),
        sessions=known,
        written={row.id: _written(row, values[row.id], event.languages) for row in rows if row.people},
    )


def _written(row: AgendaSession, values: SessionValues, languages: Sequence[str]) -> dict[str, PersonValues]:
    """Return the people of a session by what our own files call them, folded."""
    entries = zip(agenda.entry_of(row).people, values.people, strict=True)
    return {
        fold(name): person
        for entry, person in entries
        if entry.is_named
        for language in languages
        for name in (words.person(entry, language), words.person(entry, language).replace(";", ","))
    }


def _by_name(names: Mapping[int, Translated]) -> dict[str, int]:
    return {fold(text): part_id for part_id, name in names.items() for text in name.values()}


def _add_parts(ctx: Context, event: Event, resolved: Sequence[Resolved]) -> None:
    """Add the places and themes that the file names and the event lacks."""
    for model, names in (
        (Place, [each.new_place for each in resolved if each.new_place]),
        (Theme, [each.new_theme for each in resolved if each.new_theme]),
    ):
        for name in {fold(name.text(event.first_language)): name for name in names}.values():
            texts = name.ordered(event.languages)
            if event.first_language not in texts:
                texts = texts.with_text(event.first_language, texts.text(event.first_language))
            parts.add(ctx, event, model, _new_part(model, texts))


def _new_part(model: type[Place | Theme], name: Translated) -> dict[str, Any]:
    if model is Place:
        return {"name": name, "directions": Translated(), "capacity": None}
    return {"title": name, "text": Translated(), "working_group_url": ""}


def _to_json(session: ReadSession) -> dict[str, Any]:
    return {
        "row": session.row,
        "key": session.key,
        "uid": session.uid,
        "kind": session.kind.value if session.kind else None,
        "title": session.title.as_dict(),
        "text": session.text.as_dict(),
        "starts_local": session.starts_local.isoformat() if session.starts_local else None,
        "ends_local": session.ends_local.isoformat() if session.ends_local else None,
        "place": session.place.as_dict(),
        "theme": session.theme,
        "theme_title": session.theme_title.as_dict(),
        "languages": list(session.languages),
        "interpretation": session.interpretation,
        "streamed": session.streamed,
        "sign_up": session.sign_up,
        "capacity": session.capacity,
        "people": [
            {
                "role": person.role.value if person.role else None,
                "state": person.state.value if person.state else None,
                "name": person.name,
                "affiliation": person.affiliation.as_dict(),
                "institution": person.institution.as_dict(),
                "in_doubt": person.in_doubt,
            }
            for person in session.people
        ],
        "silent": list(session.silent),
        "faults": session.faults,
    }


def _from_json(row: Mapping[str, Any]) -> ReadSession:
    def wall(value: str | None) -> datetime | None:
        return datetime.fromisoformat(value) if value else None

    plain = {
        name: row[name] for name in ("row", "key", "uid", "theme", "interpretation", "streamed", "sign_up", "capacity")
    }
    read = ReadSession(**plain)
    return replace(
        read,
        kind=SessionKind(row["kind"]) if row["kind"] else None,
        title=Translated(row["title"]),
        text=Translated(row["text"]),
        starts_local=wall(row["starts_local"]),
        ends_local=wall(row["ends_local"]),
        place=Translated(row["place"]),
        theme_title=Translated(row["theme_title"]),
        languages=tuple(row["languages"]),
        people=tuple(
            ReadPerson(
                role=PersonRole(person["role"]) if person["role"] else None,
                state=PersonState(person["state"]) if person["state"] else None,
                name=person["name"],
                affiliation=Translated(person["affiliation"]),
                institution=Translated(person["institution"]),
                in_doubt=person.get("in_doubt", False),  # previews of the version before know none
            )
            for person in row["people"]
        ),
        silent=tuple(row["silent"]),
        faults=list(row["faults"]),
    )
