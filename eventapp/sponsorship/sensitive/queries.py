"""Reads of sensitive records; what is sealed stays sealed here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.states import SensitiveKind


def find_record(ctx: Context, request: SponsorshipRequest, kind: SensitiveKind) -> SensitiveRecord | None:
    """Return the request's record of the kind, asked for, given or forgotten."""
    return ctx.session.scalar(
        select(SensitiveRecord).where(SensitiveRecord.request_id == request.id, SensitiveRecord.kind == kind)
    )


def get_record(ctx: Context, request: SponsorshipRequest, kind: SensitiveKind) -> SensitiveRecord:
    """Return the request's record of the kind. Raises `NotFound` when nobody asked for it."""
    found = find_record(ctx, request, kind)
    if found is None:
        raise NotFound(_("Nobody has asked for this."))
    return found


def list_asked(ctx: Context, request: SponsorshipRequest) -> Sequence[SensitiveRecord]:
    """Return what the person was asked for and was not forgotten yet."""
    return ctx.session.scalars(
        select(SensitiveRecord)
        .where(SensitiveRecord.request_id == request.id, SensitiveRecord.forgotten_at.is_(None))
        .order_by(SensitiveRecord.id)
    ).all()


def records_of(ctx: Context, request_ids: Collection[int], kind: SensitiveKind) -> Mapping[int, SensitiveRecord]:
    """Return the records of the kind by request."""
    found = ctx.session.scalars(
        select(SensitiveRecord)
        .options(joinedload(SensitiveRecord.request))
        .where(SensitiveRecord.request_id.in_(request_ids), SensitiveRecord.kind == kind)
    )
    return {record.request_id: record for record in found}
