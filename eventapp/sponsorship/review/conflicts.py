"""Which requests a member of staff may see: every read of a request by staff goes through here.

Nobody reads, scores or decides their own request, one of their own organisation, or one they declared a conflict with;
to them such a request is not there. Of somebody who was erased only the money is left: whose it was can no longer be
told, so nobody has a conflict, and only the pages of spending ask for it (`erased`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.accounts.models import Account
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration
from eventapp.sponsorship.models import LedgerEntry, SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict, Workplace
from eventapp.sponsorship.review.rules import ConflictOf, Party, conflict
from eventapp.sponsorship.states import RequestState


def acting_account(ctx: Context) -> int:
    """Return the acting account. Raises `NotFound` for whoever is no member of staff: to them no request is there."""
    if ctx.actor.kind != ActorKind.STAFF or ctx.actor.id is None:
        raise NotFound(_("There is no such request in this event."))
    return ctx.actor.id


def find_workplace(ctx: Context, event: Event) -> Workplace | None:
    """Return where the acting member of staff last said they work, if ever; before that they see no request."""
    return ctx.session.scalar(
        select(Workplace)
        .where(Workplace.event_id == event.id, Workplace.account_id == ctx.actor.id)
        .order_by(Workplace.stated_at.desc(), Workplace.id.desc())
        .limit(1)
    )


def conflicts_in(ctx: Context, event: Event, account_id: int) -> Mapping[int, ConflictOf]:
    """Return the requests that the member of staff must not see, each with why; a constant number of reads."""
    return conflicts_among(ctx, event, [account_id])[account_id]


def conflicts_among(ctx: Context, event: Event, account_ids: Collection[int]) -> Mapping[int, Mapping[int, ConflictOf]]:
    """Return by account the requests that each must not see, with why; as many reads for many as for one."""
    applicants = [
        (request_id, Party([email, invited_as], [organisation, invited_from], [name]))
        for request_id, email, organisation, name, invited_as, invited_from in ctx.session.execute(
            select(
                SponsorshipRequest.id,
                Registration.email,
                Registration.organisation,
                Registration.name,
                Invitation.email,
                Invitation.organisation,
            )
            .join(Registration, Registration.id == SponsorshipRequest.registration_id)
            .join(Invitation, Invitation.id == Registration.invitation_id)
            .where(SponsorshipRequest.event_id == event.id)
        )
    ]
    declared = {
        (account_id, request_id)
        for account_id, request_id in ctx.session.execute(
            select(DeclaredConflict.account_id, DeclaredConflict.request_id).where(
                DeclaredConflict.event_id == event.id, DeclaredConflict.account_id.in_(account_ids)
            )
        )
    }
    found: dict[int, dict[int, ConflictOf]] = {}
    for account_id, party in _parties(ctx, event, account_ids).items():
        reasons = (
            (request_id, conflict(party, applicant, declared=(account_id, request_id) in declared))
            for request_id, applicant in applicants
        )
        found[account_id] = {request_id: why for request_id, why in reasons if why is not None}
    return found


def _parties(ctx: Context, event: Event, account_ids: Collection[int]) -> Mapping[int, Party]:
    """Return members of staff with all that tells where they work: their own words, and their own registration."""
    accounts = ctx.session.scalars(select(Account).where(Account.id.in_(account_ids))).all()
    houses: dict[int, list[str]] = {each.id: [] for each in accounts}
    for account_id, organisation in ctx.session.execute(
        select(Workplace.account_id, Workplace.organisation).where(
            Workplace.event_id == event.id, Workplace.account_id.in_(account_ids)
        )
    ):
        houses[account_id].append(organisation)
    by_address = {each.email: each.id for each in accounts}
    for email, organisation in ctx.session.execute(
        select(Registration.email, Registration.organisation).where(
            Registration.event_id == event.id, Registration.email.in_(by_address)
        )
    ):
        houses[by_address[email]].append(organisation)
    return {each.id: Party([each.email], houses[each.id], [each.name]) for each in accounts}


def hidden_from(ctx: Context, event: Event) -> Collection[int]:
    """Return the requests that the acting member of staff must not see."""
    return conflicts_in(ctx, event, acting_account(ctx))


def list_requests(
    ctx: Context,
    event: Event,
    states: Collection[RequestState] | None = None,
    *,
    fund_id: int | None = None,
    erased: bool = False,
) -> Sequence[SponsorshipRequest]:
    """Return the requests that the acting member of staff may see, drafts left out, the earliest sent first.

    With `erased` also those of people who were erased that stand in the books.
    """
    wanted = (
        select(SponsorshipRequest)
        .options(
            joinedload(SponsorshipRequest.registration),
            joinedload(SponsorshipRequest.fund),
            selectinload(SponsorshipRequest.lines),
        )
        .where(
            SponsorshipRequest.event_id == event.id, SponsorshipRequest.submitted_at.is_not(None), _known(erased=erased)
        )
        .order_by(SponsorshipRequest.submitted_at, SponsorshipRequest.id)
    )
    if states is not None:
        wanted = wanted.where(SponsorshipRequest.state.in_(states))
    if fund_id is not None:
        wanted = wanted.where(SponsorshipRequest.fund_id == fund_id)
    hidden = hidden_from(ctx, event)
    return [each for each in ctx.session.scalars(wanted) if each.id not in hidden]


def _known(*, erased: bool) -> ColumnElement[bool]:
    """Select whose person is known, and those of whom only the books are left if these are wanted too."""
    known = SponsorshipRequest.registration_id.is_not(None)
    if not erased:
        return known
    in_books = select(LedgerEntry.request_id).where(LedgerEntry.request_id.is_not(None))
    return or_(known, SponsorshipRequest.id.in_(in_books))


def get_request(ctx: Context, event: Event, request_id: int, *, erased: bool = False) -> SponsorshipRequest:
    """Return a request of the event that the acting member of staff may see. Raises `NotFound`.

    With `erased` it may be that of somebody who was erased, when it stands in the books.
    """
    found = ctx.session.scalar(
        select(SponsorshipRequest)
        .options(joinedload(SponsorshipRequest.registration), selectinload(SponsorshipRequest.lines))
        .where(
            SponsorshipRequest.id == request_id,
            SponsorshipRequest.event_id == event.id,
            SponsorshipRequest.submitted_at.is_not(None),
            _known(erased=erased),
        )
    )
    if found is None or found.id in hidden_from(ctx, event):
        raise NotFound(_("There is no such request in this event."))
    return found
