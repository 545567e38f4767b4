"""Which requests a member of staff may see: every read of a request by staff goes through here.

Nobody reads, scores or decides their own request, one of their own organisation, or one they declared a conflict with;
to them such a request is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.accounts.models import Account
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict, Workplace
from eventapp.sponsorship.review.rules import ConflictOf, Party, conflict
from eventapp.sponsorship.states import RequestState


def acting_account(ctx: Context) -> int:
    """Return the acting account. Raises `NotFound` for whoever is no member of staff: to them no request is there."""
    if ctx.actor.kind != ActorKind.STAFF or ctx.actor.id is None:
        raise NotFound(_("There is no such request in this event."))
    return ctx.actor.id


def find_workplace(ctx: Context, event: Event) -> Workplace | None:
    """Return where the acting member of staff works, if they have said so; before that they see no request."""
    return ctx.session.scalar(
        select(Workplace).where(Workplace.event_id == event.id, Workplace.account_id == ctx.actor.id)
    )


def conflicts_in(ctx: Context, event: Event, account_id: int) -> Mapping[int, ConflictOf]:
    """Return the requests that the member of staff must not see, each with why; a constant number of reads."""
    account = ctx.session.get_one(Account, account_id)
    workplaces = ctx.session.scalars(
        select(Workplace.organisation).where(Workplace.event_id == event.id, Workplace.account_id == account_id)
    ).all()
    rows = ctx.session.execute(
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
    ).all()
    own = ctx.session.scalars(
        select(Registration.organisation).where(Registration.event_id == event.id, Registration.email == account.email)
    ).all()
    declared = set(
        ctx.session.scalars(
            select(DeclaredConflict.request_id).where(
                DeclaredConflict.event_id == event.id, DeclaredConflict.account_id == account_id
            )
        )
    )
    staff = Party([account.email], [*workplaces, *own], [account.name])
    found: dict[int, ConflictOf] = {}
    for request_id, email, organisation, name, invited_as, invited_from in rows:
        applicant = Party([email, invited_as], [organisation, invited_from], [name])
        why = conflict(staff, applicant, declared=request_id in declared)
        if why is not None:
            found[request_id] = why
    return found


def hidden_from(ctx: Context, event: Event) -> Collection[int]:
    """Return the requests that the acting member of staff must not see."""
    return conflicts_in(ctx, event, acting_account(ctx))


def list_requests(
    ctx: Context, event: Event, states: Collection[RequestState] | None = None, *, fund_id: int | None = None
) -> Sequence[SponsorshipRequest]:
    """Return the requests that the acting member of staff may see, drafts left out, the earliest sent first."""
    wanted = (
        select(SponsorshipRequest)
        .join(SponsorshipRequest.registration)
        .options(
            joinedload(SponsorshipRequest.registration),
            joinedload(SponsorshipRequest.fund),
            selectinload(SponsorshipRequest.lines),
        )
        .where(SponsorshipRequest.event_id == event.id, SponsorshipRequest.submitted_at.is_not(None))
        .order_by(SponsorshipRequest.submitted_at, SponsorshipRequest.id)
    )
    if states is not None:
        wanted = wanted.where(SponsorshipRequest.state.in_(states))
    if fund_id is not None:
        wanted = wanted.where(SponsorshipRequest.fund_id == fund_id)
    hidden = hidden_from(ctx, event)
    return [each for each in ctx.session.scalars(wanted) if each.id not in hidden]


def get_request(ctx: Context, event: Event, request_id: int) -> SponsorshipRequest:
    """Return a request of the event that the acting member of staff may see. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(SponsorshipRequest)
        .join(SponsorshipRequest.registration)
        .options(joinedload(SponsorshipRequest.registration), selectinload(SponsorshipRequest.lines))
        .where(
            SponsorshipRequest.id == request_id,
            SponsorshipRequest.event_id == event.id,
            SponsorshipRequest.submitted_at.is_not(None),
        )
    )
    if found is None or found.id in hidden_from(ctx, event):
        raise NotFound(_("There is no such request in this event."))
    return found
