"""Commands about sensitive data: ask for it, give it, read it, forget it, seal it anew under another key.

What is sealed is opened in `open_record` alone, and whoever opens it stands in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.registrations.personal_data.rules import ends_at
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.sensitive import messages, queries
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.sensitive.sealing import CannotOpen, Sealer, sealed_with
from eventapp.sponsorship.states import LineMode, LineState, RequestState, SensitiveKind

PASSPORT_DAYS = 30  # after the event
BATCH = 200

_S = RequestState
# When there is something to do with it, and so a reason to ask.
NEEDED: Mapping[SensitiveKind, frozenset[RequestState]] = {
    SensitiveKind.PASSPORT: frozenset({_S.OFFERED, _S.ACCEPTED}),
    SensitiveKind.BANK: frozenset({_S.ACCEPTED, _S.TRAVELLED}),
}
PAYABLE = frozenset({LineState.APPROVED, LineState.CLAIMED, LineState.AUTHORISED})
# When there is nothing to do with it any more; money may still have moved in the other states.
NO_LONGER_NEEDED = frozenset({_S.REJECTED, _S.DECLINED, _S.EXPIRED, _S.WITHDRAWN, _S.CANCELLED, _S.WAITLISTED})


class NotSetUp(DomainError):
    """No key to seal with is set, so nothing sensitive can be taken."""


def ask(ctx: Context, request: SponsorshipRequest, kind: SensitiveKind) -> SensitiveRecord:
    """Ask the person for the data, by mail with their link; asked again, a new mail goes out.

    Raises `Conflict` when there is nothing to need it for.
    """
    ledger.locked(ctx, request)
    if not is_needed(request, kind):
        raise Conflict(_("There is no need for this data as the request stands."))
    record = queries.find_record(ctx, request, kind)
    if record is None:
        record = SensitiveRecord(event_id=request.event_id, request=request, kind=kind, asked_at=ctx.now)
        ctx.session.add(record)
    record.asked_at, record.asked_by_id, record.forgotten_at = ctx.now, ctx.actor.id, None
    audit.record(ctx, record, "ask", {"kind": kind.value})
    mail.cancel_pending(ctx, messages.about(record))
    mail.enqueue(ctx, messages.data_asked(record))
    return record


def give(
    ctx: Context, sealer: Sealer, request: SponsorshipRequest, kind: SensitiveKind, values: Mapping[str, str]
) -> None:
    """Seal what the person gives; given again, it replaces what was there.

    Raises `NotFound` when nobody asked, `Conflict` when it is not needed any more, `NotSetUp`.
    """
    if not sealer.is_ready:
        raise NotSetUp(_("This site cannot take such data yet. The organisers have to set up a key first."))
    record = queries.get_record(ctx, request, kind)
    if record.forgotten_at is not None or request.state in NO_LONGER_NEEDED:
        raise Conflict(_("This data is not needed any more."))
    record.sealed = sealer.seal(values, about(record))
    record.key_id, record.given_at = sealer.key_id, ctx.now
    mail.cancel_pending(ctx, messages.about(record))
    audit.record(ctx, record, "give", {"kind": kind.value})


def open_record(ctx: Context, sealer: Sealer, record: SensitiveRecord, purpose: str) -> dict[str, str]:
    """Return what is sealed and record who read it and what for. Raises `Conflict` when there is nothing to read."""
    if record.sealed is None:
        raise Conflict(_("There is nothing to read: the data was not given yet, or was deleted since."))
    try:
        values = sealer.open(record.sealed, about(record))
    except CannotOpen:
        raise Conflict(_("The key that opens this data is missing. Ask whoever runs this site.")) from None
    audit.record(ctx, record, "read", {"kind": record.kind.value, "purpose": purpose})
    return values


def forget(ctx: Context, record: SensitiveRecord) -> None:
    """Delete what is sealed; that it was asked for and given stays."""
    record.sealed, record.key_id, record.forgotten_at = None, "", ctx.now
    mail.cancel_pending(ctx, messages.about(record))
    audit.record(ctx, record, "forget", {"kind": record.kind.value})


def forget_all_of(ctx: Context, request: SponsorshipRequest) -> None:
    """Delete everything sensitive of a request."""
    for record in queries.list_asked(ctx, request):
        forget(ctx, record)


def forget_due(ctx: Context) -> int:
    """Delete what is no longer needed or whose time is over; return how many records.

    A passport goes 30 days after the event, bank data after the fund's audit period, both at once when the request
    ended without money having moved.
    """
    waiting = ctx.session.scalars(
        select(SensitiveRecord)
        .join(SensitiveRecord.request)
        .join(SponsorshipRequest.fund)
        .join(Event, Event.id == SensitiveRecord.event_id)
        .options(joinedload(SensitiveRecord.request).joinedload(SponsorshipRequest.fund).joinedload(Fund.event))
        .where(
            SensitiveRecord.forgotten_at.is_(None),
            or_(SponsorshipRequest.state.in_(NO_LONGER_NEEDED), Event.ends_on <= ctx.now.date()),
        )
        .order_by(SensitiveRecord.id)
    )
    due = [record for record in waiting if _is_due(ctx, record)][:BATCH]
    for record in due:
        forget(ctx, record)
    return len(due)


def seal_anew(ctx: Context, sealer: Sealer) -> int:
    """Seal with the newest key what an older one sealed, a batch of it; return how many records.

    Raises `CannotOpen` when an older key is gone already.
    """
    old = ctx.session.scalars(
        select(SensitiveRecord)
        .where(SensitiveRecord.sealed.is_not(None), SensitiveRecord.key_id != sealer.key_id)
        .order_by(SensitiveRecord.id)
        .limit(BATCH)
        .with_for_update()
    ).all()
    for record in old:
        if record.sealed is not None:
            record.sealed = sealer.seal(sealer.open(record.sealed, about(record)), about(record))
            record.key_id = sealed_with(record.sealed)
            audit.record(ctx, record, "seal-anew", {"kind": record.kind.value})
    return len(old)


def is_needed(request: SponsorshipRequest, kind: SensitiveKind) -> bool:
    """Tell whether there is a reason to ask: a letter to come, or something that the person is paid back."""
    if request.state not in NEEDED[kind]:
        return False
    paid_back = (line.mode is LineMode.REIMBURSED and line.state in PAYABLE for line in request.lines)
    return kind is SensitiveKind.PASSPORT or any(paid_back)


def days_kept(record: SensitiveRecord) -> int:
    """Return how many days after the event the record is kept."""
    return PASSPORT_DAYS if record.kind is SensitiveKind.PASSPORT else record.request.fund.audit_days


def about(record: SensitiveRecord) -> str:
    """Return what a record's sealed text is bound to: it opens in this row only."""
    return f"{record.kind.value}:{record.event_id}:{record.request_id}"


def _is_due(ctx: Context, record: SensitiveRecord) -> bool:
    request = record.request
    if request.state in NO_LONGER_NEEDED:
        return True
    event = request.fund.event
    return ctx.now >= ends_at(event.ends_on, event.timezone) + timedelta(days=days_kept(record))
