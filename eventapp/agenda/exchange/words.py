"""What people read about a file that they import: its faults, what it would change, what cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from eventapp.agenda.exchange.reading import MOST_BYTES, MOST_SESSIONS, Fault
from eventapp.agenda.exchange.resolving import MOST_LETTERS, Outcome, Resolved
from eventapp.agenda.values import SessionValues
from eventapp.agenda.words import FIELD, kind, span
from eventapp.core.formatting import list_in_words, short_day_in_words
from eventapp.core.translated import Translated
from eventapp.events.models import Event

# The dot beside it, and the word.
OUTCOME: Mapping[Outcome, tuple[str, LazyString]] = {
    Outcome.NEW: ("good", _l("New session")),
    Outcome.CHANGED: ("wait", _l("Changes a session")),
    Outcome.SAME: ("quiet", _l("Stays as it is")),
    Outcome.REFUSED: ("stop", _l("Left out")),
}

_TAB: Mapping[Outcome, LazyString] = {
    Outcome.NEW: _l("New (%(count)s)"),
    Outcome.CHANGED: _l("Changed (%(count)s)"),
    Outcome.SAME: _l("The same (%(count)s)"),
    Outcome.REFUSED: _l("Left out (%(count)s)"),
}

_FAULT: Mapping[str, LazyString] = {
    "too_large": _l("The file is too large. It may have %(megabytes)d MB."),
    "too_many": _l("The file has %(detail)s sessions. It may have %(sessions)d; split it."),
    "empty": _l("The file is empty."),
    "no_session": _l("There is no session in this file."),
    "not_json": _l("The file begins like JSON and is none. Look at line %(detail)s, or export it again."),
    "not_our_json": _l("This JSON file is not an agenda of ours. Export it again, or choose a schedule XML file."),
    "other_version": _l("This JSON file has version %(detail)s of the format; we read version 1."),
    "xml_with_entities": _l(
        "This XML file declares a document type or entities, which we never open. Take them out, or export it again."
    ),
    "broken_xml": _l("The XML is broken in line %(detail)s. Export the file again."),
    "not_a_schedule": _l("This XML file is not a schedule: it should begin with the element “schedule”."),
    "missing_columns": _l("These columns are missing in the first line: %(detail)s."),
    "table_empty": _l("The file is empty."),
    "table_too_large": _l("The file is too large. It may have %(megabytes)d MB."),
    "table_too_many_rows": _l("The file has too many rows. It may have %(sessions)d; split it."),
    "table_too_many_columns": _l("The file has too many columns. Keep those that are named below."),
    "table_not_a_table": _l("We cannot read this file. Choose a schedule XML, JSON, CSV or XLSX file."),
    "table_encrypted": _l("The file is protected by a password. Save it without one and choose it again."),
    "table_old_format": _l("This is an old Excel file (.xls). Save it as .xlsx or .csv and choose it again."),
    "table_no_header": _l("The first line is empty. It should name the columns."),
    "table_unnamed_column": _l("Column %(detail)s has no name in the first line. Name it or remove it."),
    "table_duplicate_column": _l("Two columns are called “%(detail)s”. Rename or remove one of them."),
    "table_row_too_long": _l("Line %(detail)s has more cells than the first line has names."),
    "table_damaged": _l("The file is damaged. Save it again and choose the new file."),
}

_REASON: Mapping[str, LazyString] = {
    "not_a_session": _l("This is no session at all."),
    "kind": _l("We do not know this kind of session."),
    "role": _l("Somebody has a role that we do not know."),
    "state": _l("Somebody has a state that we do not know."),
    "starts": _l("We cannot read when it starts. Write the day as 2024-11-07 and the time as 09:30."),
    "ends": _l("We cannot read when it ends. Write the time as 10:30."),
    "duration": _l("We cannot read how long it is. Write hours and minutes as 01:30."),
    "ends_before": _l("It must end after it starts."),
    "far_away": _l("It is more than a year away from the event."),
    "unclear_time": _l("Clocks change then, so this time is unclear."),
    "no_title": _l("It has no title."),
    "long_title": _l("Its title has more than %(letters)d characters."),
    "capacity": _l("How many places there are must be a number from 1."),
    "twice": _l("The same session comes earlier in the file."),
}

_LOSS: Mapping[str, LazyString] = {
    "pictures": _l("Pictures"),
    "attachments": _l("Attached files"),
    "recordings": _l("Recordings and their licences"),
    "links": _l("Links"),
    "cancelled": _l("Cancelled sessions"),
}


def fault(found: Fault) -> str:
    """Return why the whole file cannot be read."""
    values = {"detail": found.detail or "1", "megabytes": MOST_BYTES // 1_000_000, "sessions": MOST_SESSIONS}
    return str(_FAULT[found.code]) % values


def tab(outcome: Outcome, count: int) -> str:
    """Return what the sessions of an outcome are called, and how many they are."""
    return str(_TAB[outcome]) % {"count": count}


def reasons(found: Resolved) -> list[str]:
    """Return why a session of the file is left out."""
    return [str(_REASON[code]) % {"letters": MOST_LETTERS} for code in found.faults]


def loss(name: str, count: int) -> str:
    """Return what the file says that we cannot keep, and in how many sessions."""
    what, _space, which = name.partition(" ")
    if what == "column":
        return str(_("The column “%(name)s”", name=which))
    said = str(_LOSS[name]) if name in _LOSS else str(_("The element “%(name)s”", name=which))
    return str(ngettext("%(what)s (%(num)d session)", "%(what)s (%(num)d sessions)", count, what=said))


def changes(found: Resolved, event: Event, language: str) -> list[str]:
    """Return what the file changes in a session that is there, part by part."""
    if found.before is None or found.values is None:
        return []
    return list(_changes(found, found.before, found.values, event, language))


def additions(found: Resolved, language: str) -> list[str]:
    """Return the places and themes that the event gets with the session."""
    added = []
    if found.new_place:
        added.append(_("Adds the place “%(name)s” to the event.", name=found.new_place.text(language)))
    if found.new_theme:
        added.append(_("Adds the theme “%(name)s” to the event.", name=found.new_theme.text(language)))
    return added


def when(values: SessionValues, language: str) -> str:
    """Return day and hours."""
    day = short_day_in_words(values.starts_local.date(), language)
    return f"{day}, {span(values.starts_local, values.ends_local)}"


def _changes(
    found: Resolved, before: SessionValues, values: SessionValues, event: Event, language: str
) -> Iterator[str]:
    if (before.starts_local, before.ends_local) != (values.starts_local, values.ends_local):
        yield _("Time: from %(was)s to %(now)s", was=when(before, language), now=when(values, language))
    if before.title != values.title:
        yield _("Title: was “%(was)s”", was=before.title.text(language))
    place = (found.new_place or _named(event.places, values.place_id)).text(language)
    if before.place_id != values.place_id or found.new_place:
        was = _named(event.places, before.place_id).text(language)
        yield _("Place: from “%(was)s” to “%(now)s”", was=was or "–", now=place or "–")
    if before.kind is not values.kind:
        yield _("Kind: from “%(was)s” to “%(now)s”", was=kind(before.kind), now=kind(values.kind))
    others = [name for name in _OTHERS if getattr(before, name) != getattr(values, name)]
    if before.theme_id != values.theme_id or found.new_theme:
        others.append("theme")
    if others:
        yield _("Also: %(fields)s", fields=list_in_words((str(FIELD[name]) for name in others), language))


_OTHERS = ("text", "languages", "interpretation", "streamed", "sign_up", "capacity", "people")


def _named(parts: Sequence[object], part_id: int | None) -> Translated:
    found = next((part for part in parts if getattr(part, "id", None) == part_id), None)
    name = getattr(found, "name", None)
    return name if isinstance(name, Translated) else Translated()
