"""The mails about decisions: all in the person's own language, and none about anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.accounts.models import Account
from eventapp.core.context import Context
from eventapp.core.formatting import day_in_words, moment_in_words
from eventapp.core.languages import interface_language
from eventapp.core.money import in_words
from eventapp.mail.drafts import Draft
from eventapp.sponsorship import words
from eventapp.sponsorship.drafts import to_person
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.queries import place_is_open
from eventapp.sponsorship.states import LineMode, LineState

OFFERED = "sponsorship/offered"
WAITLISTED = "sponsorship/waitlisted"
REJECTED = "sponsorship/rejected"
OFFER_REMINDER = "sponsorship/offer_reminder"
OFFER_EXPIRED = "sponsorship/offer_expired"
ACCEPTED = "sponsorship/accepted"
CANCELLED = "sponsorship/cancelled"
SUCCESSOR_SUGGESTED = "sponsorship/successor_suggested"
OF_DECISIONS = frozenset({OFFERED, WAITLISTED, REJECTED, OFFER_REMINDER, OFFER_EXPIRED, ACCEPTED})


def about(request: SponsorshipRequest) -> str:
    """Return the name under which unsent mails about a request are called back."""
    return f"sponsorship:{request.id}"


def about_fund(fund: Fund) -> str:
    """Return the name of the fund for the outbox."""
    return f"fund:{fund.id}"


def offered(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Offer support: what is covered and how, and until when to answer."""
    return _draft(
        ctx,
        request,
        OFFERED,
        lambda title: _("We can support your trip, please answer: %(event)s", event=title),
        until=request.offer_expires_at,
        promised_words=request.decision_words,
    )


def waitlisted(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that there is no money now and that it may become free."""
    return _draft(
        ctx,
        request,
        WAITLISTED,
        lambda title: _("Your request for support is on the waiting list: %(event)s", event=title),
        promised_words=request.decision_words,
    )


def rejected(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that the trip cannot be supported; the seat at the event stays."""
    return _draft(
        ctx,
        request,
        REJECTED,
        lambda title: _("About your request for support: %(event)s", event=title),
        promised_words=request.decision_words,
    )


def offer_reminder(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Remind somebody that the offer waits for an answer, and say until when."""
    event, until = request.event, request.offer_expires_at

    def subject(title: str) -> str:
        moment = (
            moment_in_words(until, event.timezone, interface_language(request.registration.language)) if until else ""
        )
        return str(_("Our support is kept for you until %(moment)s: %(event)s", moment=moment, event=title))

    return _draft(ctx, request, OFFER_REMINDER, subject, until=until)


def offer_expired(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that the time to answer is over and the support is no longer kept."""
    return _draft(
        ctx,
        request,
        OFFER_EXPIRED,
        lambda title: _("Our support is no longer kept for you: %(event)s", event=title),
    )


def accepted(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Confirm that the offer was accepted: what is covered, how, and what comes next."""
    return _draft(
        ctx,
        request,
        ACCEPTED,
        lambda title: _("You have accepted our support: %(event)s", event=title),
        pays_first=any(line.mode is LineMode.REIMBURSED for line in _covered(request)),
        claims_until=request.fund.claims_until,
    )


def cancelled(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that the support was taken back, and why."""
    return _cancelled(ctx, request, with_event=False)


def cancelled_with_event(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that with the event its support is cancelled, and what to do about costs that there were already."""
    return _cancelled(ctx, request, with_event=True)


def successor_suggested(_ctx: Context, fund: Fund, account: Account, *, anybody: bool) -> Draft:
    """Tell a coordinator that money became free and whether somebody who waits could have it; names nobody."""
    event, language = fund.event, interface_language(account.language)
    with force_locale(language):
        return Draft(
            kind=SUCCESSOR_SUGGESTED,
            recipient=account.email,
            recipient_name=account.name,
            language=language,
            subject=_("Support has become free: %(event)s", event=event.title.text(language)),
            values={
                "event": event,
                "name": account.name,
                "fund": fund,
                "fund_name": fund.name.text(language),
                "anybody": anybody,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about_fund(fund),
        )


def _cancelled(ctx: Context, request: SponsorshipRequest, *, with_event: bool) -> Draft:
    return _draft(
        ctx,
        request,
        CANCELLED,
        lambda title: _("Our support for your trip is cancelled: %(event)s", event=title),
        with_event=with_event,
        reason=request.end_reason,
        had_accepted=request.accepted_at is not None,
    )


def _draft(
    _ctx: Context, request: SponsorshipRequest, kind: str, subject: Callable[[str], str], **values: Any
) -> Draft:
    def all_values(language: str) -> dict[str, Any]:
        return {
            "place_is_open": place_is_open(request),
            "covered": [
                (
                    str(words.LINE[line.kind]),
                    _in_words(request, line.approved, language),
                    str(words.MODE_FOR_PERSON[line.mode]),
                )
                for line in _covered(request)
            ],
            "hotel": request.hotel.name if request.hotel is not None else "",
            "first_night": day_in_words(request.first_night, language) if request.first_night else "",
            "last_night": day_in_words(request.last_night, language) if request.last_night else "",
            **values,
        }

    return to_person(request, kind.partition("/")[2], subject, about=about(request), values=all_values)


def _covered(request: SponsorshipRequest) -> list[Any]:
    return [line for line in request.lines if line.approved is not None and line.state is not LineState.RELEASED]


def _in_words(request: SponsorshipRequest, amount: Any, language: str) -> str:
    return in_words(amount, request.fund.currency, language) if amount else ""
