"""Requests for support by the hundred, each scored by two people, for the pages of those who decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import unit_of_work
from eventapp.registrations.states import State
from eventapp.sponsorship.review.models import Workplace
from eventapp.sponsorship.states import RequestState
from tests.support.factories import make_event, make_invitation, make_registration
from tests.support.sponsoring import make_fund, make_review, make_sponsorship, make_staff

COUNTRIES = ("SN", "KE", "FJ", "PE", "NP", "TN")


def add_requests(app: Flask, sizes: Mapping[str, int], reader: str) -> Mapping[str, Sequence[str]]:
    """Add an event with a fund and so many requests in review for each slug; whoever reads has said where they work.

    Returns the addresses of the list, of the table of decisions and of the progress of the review, by slug.
    """
    addresses = {}
    for slug, size in sizes.items():
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = make_event(ctx, slug=slug)
            account_id = ctx.session.scalars(select(Account.id).where(Account.email == reader)).one()
            ctx.session.add(
                Workplace(event_id=event.id, account_id=account_id, organisation="The Bench", stated_at=ctx.now)
            )
            fund = make_fund(ctx, event, budget=1_000_000)
            reviewers = [make_staff(ctx, event, Role.REVIEWER) for _each in range(2)]
            for n in range(size):
                invitation = make_invitation(
                    ctx,
                    event,
                    email=f"applicant{n}@town{n}.example",
                    organisation=f"Town {n}",
                    country=COUNTRIES[n % len(COUNTRIES)],
                    state="accepted",
                )
                person = make_registration(ctx, event, invitation=invitation, state=State.APPROVED)
                request = make_sponsorship(ctx, fund, registration=person, state=RequestState.IN_REVIEW)
                for reviewer in reviewers:
                    make_review(ctx, request, reviewer, (n % 6, (n // 6) % 6, 3))
            room = f"/desk/{slug}/sponsorship"
            addresses[slug] = [room, f"{room}/decisions/funds/{fund.id}", f"{room}/progress"]
    return addresses
