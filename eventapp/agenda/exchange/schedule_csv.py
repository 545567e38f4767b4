"""The agenda as a table, one session a row, out and in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from eventapp.agenda import words
from eventapp.agenda.exchange.names import kind_named, name_and_doubt, role_named
from eventapp.agenda.exchange.reading import (
    MOST_BYTES,
    MOST_SESSIONS,
    Fault,
    Reading,
    ReadPerson,
    ReadSession,
    is_plausible,
    languages_of,
    line_of,
    paragraphs_of,
    uid_of,
)
from eventapp.agenda.queries import Released
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.agenda.states import SessionKind
from eventapp.core.tables import UnreadableTable, read_table, write_csv
from eventapp.core.text import fold
from eventapp.core.translated import Translated

# What a file needs, and what it may have besides; `title`, `text` and `place` may carry a language: title_fr.
NEEDED = ("date", "start", "end", "title")
OPTIONAL = ("id", "kind", "place", "theme", "languages", "interpretation", "streamed", "places", "people", "text")
_TRANSLATED = ("title", "text", "place")
# The fields that a column fills, where they are called otherwise; a session that is there keeps what has none.
_FIELDS = {"places": ("sign_up", "capacity"), **{name: (name,) for name in (
    "place", "theme", "languages", "interpretation", "streamed", "people")}}  # fmt: skip
NO_LIMIT = "*"  # in the column of places: one signs up, and there is no limit
_A_DAY = "2024-01-01"
_YES = frozenset({"yes", "oui", "si", "true", "1", "x"})


def write(release: Released, language: str) -> bytes:
    """Return the sessions that take place as CSV; texts in the language first, then in the event's others."""
    snapshot = release.snapshot
    others = [code for code in snapshot.languages if code != language]
    columns = ["id", "date", "start", "end", "kind", "title", "place", "theme", "languages", "interpretation"]
    columns += ["streamed", "places", "people", "text"]
    columns += [f"{name}_{code}" for code in others for name in _TRANSLATED]
    return write_csv(
        columns,
        [_row(snapshot, session, language, others) for session in snapshot.sessions if not session.cancelled],
    )


def _row(snapshot: Snapshot, session: SessionEntry, language: str, others: Sequence[str]) -> list[str]:
    theme = snapshot.theme(session.theme)
    overnight = session.ends_local.date() != session.starts_local.date()
    people = [
        f"{words.role(person.role)}: {words.person_as_sure(person, language).replace(';', ',')}"
        for person in session.people
        if person.is_named
    ]
    return [
        session.uid,
        session.starts_local.date().isoformat(),
        session.starts_local.strftime("%H:%M"),
        session.ends_local.strftime("%Y-%m-%d %H:%M" if overnight else "%H:%M"),
        session.kind.value,
        session.title.text(language),
        session.place.text(language),
        str(theme.number) if theme else "",
        " ".join(session.languages),
        "yes" if session.interpretation else "no",
        "yes" if session.streamed else "no",
        str(session.capacity or NO_LIMIT) if session.sign_up else "",
        "; ".join(people),
        session.text.text(language),
        *(text.get(code, "") for code in others for text in (session.title, session.text, session.place)),
    ]


def read(filename: str, content: bytes, *, language: str, languages: Sequence[str]) -> Reading:
    """Return the sessions of a CSV or XLSX file whose first row names its columns. Raises `Fault`."""
    try:
        table = read_table(filename, content, max_rows=MOST_SESSIONS, max_bytes=MOST_BYTES)
    except UnreadableTable as error:
        raise Fault(f"table_{error.reason}", error.detail) from None
    columns = {_column(name): index for index, name in enumerate(table.header)}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Fault("missing_columns", ", ".join(missing))
    known = {*NEEDED, *OPTIONAL, *(f"{name}_{code}" for name in _TRANSLATED for code in languages)}
    losses = {f"column {name[:60]}": len(table.rows) for name in columns if name not in known}
    sessions = [
        _read_row(row.line, {name: row.cells[index] for name, index in columns.items()}, language, languages)
        for row in table.rows
    ]
    return Reading(sessions=sessions, losses=losses)


def _column(name: str) -> str:
    return fold(name).replace(" ", "_").replace("-", "_")


def _read_row(line: int, cells: Mapping[str, str], language: str, languages: Sequence[str]) -> ReadSession:
    faults: list[str] = []
    starts = _moment(cells["date"], cells["start"], faults, "starts")
    ends = _moment(cells["date"], cells["end"], faults, "ends")
    if starts is None and ends is None and _moment(_A_DAY, cells["end"], [], "") is not None:
        faults.remove("ends")  # only the day cannot be read
    kind = line_of(cells.get("kind"))
    places = line_of(cells.get("places"))
    limited = places.isascii() and places.isdigit() and len(places) < 8
    if places and not limited and places != NO_LIMIT:
        faults.append("capacity")
    theme = line_of(cells.get("theme"))
    silent = [name for column, names in _FIELDS.items() if column not in cells for name in names]
    return ReadSession(
        row=line,
        key=line_of(cells.get("id"), longest=200),
        uid=uid_of(cells.get("id")),
        kind=_kind(kind, faults),
        title=_texts("title", cells, language, languages),
        text=_texts("text", cells, language, languages),
        starts_local=starts,
        ends_local=ends,
        place=_texts("place", cells, language, languages),
        theme=int(theme) if theme.isascii() and theme.isdigit() and len(theme) < 4 else None,
        theme_title=Translated() if theme.isdigit() else Translated({language: theme}),
        languages=languages_of(line_of(cells.get("languages")).replace(",", " ").lower().split()),
        interpretation=fold(cells.get("interpretation", "")) in _YES,
        streamed=fold(cells.get("streamed", "")) in _YES,
        sign_up=bool(places),
        capacity=int(places) if limited else None,
        people=tuple(_person(each) for each in cells.get("people", "").split(";") if each.strip()),
        silent=(*silent, *(() if places else ("capacity",))),
        faults=faults,
    )


def _texts(name: str, cells: Mapping[str, str], language: str, languages: Sequence[str]) -> Translated:
    texts = {code: cells.get(f"{name}_{code}", "") for code in languages}
    texts[language] = cells.get(name, "") or texts.get(language, "")
    clean = paragraphs_of if name == "text" else line_of
    return Translated({code: clean(text) for code, text in texts.items()})


def _moment(day: str, clock: str, faults: list[str], fault: str) -> datetime | None:
    """Return the clock's time on that day, or on the day that stands before it: `2024-11-08 01:00`."""
    other_day, _space, late = clock.strip().partition(" ")
    if late:
        day, clock = other_day, late
    try:
        read = datetime.fromisoformat(f"{day.strip()[:10]}T{clock.strip().zfill(5)[:5]}")
    except ValueError:
        read = None
    if read is None or not is_plausible(read):
        faults.append(fault)
        return None
    return read


def _kind(written: str, faults: list[str]) -> SessionKind | None:
    kind = kind_named(written)
    if written and kind is None:
        faults.append("kind")
    return kind


def _person(written: str) -> ReadPerson:
    """Return somebody written as “Chair: Name”, or as a name alone."""
    before, colon, after = written.partition(":")
    role = role_named(before) if colon else None
    name, in_doubt = name_and_doubt(line_of(after if role is not None else written))
    return ReadPerson(role, None, name[:200], in_doubt=in_doubt)
