"""The words of the agenda: names of kinds, roles and states, people, warnings and changes, in the current language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from eventapp.agenda.details import Detail
from eventapp.agenda.rules import Change, Warning
from eventapp.agenda.snapshot import PersonEntry, SessionEntry, Snapshot
from eventapp.agenda.states import ChangeKind, Gravity, PersonRole, PersonState, SessionKind, WarningKind
from eventapp.core import markdown
from eventapp.core.formatting import language_name, list_in_words, short_day_in_words, time_in_words, utc_offset
from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_instant

KIND: Mapping[SessionKind, LazyString] = {
    SessionKind.WELCOME: _l("Welcome"),
    SessionKind.PLENARY: _l("Plenary"),
    SessionKind.PARALLEL: _l("Parallel session"),
    SessionKind.PANEL: _l("Panel"),
    SessionKind.WORKSHOP: _l("Workshop"),
    SessionKind.BREAK: _l("Break"),
    SessionKind.LUNCH: _l("Lunch"),
    SessionKind.RAPPORTEUR: _l("Rapporteur’s report"),
    SessionKind.VISIT: _l("Visit"),
    SessionKind.SOCIAL: _l("Social gathering"),
}

ROLE: Mapping[PersonRole, LazyString] = {
    PersonRole.CHAIR: _l("Chair"),
    PersonRole.MODERATOR: _l("Moderation"),
    PersonRole.SPEAKER: _l("Speaking"),
    PersonRole.RAPPORTEUR: _l("Report"),
}

PERSON_STATE: Mapping[PersonState, LazyString] = {
    PersonState.INVITED: _l("Invited"),
    PersonState.CONFIRMED: _l("Confirmed"),
    PersonState.TO_BE_CONFIRMED: _l("To be confirmed"),
}

GRAVITY: Mapping[Gravity, LazyString] = {
    Gravity.IMPOSSIBLE: _l("Cannot be like this"),
    Gravity.ODD: _l("Worth a second look"),
    Gravity.UNFINISHED: _l("Not finished yet"),
}

FIELD: Mapping[str, LazyString] = {
    "kind": _l("kind"),
    "title": _l("title"),
    "text": _l("text"),
    "theme": _l("theme"),
    "languages": _l("languages"),
    "interpretation": _l("interpretation"),
    "streamed": _l("streaming"),
    "sign_up": _l("sign-up"),
    "capacity": _l("places"),
    "people": _l("people"),
}


def kind(value: SessionKind) -> str:
    """Return the name of a kind of session."""
    return str(KIND[value])


def role(value: PersonRole) -> str:
    """Return what somebody does in a session."""
    return str(ROLE[value])


def person(entry: PersonEntry, language: str) -> str:
    """Return who somebody is: name, affiliation and institution, or nothing when nobody is named yet."""
    affiliation, institution = entry.affiliation.text(language), entry.institution.text(language)
    parts = [entry.name, affiliation, "" if affiliation and not entry.name else institution]
    return ", ".join(part for part in parts if part)


def person_as_sure(entry: PersonEntry, language: str) -> str:
    """Return who somebody is, said to be confirmed where that is still so."""
    who = person(entry, language)
    return who if entry.state is PersonState.CONFIRMED else str(_("%(person)s (to be confirmed)", person=who))


def people_by_role(session: SessionEntry) -> list[tuple[str, list[PersonEntry]]]:
    """Return the people of a session under what they do, in the order of their first mention."""
    groups: dict[PersonRole, list[PersonEntry]] = {}
    for entry in session.people:
        groups.setdefault(entry.role, []).append(entry)
    return [(role(each), entries) for each, entries in groups.items()]


def people_line(entries: list[PersonEntry], language: str) -> str:
    """Return people as one line of text, those not sure yet said to be so."""
    named = [person_as_sure(entry, language) for entry in entries if entry.is_named]
    if len(named) == len(entries):
        return str(_("; ")).join(named)
    return str(_("; ")).join([*named, _("others to be confirmed") if named else _("to be confirmed")])


def session_languages(session: SessionEntry, language: str) -> str:
    """Return the languages of a session in words, and whether it is interpreted; nothing when none is said."""
    if not session.languages:
        return ""
    names = list_in_words((language_name(code, language) for code in session.languages), language)
    return str(_("%(languages)s, with interpretation", languages=names)) if session.interpretation else names


def details(session: SessionEntry, language: str) -> list[str]:
    """Return the small facts of a session: kind, place, languages, whether it is streamed."""
    facts = (
        kind(session.kind),
        session.place.text(language),
        session_languages(session, language),
        _("Streamed online") if session.streamed else "",
        sign_up(session),
    )
    return [fact for fact in facts if fact]


def sign_up(session: SessionEntry) -> str:
    """Return that one signs up for the session and how many places there are, or nothing."""
    if not session.sign_up:
        return ""
    if session.capacity is None:
        return str(_("Sign-up"))
    return str(ngettext("Sign-up, %(num)d place", "Sign-up, %(num)d places", session.capacity))


def warning(found: Warning, language: str) -> str:
    """Return a warning as a sentence."""
    titles = [session.title.text(language) for session in found.sessions]
    what = found.what.text(language) if isinstance(found.what, Translated) else found.what
    sentence: str
    match found.kind:
        case WarningKind.PLACE_TWICE:
            sentence = _("“%(one)s” and “%(other)s” overlap in %(place)s.", one=titles[0], other=titles[1], place=what)
        case WarningKind.PERSON_TWICE:
            sentence = _(
                "%(person)s is in “%(one)s” and in “%(other)s” at the same time.",
                person=what,
                one=titles[0],
                other=titles[1],
            )
        case WarningKind.OUTSIDE_DAYS:
            sentence = _("“%(title)s” lies outside the days of the event.", title=titles[0])
        case WarningKind.UNCLEAR_TIME:
            sentence = _("“%(title)s”: clocks change then, so its time is unclear.", title=titles[0])
        case WarningKind.OVER_PLACES:
            sentence = _(
                "“%(title)s”: %(taken)s, %(places)s.",
                title=titles[0],
                taken=_signed_up(found),
                places=_places(found.sessions[0]),
            )
        case WarningKind.OVER_CAPACITY:
            sentence = _(
                "“%(title)s” offers %(offered)d places; %(place)s holds %(held)d.",
                title=titles[0],
                offered=found.sessions[0].capacity or 0,
                place=found.sessions[0].place.text(language),
                held=found.what if isinstance(found.what, int) else 0,
            )
        case WarningKind.NO_LUNCH:
            on = short_day_in_words(found.day, language) if found.day else ""
            sentence = _("No time for lunch on %(day)s: no hour is free between 12:00 and 15:00.", day=on)
        case WarningKind.MISSING_TRANSLATION:
            codes = found.what if isinstance(found.what, tuple) else ()
            names = _languages(codes, language)
            sentence = _("“%(title)s” is not complete in %(languages)s.", title=titles[0], languages=names)
        case WarningKind.UNCONFIRMED:
            count = found.what if isinstance(found.what, int) else 0
            sentence = ngettext(
                "“%(title)s”: %(num)d person is not confirmed yet.",
                "“%(title)s”: %(num)d people are not confirmed yet.",
                count,
                title=titles[0],
            )
    return sentence


def beside(found: Warning, session: SessionEntry, language: str) -> str:
    """Return a warning in few words, as it is said beside one of its sessions."""
    others = [each for each in found.sessions if each.id != session.id] or [session]
    other, what = others[0].title.text(language), found.what
    sentence: str
    match found.kind:
        case WarningKind.PLACE_TWICE:
            sentence = _("Overlaps with “%(other)s” in the same place.", other=other)
        case WarningKind.PERSON_TWICE:
            sentence = _("%(person)s is in “%(other)s” at the same time.", person=what, other=other)
        case WarningKind.OUTSIDE_DAYS:
            sentence = _("Outside the days of the event.")
        case WarningKind.UNCLEAR_TIME:
            sentence = _("Clocks change then, so this time is unclear.")
        case WarningKind.OVER_PLACES:
            sentence = _("%(taken)s, %(places)s.", taken=_signed_up(found), places=_places(session))
        case WarningKind.OVER_CAPACITY:
            sentence = _(
                "%(offered)d places offered, the room holds %(held)d.", offered=session.capacity or 0, held=what
            )
        case WarningKind.MISSING_TRANSLATION:
            codes = what if isinstance(what, tuple) else ()
            names = _languages(codes, language)
            sentence = _("Missing: %(languages)s", languages=names)
        case WarningKind.UNCONFIRMED:
            count = what if isinstance(what, int) else 0
            sentence = ngettext("%(num)d person not confirmed", "%(num)d people not confirmed", count)
        case WarningKind.NO_LUNCH:
            sentence = warning(found, language)
    return sentence


def _signed_up(found: Warning) -> str:
    count = found.what if isinstance(found.what, int) else 0
    return str(ngettext("%(num)d signed up", "%(num)d signed up", count))


def _places(session: SessionEntry) -> str:
    return str(ngettext("%(num)d place", "%(num)d places", session.capacity or 0))


def change(made: Change, language: str) -> str:
    """Return a change in full sentences: what happened to the session, then what else is different about it."""
    sentences = [happened(made, language), *(detail(each, language) for each in made.details)]
    return " ".join(sentence for sentence in sentences if sentence)


def happened(made: Change, language: str) -> str:
    """Return as one sentence what happened to a session."""
    title = made.title.text(language)
    sentence: str
    match made.kind:
        case ChangeKind.ADDED:
            sentence = _("Added: “%(title)s”, %(when)s.", title=title, when=_when(made.starts_local, language))
        case ChangeKind.CANCELLED:
            sentence = _("Cancelled: “%(title)s”, %(when)s.", title=title, when=_when(made.starts_local, language))
        case ChangeKind.MOVED:
            sentence = _moved(made, title, language)
        case ChangeKind.CHANGED if made.details:
            sentence = _("Changed: “%(title)s”.", title=title)
        case ChangeKind.CHANGED:
            fields = list_in_words((str(FIELD[name]) for name in made.fields), language)
            sentence = _("Changed: “%(title)s” (%(fields)s).", title=title, fields=fields)
    return sentence


def _moved(made: Change, title: str, language: str) -> str:
    was_place = made.was_place.text(language) if made.was_place else ""
    place = made.place.text(language)
    is_elsewhere = made.place != made.was_place
    if made.was_starts_local and made.was_ends_local and made.is_retimed:
        same_day = made.was_starts_local.date() == made.starts_local.date()
        was = _span(made.was_starts_local, made.was_ends_local, language)
        now = span(made.starts_local, made.ends_local)
        now = now if same_day else _span(made.starts_local, made.ends_local, language)
        if is_elsewhere and place:
            return str(
                _(
                    "Moved: “%(title)s”, from %(was)s to %(now)s, in %(place)s.",
                    title=title,
                    was=was,
                    now=now,
                    place=place,
                )
            )
        if is_elsewhere:
            return str(
                _("Moved: “%(title)s”, from %(was)s to %(now)s; its place is open.", title=title, was=was, now=now)
            )
        return str(_("Moved: “%(title)s”, from %(was)s to %(now)s.", title=title, was=was, now=now))
    if not is_elsewhere:
        return str(_("Moved: “%(title)s”; the event itself takes place elsewhere or at other hours.", title=title))
    if place and was_place:
        return str(
            _("Moved: “%(title)s”, now in %(place)s instead of %(was)s.", title=title, was=was_place, place=place)
        )
    if place:
        return str(_("Moved: “%(title)s”, now in %(place)s.", title=title, place=place))
    return str(_("Moved: “%(title)s”, no longer in %(place)s; its place is open.", title=title, place=was_place))


_SWITCHED: Mapping[tuple[str, bool], LazyString] = {
    ("interpretation", True): _l("There is interpretation now."),
    ("interpretation", False): _l("There is no interpretation any more."),
    ("streamed", True): _l("It is streamed online now."),
    ("streamed", False): _l("It is no longer streamed online."),
    ("sign_up", True): _l("One signs up for it now."),
    ("sign_up", False): _l("One no longer signs up for it."),
}


def detail(found: Detail, language: str) -> str:
    """Return one thing that is different about a session as a sentence."""
    was, now = found.was, found.now
    sentence: str
    match found.field:
        case "title":
            sentence = _("It was called “%(title)s”.", title=was.text(language))
        case "text":
            sentence = _("Its text is another.")
        case "kind":
            sentence = _instead(_("Kind"), kind(SessionKind(was)), kind(SessionKind(now)))
        case "theme":
            sentence = _instead(_("Theme"), was, now) if now else _("It belongs to no theme any more.")
        case "languages":
            names = [_languages(codes, language) for codes in (was, now)]
            sentence = _instead(_("Languages"), *names) if now else _("Its languages are open.")
        case "capacity":
            sentence = _instead(_("Places to sign up for"), was, now) if now else _("Its places are no longer limited.")
        case "people":
            sentence = _person_changed(was, now, language)
        case _:
            sentence = str(_SWITCHED[found.field, now])
    return sentence


def _instead(label: str, was: object, now: object) -> str:
    if not was:
        return str(_("%(label)s: %(now)s.", label=label, now=now))
    return str(_("%(label)s: %(now)s instead of %(was)s.", label=label, was=was, now=now))


def _person_changed(was: PersonEntry | None, now: PersonEntry | None, language: str) -> str:
    """Return who is new, who left, or what is said of somebody now, with name and part."""
    if was is None and now is None:
        return str(_("Its people come in another order."))
    if now is None and was is not None:
        who = person(was, language) or _("Somebody to be confirmed")
        return str(_("No longer there: %(person)s (%(role)s).", person=who, role=role(was.role)))
    if was is None and now is not None:
        who = person(now, language) or _("Somebody to be confirmed")
        return str(_("New: %(person)s (%(role)s).", person=who, role=role(now.role)))
    assert was is not None and now is not None  # noqa: S101 - what is left
    if person(was, language) != person(now, language):
        return _instead(role(now.role), person(was, language), person(now, language))
    if was.role is not now.role:
        return _instead(person(now, language), role(was.role), role(now.role))
    return _instead(person(now, language), PERSON_STATE[was.state], PERSON_STATE[now.state])


def opening(text: str) -> str:
    """Return the first paragraph of a Markdown text, without its marks."""
    return markdown.plain(text).partition("\n\n")[0]


def location(snapshot: Snapshot, session: SessionEntry, language: str) -> str:
    """Return where a session takes place: room, house, town."""
    parts = (session.place.text(language), snapshot.venue.text(language), snapshot.place.text(language))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def zone(snapshot: Snapshot, language: str, at: datetime | None = None) -> str:
    """Return whose time the times are, with the offset `at` an instant, or on the first day and any other later."""
    noons = (datetime.combine(day, time(12)) for day in (snapshot.starts_on, snapshot.ends_on))
    instants = [at] if at is not None else [to_instant(noon, snapshot.zone) for noon in noons]
    offsets = dict.fromkeys(utc_offset(snapshot.zone, instant) for instant in instants)
    place = snapshot.place.text(language) or snapshot.zone
    return str(_("%(place)s time (%(offset)s)", place=place, offset=" → ".join(offsets)))


def day(on: date, language: str) -> str:
    """Return a day as a heading: weekday, day and month, the first letter large."""
    heading = short_day_in_words(on, language)
    return heading[:1].upper() + heading[1:]


def span(starts: datetime, ends: datetime) -> str:
    """Return a session's hours: `09:30–11:00`."""
    return f"{time_in_words(starts)}–{time_in_words(ends)}"


def begins(session: SessionEntry, language: str) -> str:
    """Return on which day and when a session begins."""
    return _when(session.starts_local, language)


def _when(starts: datetime, language: str) -> str:
    return f"{short_day_in_words(starts.date(), language)}, {time_in_words(starts)}"


def _span(starts: datetime, ends: datetime, language: str) -> str:
    return f"{short_day_in_words(starts.date(), language)}, {span(starts, ends)}"


@lru_cache(maxsize=1024)
def _languages(codes: tuple[str, ...], language: str) -> str:
    """Return the names of languages in words; a page of the draft asks for the same few hundreds of times."""
    return list_in_words((language_name(code, language) for code in codes), language)
