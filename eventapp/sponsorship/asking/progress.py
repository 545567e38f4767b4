"""Where a request stands in plain words: what it is, what it means, what comes next and by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _

from eventapp.core.formatting import day_in_words, moment_in_words, short_day_in_words, zone_in_words
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.registrations.progress import Rule, Step, StepState, travel_rule
from eventapp.sponsorship.asking.policy import may_ask
from eventapp.sponsorship.deciding.policy import state_to_person
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.queries import place_is_open
from eventapp.sponsorship.states import ENDED, RequestState

_S = RequestState
_READ = frozenset({_S.SUBMITTED, _S.INFO_NEEDED, _S.IN_REVIEW})
_ENDED_BEFORE = frozenset({_S.TRAVELLED, _S.SETTLED, _S.NO_SHOW, _S.REJECTED, _S.DECLINED, _S.EXPIRED})
_DECIDED = frozenset({_S.OFFERED, _S.ACCEPTED, _S.TRAVELLED, _S.SETTLED})


def headline(request: SponsorshipRequest) -> str:
    """Return the state in a few large words."""
    if _ended_with_event(request):
        return str(_("This event does not take place"))
    if _ended_with_registration(request):
        return str(_("Your request has ended"))
    texts: Mapping[RequestState, str] = {
        _S.DRAFT: _("Your request is not sent yet"),
        _S.SUBMITTED: _("We have received your request"),
        _S.INFO_NEEDED: _("We have a question for you"),
        _S.IN_REVIEW: _("We are looking at your request"),
        _S.PROPOSED: _("We are looking at your request"),
        _S.OFFERED: _("We can support your trip"),
        _S.ACCEPTED: _("Your support is confirmed"),
        _S.TRAVELLED: _("Thank you for coming"),
        _S.SETTLED: _("Everything is settled"),
        _S.WAITLISTED: _("You are on the waiting list for support"),
        _S.REJECTED: _("We cannot support your trip"),
        _S.DECLINED: _("You have declined our offer"),
        _S.EXPIRED: _("The offered support is no longer kept for you"),
        _S.WITHDRAWN: _("Your request is withdrawn"),
        _S.CANCELLED: _("Your support was cancelled"),
        _S.NO_SHOW: _("You did not come"),
    }
    return texts[state_to_person(request)]


def meaning(request: SponsorshipRequest, now: datetime, language: str) -> str:
    """Return the sentence that says what the state means for the person and what comes next."""
    event, contact = request.event, request.event.contact_email
    if _ended_with_event(request):
        return _without_event(request, contact)
    if _ended_with_registration(request):
        return str(
            _(
                "Support is for people who take part in person. If you have a question, write to %(address)s.",
                address=contact,
            )
        )
    match state_to_person(request):
        case _S.SUBMITTED | _S.IN_REVIEW:
            return _answer_by(request, now, language)
        case _S.INFO_NEEDED:
            return _question_meaning(request, now, language)
        case _S.OFFERED:
            return _offer_meaning(request, now, language)
        case _S.ACCEPTED if place_is_open(request):
            return str(_("As soon as your place at the event is confirmed, we arrange what we book for you."))
        case _S.ACCEPTED:
            return str(_("What we book for you is arranged now. Keep the receipts of what you pay yourself."))
        case _S.TRAVELLED:
            return _claims_meaning(request.fund.claims_until, event, now, language)
        case _S.SETTLED:
            return str(_("All that was agreed is paid. There is nothing left for you to do."))
        case _S.WAITLISTED:
            return str(_("There is not enough money for everybody now. If some becomes free, we write to you."))
        case _S.REJECTED:
            return str(_("There were more good requests than money. Your place at the event is not touched by this."))
        case _S.WITHDRAWN:
            return str(
                _(
                    "If this was a mistake, or you take part in person after all, write to %(address)s: we can look at "
                    "your request again.",
                    address=contact,
                )
            )
        case _S.DECLINED:
            return str(_("Thank you for telling us. If this was a mistake, write to %(address)s.", address=contact))
        case _S.EXPIRED:
            return str(
                _("We did not hear from you in time. If you have a question, write to %(address)s.", address=contact)
            )
        case _:
            return str(_("If you have a question, write to %(address)s.", address=contact))


def steps(request: SponsorshipRequest, now: datetime, language: str) -> list[Step]:
    """Return the way from the request to the settled trip; empty once it has ended."""
    state, event = state_to_person(request), request.event
    if state in ENDED or request.submitted_at is None or _ended_with_event(request):
        return []
    sent = moment_in_words(request.submitted_at, event.timezone, language)
    return [
        Step(StepState.DONE, _("Request sent"), sent),
        Step(
            StepState.DONE if state in _DECIDED else StepState.HERE,
            _("Decision"),
            _decision_note(request, state, now, language),
        ),
        Step(
            StepState.HERE if state is _S.OFFERED else StepState.DONE if state in _DECIDED else StepState.NEXT,
            _("Your answer"),
            _answer_note(request, language),
        ),
        Step(
            StepState.HERE if state is _S.ACCEPTED else StepState.DONE if state is _S.TRAVELLED else StepState.NEXT,
            _("The trip"),
            short_day_in_words(event.starts_on, language),
        ),
        Step(
            StepState.HERE if state is _S.TRAVELLED else StepState.NEXT,
            _("Receipts and payment"),
            _by(request.fund.claims_until, language),
        ),
    ]


def rule(request: SponsorshipRequest, now: datetime, language: str) -> Rule | None:
    """Return that nothing is booked yet, while support is offered or promised and the place is not confirmed."""
    if request.state not in {_S.OFFERED, _S.ACCEPTED} or not place_is_open(request):
        return None
    return travel_rule(request.registration, request.event, now, language)


def _ended_with_event(request: SponsorshipRequest) -> bool:
    """Tell whether the cancelled event is all there is to say; what had another end before keeps it."""
    return request.event.state is EventState.CANCELLED and request.state not in _ENDED_BEFORE


def _without_event(request: SponsorshipRequest, contact: str) -> str:
    if request.state is _S.CANCELLED and request.accepted_at is not None:
        return str(
            _(
                "Our support for your trip is cancelled with it. If you have paid for something already, keep the "
                "receipts and write to %(address)s.",
                address=contact,
            )
        )
    return str(_("Your request ended with it. If you have a question, write to %(address)s.", address=contact))


def _ended_with_registration(request: SponsorshipRequest) -> bool:
    """Tell whether the request ended because the person does not come, or not in person; most did not ask for that."""
    return request.state is _S.WITHDRAWN and not may_ask(request.registration)


def _decision_note(request: SponsorshipRequest, state: RequestState, now: datetime, language: str) -> str:
    if state is _S.WAITLISTED:
        return str(_("you are on the waiting list"))
    decided = request.released_at if state in _DECIDED else None
    if decided is not None:
        return moment_in_words(decided, request.event.timezone, language)
    day = request.fund.decisions_by
    return _by(day, language) if day is not None and not _is_over(day, request.event, now) else ""


def _answer_note(request: SponsorshipRequest, language: str) -> str:
    zone = request.event.timezone
    if request.state is _S.OFFERED and request.offer_expires_at is not None:
        return str(_("until %(moment)s", moment=moment_in_words(request.offer_expires_at, zone, language)))
    return moment_in_words(request.accepted_at, zone, language) if request.accepted_at is not None else ""


def _by(day: date | None, language: str) -> str:
    return str(_("by %(day)s", day=short_day_in_words(day, language))) if day is not None else ""


def _answer_by(request: SponsorshipRequest, now: datetime, language: str) -> str:
    day = request.fund.decisions_by
    if day is None or _is_over(day, request.event, now):
        return str(_("We will answer you by mail. Do not book anything before that."))
    words = day_in_words(day, language)
    return str(_("We will answer you by %(day)s at the latest. Do not book anything before that.", day=words))


def _question_meaning(request: SponsorshipRequest, now: datetime, language: str) -> str:
    due, zone = request.info_due_at, request.event.timezone
    if due is None:
        return str(_("Please answer it, so that your request can be looked at."))
    if now >= due:
        return str(
            _("The time to answer is over. Without an answer we go on with what you wrote; a late one still helps.")
        )
    return str(
        _(
            "Please answer by %(moment)s (%(zone)s). Without an answer we go on with what you wrote.",
            moment=moment_in_words(due, zone, language),
            zone=zone_in_words(zone, language, due),
        )
    )


def _offer_meaning(request: SponsorshipRequest, now: datetime, language: str) -> str:
    until, zone = request.offer_expires_at, request.event.timezone
    if until is None or now >= until:
        address = request.event.contact_email
        return str(_("The time to answer is over. If you have a question, write to %(address)s.", address=address))
    return str(
        _(
            "Please answer by %(moment)s (%(zone)s). Without an answer the support goes to somebody else.",
            moment=moment_in_words(until, zone, language),
            zone=zone_in_words(zone, language, until),
        )
    )


def _claims_meaning(until: date | None, event: Event, now: datetime, language: str) -> str:
    if until is None:
        return str(_("If you have paid something yourself that we pay back, hand in your receipts."))
    if _is_over(until, event, now):
        return str(_("The time to hand in receipts is over. What is still open is being settled."))
    day = day_in_words(until, language)
    return str(_("If you have paid something yourself that we pay back, hand in your receipts by %(day)s.", day=day))


def _is_over(day: date, event: Event, now: datetime) -> bool:
    return to_wall(now, event.timezone).date() > day
