"""The words of editing: what a step did, and where a session is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.agenda.editing.models import EditStep
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.words import span
from eventapp.core.formatting import short_day_in_words, time_in_words
from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_wall


def step(made: EditStep, language: str) -> str:
    """Return what a step did, as a phrase that a colon leads to."""
    title = Translated(made.about.get("title", {})).text(language)
    said = _SENTENCES.get(made.action)
    return said(title, made.about, language) if said else _several(made.about)


def by_whom(made: EditStep, zone: str) -> str:
    """Return who made a step and at what time: `Clara, 14:02`."""
    when = time_in_words(to_wall(made.made_at, zone))
    return str(_("%(name)s, %(time)s", name=made.made_by.name, time=when)) if made.made_by else when


def place_of(session: AgendaSession, language: str) -> str:
    """Return when and where a session of the draft is now."""
    values = {
        "title": session.title.text(language),
        "day": short_day_in_words(session.starts_local.date(), language),
        "span": span(session.starts_local, session.ends_local),
    }
    if session.place is None:
        return str(_("“%(title)s” is now on %(day)s, %(span)s.", **values))
    place = session.place.name.text(language)
    return str(_("“%(title)s” is now on %(day)s, %(span)s, in %(place)s.", place=place, **values))


def shifted(count: int, minutes: int) -> str:
    """Return how many sessions were shifted by how much."""
    if minutes > 0:
        return str(
            ngettext(
                "%(num)d session: %(minutes)d minutes later",
                "%(num)d sessions: %(minutes)d minutes later",
                count,
                minutes=minutes,
            )
        )
    return str(
        ngettext(
            "%(num)d session: %(minutes)d minutes earlier",
            "%(num)d sessions: %(minutes)d minutes earlier",
            count,
            minutes=-minutes,
        )
    )


def moved(count: int, day: date, language: str) -> str:
    """Return how many sessions were moved to which day."""
    on = short_day_in_words(day, language)
    return str(ngettext("%(num)d session moved to %(day)s", "%(num)d sessions moved to %(day)s", count, day=on))


def _shift(_title: str, about: Mapping[str, Any], _language: str) -> str:
    return shifted(about.get("count", 1), about["minutes"])


def _move_day(title: str, about: Mapping[str, Any], language: str) -> str:
    day = date.fromisoformat(about["day"])
    if about.get("count", 1) == 1:
        return str(_("“%(title)s” moved to %(day)s", title=title, day=short_day_in_words(day, language)))
    return moved(about["count"], day, language)


def _exchange(title: str, about: Mapping[str, Any], _language: str) -> str:
    if about["earlier"]:
        return str(_("“%(title)s” put before the previous session", title=title))
    return str(_("“%(title)s” put after the next session", title=title))


def _postpone(title: str, about: Mapping[str, Any], _language: str) -> str:
    minutes = about["minutes"]
    if minutes > 0:
        return str(_("“%(title)s” %(minutes)d minutes later", title=title, minutes=minutes))
    return str(_("“%(title)s” %(minutes)d minutes earlier", title=title, minutes=-minutes))


def _resize(title: str, about: Mapping[str, Any], _language: str) -> str:
    minutes = about["minutes"]
    if minutes > 0:
        return str(_("“%(title)s” %(minutes)d minutes longer", title=title, minutes=minutes))
    return str(_("“%(title)s” %(minutes)d minutes shorter", title=title, minutes=-minutes))


def _put(title: str, about: Mapping[str, Any], language: str) -> str:
    starts = datetime.fromisoformat(about["starts_local"])
    values = {"title": title, "day": short_day_in_words(starts.date(), language), "time": time_in_words(starts)}
    if "place" not in about:
        return str(_("“%(title)s” put to %(day)s, %(time)s", **values))
    place = Translated(about["place"]).text(language)
    return str(_("“%(title)s” put to %(day)s, %(time)s, in %(place)s", place=place, **values))


def _several(about: Mapping[str, Any]) -> str:
    return str(ngettext("%(num)d session changed", "%(num)d sessions changed", about.get("count", 1)))


_SENTENCES: Mapping[str, Callable[[str, Mapping[str, Any], str], str]] = {
    "add": lambda title, *_rest: str(_("“%(title)s” added", title=title)),
    "edit": lambda title, *_rest: str(_("“%(title)s” changed", title=title)),
    "duplicate": lambda title, *_rest: str(_("“%(title)s” copied", title=title)),
    "delete": lambda title, *_rest: str(_("“%(title)s” deleted", title=title)),
    "import": lambda _title, about, *_rest: str(
        ngettext("%(num)d session from a file", "%(num)d sessions from a file", about.get("count", 1))
    ),
    "restore": lambda _title, about, *_rest: str(_("release %(number)d put back", number=about["number"])),
    "shift": _shift,
    "move_day": _move_day,
    "exchange": _exchange,
    "postpone": _postpone,
    "resize": _resize,
    "put": _put,
}
