"""The words people read for the states, choices and answers of a registration."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.audit import AuditEntry
from eventapp.registrations.states import Action, Mode, Sector, State

STATE: Mapping[State, LazyString] = {
    State.SUBMITTED: _l("To decide"),
    State.APPROVED: _l("Confirmed"),
    State.WAITLISTED: _l("On the waiting list"),
    State.OFFERED: _l("Seat offered"),
    State.DECLINED: _l("Declined"),
    State.WITHDRAWN: _l("Withdrawn"),
    State.LAPSED: _l("Offer lapsed"),
    State.REVOKED: _l("Confirmation taken back"),
}

INVITATION_TAKEN_BACK = _l("Invitation taken back")  # in place of “withdrawn”, which would be the person's own doing

TONE: Mapping[State, str] = {
    State.SUBMITTED: "wait",
    State.APPROVED: "good",
    State.WAITLISTED: "wait",
    State.OFFERED: "wait",
    State.DECLINED: "stop",
    State.WITHDRAWN: "stop",
    State.LAPSED: "stop",
    State.REVOKED: "stop",
}

MODE: Mapping[Mode, LazyString] = {
    Mode.IN_PERSON: _l("In person"),
    Mode.REMOTE: _l("Remote"),
}

SECTOR: Mapping[Sector, LazyString] = {
    Sector.LOCAL_GOVERNMENT: _l("Local or regional government"),
    Sector.NATIONAL_GOVERNMENT: _l("National government"),
    Sector.CIVIL_SOCIETY: _l("Civil society"),
    Sector.ACADEMIA: _l("Academia"),
    Sector.PRIVATE_SECTOR: _l("Private sector"),
    Sector.INTERNATIONAL_ORGANISATION: _l("International organisation"),
}

HISTORY: Mapping[str, LazyString] = {
    "submit": _l("Registered"),
    "submit-again": _l("Registered again"),
    "edit": _l("Changed answers"),
    "note": _l("Changed the organisers’ own notes"),
    "drop-choice": _l("A choice was full by then and fell away"),
    Action.APPROVE.value: _l("Confirmed"),
    Action.WAITLIST.value: _l("Placed on the waiting list"),
    Action.DECLINE.value: _l("Declined"),
    Action.OFFER.value: _l("Offered a seat"),
    "move-in-rank": _l("Moved on the waiting list"),
    "remind-offer": _l("Reminded of the offered seat"),
    Action.ACCEPT.value: _l("Accepted the offer"),
    Action.PASS.value: _l("Passed on the offer"),
    Action.LAPSE.value: _l("Let the offer lapse"),
    Action.WITHDRAW.value: _l("Withdrew"),
    Action.REVOKE.value: _l("Took the confirmation back"),
    Action.REINSTATE.value: _l("Reinstated"),
    "keep-open": _l("Kept the form open longer"),
    "end-keep-open": _l("Ended the longer time for the form"),
    "see-changes": _l("Saw what changed since the decision"),
}


def done(entry: AuditEntry) -> str:
    """Return what an entry about a registration says was done."""
    if entry.details.get("with_invitation"):
        return str(INVITATION_TAKEN_BACK)
    return str(HISTORY.get(entry.action, entry.action))


QUESTION: Mapping[str, LazyString] = {
    "name": _l("Your name"),
    "organisation": _l("Organisation"),
    "position": _l("Position"),
    "sector": _l("Sector"),
    "country": _l("Country"),
    "city": _l("Region or city"),
    "mode": _l("In person or remote"),
    "category_id": _l("Category"),
    "speaks": _l("Languages you speak"),
    "interpretation": _l("Interpretation you need"),
    "language": _l("Language of our mails"),
    "email": _l("Address for our mails"),
    "dietary": _l("What you eat"),
    "access_needs": _l("Access needs"),
    "first_time": _l("First time at a meeting of this kind"),
    "gender": _l("Gender, in your own words"),
    "why": _l("Why you are coming"),
    "consent_directory": _l("List me in the participants’ directory"),
    "consent_photos": _l("I may be seen in photos and recordings"),
    "consent_mail_after": _l("Write to me after the event"),
    "wants_summaries": _l("Send me each day’s summary"),
}

FIELD: Mapping[str, LazyString] = {
    "name": _l("Name"),
    "organisation": _l("Organisation"),
    "position": _l("Position"),
    "sector": _l("Sector"),
    "country": _l("Country"),
    "city": _l("Region or city"),
    "mode": _l("In person or remote"),
    "category_id": _l("Category"),
    "speaks": _l("Speaks"),
    "interpretation": _l("Needs interpretation from"),
    "language": _l("Language of mails"),
    "email": _l("Address"),
    "dietary": _l("Food"),
    "access_needs": _l("Access needs"),
    "first_time": _l("First time"),
    "gender": _l("Gender"),
    "why": _l("Why they are coming"),
    "consent_directory": _l("In the directory"),
    "consent_photos": _l("Photos and recordings"),
    "consent_mail_after": _l("Mail after the event"),
    "wants_summaries": _l("Daily summaries"),
    "own_answers": _l("Own questions"),
}
