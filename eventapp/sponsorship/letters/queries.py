"""Reads of templates, signatures and letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.sponsorship.letters.models import Letter, LetterTemplate, Signature
from eventapp.sponsorship.letters.wording import first_body, first_subject
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.states import LetterKind, LetterState, SensitiveKind


def template_of(ctx: Context, event: Event, kind: LetterKind) -> LetterTemplate:
    """Return the event's template, or one with the first words that is not stored yet."""
    found = find_template(ctx, event, kind)
    if found is not None:
        return found
    return LetterTemplate(
        event_id=event.id, kind=kind, subject=first_subject(kind), body=first_body(kind), updated_at=event.created_at
    )


def find_template(ctx: Context, event: Event, kind: LetterKind) -> LetterTemplate | None:
    """Return the template that organisers of the event wrote."""
    return ctx.session.scalar(
        select(LetterTemplate).where(LetterTemplate.event_id == event.id, LetterTemplate.kind == kind)
    )


def find_signature(ctx: Context, event: Event) -> Signature | None:
    """Return who signs the event's letters, the picture with it."""
    return ctx.session.scalar(
        select(Signature).options(undefer(Signature.picture)).where(Signature.event_id == event.id)
    )


def letters_of(ctx: Context, request_ids: Collection[int]) -> Mapping[int, Sequence[Letter]]:
    """Return the letters by request, the newest first."""
    found: defaultdict[int, list[Letter]] = defaultdict(list)
    wanted = select(Letter).where(Letter.request_id.in_(request_ids)).order_by(Letter.id.desc())
    for letter in ctx.session.scalars(wanted):
        found[letter.request_id].append(letter)
    return found


def list_valid(ctx: Context, request: SponsorshipRequest, kind: LetterKind) -> Sequence[Letter]:
    """Return the letters of the kind that were not superseded or revoked."""
    return ctx.session.scalars(
        select(Letter)
        .where(Letter.request_id == request.id, Letter.kind == kind, Letter.state == LetterState.VALID)
        .order_by(Letter.id)
    ).all()


def get_letter(ctx: Context, request: SponsorshipRequest, letter_id: int) -> Letter:
    """Return a letter of the request. Raises `NotFound`."""
    found = ctx.session.scalar(select(Letter).where(Letter.id == letter_id, Letter.request_id == request.id))
    if found is None:
        raise NotFound(_("There is no such letter."))
    return found


def find_by_number(ctx: Context, number: str) -> Letter | None:
    """Return the letter with the number, of whichever event, with its request."""
    return ctx.session.scalar(select(Letter).options(joinedload(Letter.request)).where(Letter.number == number))


def count_issued(ctx: Context, event_id: int) -> int:
    """Return how many letters the event has issued."""
    return ctx.session.scalar(select(func.count()).select_from(Letter).where(Letter.event_id == event_id)) or 0


def list_to_forget(ctx: Context) -> Sequence[Letter]:
    """Return letters with something sealed whose passport record was forgotten."""
    passport = select(SensitiveRecord.request_id).where(
        SensitiveRecord.kind == SensitiveKind.PASSPORT, SensitiveRecord.forgotten_at.is_not(None)
    )
    return ctx.session.scalars(
        select(Letter).where(Letter.sealed.is_not(None), Letter.request_id.in_(passport)).order_by(Letter.id).limit(200)
    ).all()


def list_sealed_otherwise(ctx: Context, key_id: str, most: int) -> Sequence[Letter]:
    """Return letters that another key than this one sealed."""
    return ctx.session.scalars(
        select(Letter)
        .where(Letter.sealed.is_not(None), Letter.sealed.not_like(f"{key_id}.%"))
        .order_by(Letter.id)
        .limit(most)
        .with_for_update()
    ).all()
