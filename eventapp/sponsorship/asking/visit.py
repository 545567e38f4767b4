"""One participant's visit to their request: everything known of it, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.models import Registration
from eventapp.sponsorship import queries
from eventapp.sponsorship.asking import policy
from eventapp.sponsorship.asking.answers import FUND, INFO_ANSWER, PAGES, Answers, answers_from, saved_from_request
from eventapp.sponsorship.asking.choices import AnsweredPage, answered, choices_of
from eventapp.sponsorship.asking.forms import Choices, pages_to_mend
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import RequestState


@dataclass(frozen=True)
class Visit:
    """One participant, the funds of the event, and the request if there is one."""

    ctx: Context
    event: Event
    registration: Registration
    request: SponsorshipRequest | None
    funds: Sequence[Fund]

    @cached_property
    def open_funds(self) -> list[Fund]:
        """Return the funds that take requests now."""
        return [fund for fund in self.funds if queries.takes_requests(fund, self.ctx.now)]

    @property
    def next_funds(self) -> list[Fund]:
        """Return the funds that will take requests."""
        opening = [(queries.opens_at(fund), fund) for fund in self.funds if fund.closed_at is None]
        return [fund for opens, fund in opening if opens is not None and opens > self.ctx.now]

    @property
    def sent(self) -> SponsorshipRequest | None:
        """Return the request once it was sent."""
        return self.request if self.request is not None and self.request.state is not RequestState.DRAFT else None

    @property
    def has_draft(self) -> bool:
        """Tell whether something was filled in and not sent yet."""
        return self.request is not None and self.request.state is RequestState.DRAFT

    @property
    def may_begin(self) -> bool:
        """Tell whether the person may ask now and has not sent a request."""
        running = self.event.state in (EventState.PUBLISHED, EventState.CLOSED)
        return self.sent is None and bool(self.open_funds) and policy.may_ask(self.registration) and running

    @property
    def may_fill(self) -> bool:
        """Tell whether the form is open: nothing sent yet, or what was sent can still be changed."""
        return self.may_begin or (self.sent is not None and policy.may_change(self.sent, self.ctx.now))

    @cached_property
    def saved(self) -> dict[str, Any]:
        """Return the answers so far: what was sent, and what was filled in since."""
        known = {"origin_city": self.registration.city, "origin_country": self.registration.country}
        start = saved_from_request(self.sent) if self.sent is not None else known
        typed = (self.request.saved or {}) if self.request is not None else {}
        return {**start, **typed}

    @property
    def unsent(self) -> bool:
        """Tell whether changes of a request that was sent wait to be sent."""
        return self.sent is not None and bool(set(self.sent.saved or {}) - {INFO_ANSWER})

    @property
    def fund(self) -> Fund:
        """Return the fund that is chosen so far. Raises `NotFound` when there is none to choose."""
        chosen = self.saved.get("fund") or (str(self.request.fund_id) if self.request is not None else "")
        candidates = {str(fund.id): fund for fund in self.funds}
        if chosen in candidates and (self.sent is not None or candidates[chosen] in self.open_funds):
            return candidates[chosen]
        if self.open_funds:
            return self.open_funds[0]
        if self.request is not None:
            return self.request.fund
        raise NotFound(_("No requests are taken now."))

    @property
    def pages(self) -> list[str]:
        """Return the pages of the form; which fund is asked only where there is a choice."""
        return [page for page in PAGES if page != FUND or len(self.open_funds) > 1]

    @cached_property
    def to_mend(self) -> list[str]:
        """Return the pages whose answers are missing or would be refused today."""
        return pages_to_mend(self.saved, self.choices, self.pages)

    @property
    def answered(self) -> list[AnsweredPage]:
        """Return all answers so far in words, page by page."""
        return answered(self.saved, self.pages, self.funds, self.ctx.language)

    @property
    def answered_and_sent(self) -> list[AnsweredPage]:
        """Return what was sent in words, page by page."""
        if self.sent is None:
            return []
        return answered(saved_from_request(self.sent), PAGES, self.funds, self.ctx.language)

    @property
    def answers(self) -> Answers:
        """Return the answers as they are sent; every page must be whole."""
        return answers_from(self.saved, self.fund.id)

    @property
    def choices(self) -> Choices:
        """Return what there is to choose from."""
        return choices_of(self.event, self.open_funds, self.fund, self.ctx.language)


def visit_of(ctx: Context, event: Event, invitation: Invitation) -> Visit:
    """Read what is known of the participant's request. Raises `NotFound` for who has not registered."""
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None:
        raise NotFound(_("You have not registered yet."))
    return Visit(ctx, event, registration, queries.find_request(ctx, registration), queries.list_funds(ctx, event))
