"""The mail to somebody whose own sessions a release changed, as a draft for the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventapp.agenda import words
from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.agenda.notices.queries import CHANGED_SESSION, KIND, Expected, Held, Recipient
from eventapp.agenda.notices.rules import News, Own
from eventapp.agenda.queries import Released
from eventapp.agenda.snapshot import Snapshot
from eventapp.agenda.states import ChangeKind
from eventapp.core.formatting import short_day_in_words
from eventapp.core.languages import LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import PERSONAL_LINK, AttachmentRef, Draft, PersonalLinkRef
from eventapp.registrations.models import Registration

Say = Callable[[Own, str], str]


def about(notices: ReleaseNotices) -> str:
    """Return the name under which unsent notices of a release are called back."""
    return f"agenda_release:{notices.release_id}"


def teller(snapshot: Snapshot) -> Say:
    """Return `sentence` for this release, remembering what it said: most people are told the same."""
    said: dict[tuple[Own, str], str] = {}

    def say(own: Own, language: str) -> str:
        key = (replace(own, revision=None), language)
        if key not in said:
            said[key] = sentence(snapshot, own, language)
        return said[key]

    return say


def own_sessions_changed(event: Event, release: Released, recipient: Recipient, *, about: str, say: Say) -> Draft:
    """Say what changed about somebody's own sessions, with the entries that bring the calendar up to date."""
    language = recipient.language
    entries = [own for own in recipient.own if own.revision is not None]
    own_page = recipient.invitation_id is not None
    with force_locale(language):
        return Draft(
            kind=KIND,
            recipient=recipient.address,
            recipient_name=recipient.name,
            language=language,
            subject=ngettext(
                "Your session has changed: %(event)s",
                "Your sessions have changed: %(event)s",
                len(recipient.own),
                event=event.title.text(language),
            ),
            values={
                "event": event,
                "name": recipient.name,
                "lines": [(say(own, language), own.session_id) for own in recipient.own],
                "zone": words.zone(release.snapshot, language),
                "note": release.note.text(language),
                "entries": len(entries),
                "own_page": own_page,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about,
            links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, recipient.invitation_id)}
            if recipient.invitation_id is not None
            else {},
            attachments=[_entry(event, recipient, own) for own in entries],
        )


def entries_taken_back(
    event: Event, snapshot: Snapshot, registration: Registration, entries: Mapping[int, Held]
) -> Draft:
    """Take the entries of sessions that are no longer somebody's out of the calendar."""
    language = registration.language if registration.language in LANGUAGES else event.first_language
    gone = [each for each in snapshot.sessions if each.id in entries]
    with force_locale(language):
        return Draft(
            kind="agenda/entries_taken_back",
            recipient=registration.email,
            recipient_name=registration.name,
            language=language,
            subject=_("For your calendar: %(event)s", event=event.title.text(language)),
            values={
                "event": event,
                "name": registration.name,
                "lines": [
                    f"{each.title.text(language)} ({short_day_in_words(each.starts_local.date(), language)}, "
                    f"{words.span(each.starts_local, each.ends_local)})"
                    for each in gone
                ],
            },
            event_id=event.id,
            reply_to=event.contact_email,
            attachments=[
                taken_back(event, registration.name, registration.email, each.id, entries[each.id]) for each in gone
            ],
        )


def event_cancelled(event: Event, snapshot: Snapshot, person: Expected, entries: Mapping[int, Held]) -> Draft:
    """Tell somebody who has a part in sessions that the event does not take place; take the entries mailed back."""
    language = person.language
    files = [taken_back(event, person.name, person.address, each, entries[each]) for each in sorted(entries)]
    mine = [each for each in snapshot.sessions if each.id in person.session_ids]
    with force_locale(language):
        return Draft(
            kind="agenda/event_cancelled",
            recipient=person.address,
            recipient_name=person.name,
            language=language,
            subject=_("Cancelled: %(event)s", event=event.title.text(language)),
            values={
                "event": event,
                "name": person.name,
                "titles": [each.title.text(language) for each in mine],
                "entered": bool(files),
            },
            event_id=event.id,
            reply_to=event.contact_email,
            attachments=files,
        )


def taken_back(event: Event, name: str, address: str, session_id: int, entry: Held) -> AttachmentRef:
    """Return what takes a session's entry that was mailed out of the calendar again."""
    return _file(event, name, address, session_id, revision=entry.revision + 1, cancelled=True)


def sentence(snapshot: Snapshot, own: Own, language: str) -> str:
    """Return what became of somebody's session in words, in the current locale."""
    news = _news(snapshot, own, language)
    others = [snapshot.find_session(each) for each in own.overlaps]
    titles = [each.title.text(language) for each in others if each is not None]
    return " ".join(
        [news, *(_("It now overlaps “%(title)s”, which you chose as well.", title=each) for each in titles)]
    )


def _news(snapshot: Snapshot, own: Own, language: str) -> str:
    session = snapshot.find_session(own.session_id)
    title = own.change.title.text(language)
    on = short_day_in_words(own.change.starts_local.date(), language)
    when = f"{on}, {words.span(own.change.starts_local, own.change.ends_local)}"
    where = session.place.text(language) if session else ""
    if own.news is News.LEFT:
        return str(_("You are no longer expected in “%(title)s”, %(when)s.", title=title, when=when))
    if own.news is News.JOINED and where:
        return str(
            _("You now have a part in “%(title)s”, %(when)s, in %(place)s.", title=title, when=when, place=where)
        )
    if own.news is News.JOINED:
        return str(_("You now have a part in “%(title)s”, %(when)s.", title=title, when=when))
    if own.change.kind is ChangeKind.ADDED:
        return str(_("It takes place after all: “%(title)s”, %(when)s.", title=title, when=when))
    return words.change(own.change, language)


def _entry(event: Event, recipient: Recipient, own: Own) -> AttachmentRef:
    return _file(
        event,
        recipient.name,
        recipient.address,
        own.session_id,
        revision=own.revision or 0,
        cancelled=own.takes_out,
    )


def _file(event: Event, name: str, address: str, session_id: int, *, revision: int, cancelled: bool) -> AttachmentRef:
    return AttachmentRef(
        CHANGED_SESSION,
        {
            "event_id": event.id,
            "session_id": session_id,
            "name": name,
            "email": address,
            "revision": revision,
            "cancelled": cancelled,
        },
    )
