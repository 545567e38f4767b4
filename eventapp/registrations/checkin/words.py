"""The door's answers in words: a card that says at a glance what to do, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from flask_babel.speaklater import LazyString

from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.core.formatting import language_name, list_in_words, time_in_words
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations.again import ended_with_invitation
from eventapp.registrations.checkin import policy, queries
from eventapp.registrations.checkin.rules import Outcome
from eventapp.registrations.checkin.service import Answer
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State

TONE: Mapping[Outcome, str] = {
    Outcome.WELCOME: "good",
    Outcome.ALREADY: "wait",
    Outcome.UNDONE: "wait",
    Outcome.NOT_CONFIRMED: "stop",
    Outcome.OTHER_EVENT: "stop",
    Outcome.UNKNOWN: "stop",
}

WHY_NOT: Mapping[State, LazyString] = {
    State.SUBMITTED: _l("Nobody has decided on this registration yet."),
    State.WAITLISTED: _l("On the waiting list: no seat was free so far."),
    State.OFFERED: _l("A seat is offered, and not accepted yet."),
    State.DECLINED: _l("This registration was declined."),
    State.WITHDRAWN: _l("This person has withdrawn."),
    State.LAPSED: _l("The offered seat was not accepted in time."),
    State.REVOKED: _l("The confirmation was taken back."),
}
TAKEN_BACK = _l("The invitation was taken back.")  # in place of “has withdrawn”


@dataclass(frozen=True)
class Card:
    """One answer of the door as people read it."""

    outcome: Outcome
    title: str
    text: str = ""
    name: str = ""
    organisation: str = ""
    more: str = ""  # category and languages
    registration_id: int | None = None
    may_confirm: bool = False

    @property
    def tone(self) -> str:
        """Return the colour that goes with the words."""
        return TONE[self.outcome]


def card_of(ctx: Context, event: Event, answer: Answer, permissions: Collection[Permission]) -> Card:
    """Return the answer in the reader's language; nothing that the person told us in confidence."""
    person, made = answer.registration, answer.check_in
    if person is None:
        title, text = simple(answer.outcome)
        return Card(answer.outcome, title, text)
    title, text = str(pgettext("at the door", "Welcome")), ""
    may_confirm = False
    if answer.outcome is Outcome.WELCOME:
        remote = person.mode is Mode.REMOTE
        text = _("Registered as remote: no seat is kept here. Counted as here today.") if remote else ""
    elif answer.outcome is Outcome.ALREADY and made is not None:
        title = _("Already at %(time)s", time=time_in_words(to_wall(made.scanned_at, event.timezone)))
        who = queries.name_of_account(ctx, made.checked_in_by_id)
        text = _("Checked in by %(who)s.", who=who) if who else ""
    elif answer.outcome is Outcome.UNDONE and made is not None and made.undone_at is not None:
        title = _("Undone at %(time)s", time=time_in_words(to_wall(made.undone_at, event.timezone)))
        text = _("The check-in was taken back after this scan. Scan again if the person is here.")
    else:
        title, text = str(_("Not confirmed")), str(WHY_NOT.get(person.state, ""))
        if ended_with_invitation(person):
            text = str(TAKEN_BACK)
        may_confirm = policy.may_confirm(person, permissions)
        if not may_confirm:
            text = _("%(why)s Ask somebody of the organising team.", why=text)
    return Card(
        outcome=answer.outcome,
        title=str(title),
        text=str(text),
        name=person.name,
        organisation=person.organisation,
        more=_category_and_languages(person, ctx.language) if person.state is State.APPROVED else "",
        registration_id=person.id,
        may_confirm=may_confirm,
    )


def simple(outcome: Outcome) -> tuple[str, str]:
    """Return title and text of an answer about nobody in particular."""
    if outcome is Outcome.OTHER_EVENT:
        return str(_("Other event")), str(_("This badge belongs to another event."))
    return str(_("No such code")), str(_("Check the letters, or search the name."))


def for_phones() -> dict[str, str]:
    """Return the words that a phone needs when it answers by itself; `{time}` is filled in there."""
    unknown, _text = simple(Outcome.UNKNOWN)
    return {
        "welcome": str(pgettext("at the door", "Welcome")),
        "already": str(_("Already at %(time)s", time="{time}")),
        "not_confirmed": str(_("Not confirmed")),
        "ask": str(_("Ask somebody of the organising team.")),
        "unknown": unknown,
        "not_on_list": str(_("Not on this phone’s list. Kept, and looked up when the line is back.")),
        "nobody": str(_("Nobody found")),
        "try_name": str(_("Try fewer letters, or the organisation.")),
        "kept": str(_("Kept on this phone, not sent yet.")),
        "let_in": str(_("Let in")),
    }


def _category_and_languages(person: Registration, language: str) -> str:
    spoken = list_in_words([language_name(code, language) for code in person.speaks], language)
    return " · ".join(part for part in (person.category.name.text(language), spoken) if part)
