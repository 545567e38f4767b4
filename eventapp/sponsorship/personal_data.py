"""What sponsorship holds about a participant: taken along with the rest, and erased with it; the books stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.formatting import moment_in_words
from eventapp.core.money import in_words
from eventapp.invitations.models import Invitation
from eventapp.mail import retention as mail_retention
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person
from eventapp.registrations.personal_data.rules import ends_at
from eventapp.sponsorship import queries, words
from eventapp.sponsorship.asking.answers import PAGES, saved_from_request
from eventapp.sponsorship.asking.choices import answered
from eventapp.sponsorship.asking.policy import COVERED
from eventapp.sponsorship.deciding.messages import about
from eventapp.sponsorship.deciding.policy import state_to_person
from eventapp.sponsorship.letters import messages as letter_messages
from eventapp.sponsorship.letters.models import Letter
from eventapp.sponsorship.models import LedgerEntry, Line, SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict, Remark, Review
from eventapp.sponsorship.sensitive import messages as sensitive_messages
from eventapp.sponsorship.sensitive import service as sensitive
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.spending import messages as spending_messages
from eventapp.sponsorship.spending.models import Authorisation, Booking, Receipt
from eventapp.sponsorship.states import RequestState

AUDITED = (
    SponsorshipRequest.__tablename__,
    Line.__tablename__,
    Review.__tablename__,
    DeclaredConflict.__tablename__,
    Booking.__tablename__,
    Receipt.__tablename__,
    Authorisation.__tablename__,
    Letter.__tablename__,
    SensitiveRecord.__tablename__,
)
TEXTS = (
    "origin_city", "origin_country", "motivation", "take_home", "other_funding", "need_words", "info_question",
    "info_answer", "proposal_note", "decision_words", "told_words", "end_reason",
)  # fmt: skip


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return the person's request as they may know it, with lines, receipts and letters; None when there is none."""
    registration = registrations.find_registration(ctx, invitation.id)
    request = queries.find_request(ctx, registration) if registration is not None else None
    if request is None:
        return None
    lines = list(_in_words(ctx, request))
    return HeldElsewhere("sponsorship", _("Your request for support"), lines, _values(ctx, request))


def erase(ctx: Context, person: Person) -> None:
    """Blank what names the person or was written by and about them; amounts and the books stay.

    Drafts are deleted. Receipts for what was paid stay until the accounts can no longer be audited, others go.
    """
    requests = ctx.session.scalars(
        select(SponsorshipRequest)
        .where(SponsorshipRequest.registration_id.in_(person.registration_ids))
        .order_by(SponsorshipRequest.id)
    ).all()
    for request in requests:
        _forget_mails(ctx, request)
        if request.state is RequestState.DRAFT:
            ctx.session.delete(request)
            continue
        sensitive.forget_all_of(ctx, request)
        things = _things(ctx, request)
        _blank(ctx, request)
        audit.forget_person(ctx, request.event_id, things, participants=())
        request.registration_id = None
    _forget_who_acted(ctx, person)
    ctx.session.flush()


def _blank(ctx: Context, request: SponsorshipRequest) -> None:
    for name in TEXTS:
        setattr(request, name, "")
    request.saved, request.pages_done = None, []
    paid = set(
        ctx.session.scalars(
            select(LedgerEntry.line_id).where(LedgerEntry.request_id == request.id, LedgerEntry.spent != 0)
        )
    )
    event = request.event
    auditable = ctx.now < ends_at(event.ends_on, event.timezone) + timedelta(days=request.fund.audit_days)
    for line in request.lines:
        line.note = line.returned_because = ""
        for receipt in ctx.session.scalars(select(Receipt).where(Receipt.line_id == line.id)):
            receipt.what = receipt.refused_because = ""
            if line.id not in paid or not auditable:
                receipt.filename, receipt.data = "", None
        for booking in ctx.session.scalars(select(Booking).where(Booking.line_id == line.id)):
            booking.details = ""
    for review in ctx.session.scalars(select(Review).where(Review.request_id == request.id)):
        review.comment = review.recusal_reason = ""
    for conflict in ctx.session.scalars(select(DeclaredConflict).where(DeclaredConflict.request_id == request.id)):
        conflict.reason = ""
    for letter in ctx.session.scalars(select(Letter).where(Letter.request_id == request.id)):
        letter.snapshot, letter.sealed = {}, None
    ctx.session.execute(delete(Remark).where(Remark.request_id == request.id))
    ctx.session.flush()


def _things(ctx: Context, request: SponsorshipRequest) -> dict[str, list[int]]:
    """Return by what the audit knows the request and all that hangs on it."""
    of_request = (Review, DeclaredConflict, Letter, SensitiveRecord)
    of_lines = (Booking, Receipt, Authorisation)
    line_ids = [line.id for line in request.lines]
    return {
        SponsorshipRequest.__tablename__: [request.id],
        Line.__tablename__: line_ids,
        **{
            model.__tablename__: list(ctx.session.scalars(select(model.id).where(model.request_id == request.id)))
            for model in of_request
        },
        **{
            model.__tablename__: list(ctx.session.scalars(select(model.id).where(model.line_id.in_(line_ids))))
            for model in of_lines
        },
    }


def _forget_mails(ctx: Context, request: SponsorshipRequest) -> None:
    records = ctx.session.scalars(select(SensitiveRecord).where(SensitiveRecord.request_id == request.id))
    abouts = {
        about(request),
        spending_messages.about(request),
        *(letter_messages.about(letter) for letter in _letters(ctx, request)),
        *(sensitive_messages.about(record) for record in records),
    }
    mail_retention.forget_person(ctx, request.event_id, abouts=abouts, addresses=())


def _forget_who_acted(ctx: Context, person: Person) -> None:
    """Strike the person's own name out of the books: what they freed stays, in amounts and dates."""
    ctx.session.execute(
        update(LedgerEntry)
        .where(LedgerEntry.actor_kind == ActorKind.PARTICIPANT, LedgerEntry.actor_id.in_(person.invitation_ids))
        .values(actor_id=None, actor_label="")
    )


def _in_words(ctx: Context, request: SponsorshipRequest) -> Iterator[tuple[str, str]]:
    language, zone = ctx.language, request.event.timezone
    yield _("Where it stands"), str(words.STATE_FOR_PERSON[state_to_person(request)])
    if request.submitted_at is not None:
        yield _("Sent"), moment_in_words(request.submitted_at, zone, language)
    saved = {**saved_from_request(request), **(request.saved or {})}
    for page in answered(saved, PAGES, [request.fund], language):
        yield from ((question, answer) for question, answer, _url in page.rows if answer)
    if request.info_answer:
        yield _("Your answer to our question"), request.info_answer
    for line in request.lines:
        if request.state in COVERED and line.approved is not None:
            what = _("%(line)s, what we cover", line=words.LINE[line.kind])
            yield what, in_words(line.approved, request.fund.currency, language)
    for receipt in _receipts(ctx, request):
        yield _("Receipt: %(name)s", name=receipt.filename), in_words(receipt.amount, receipt.currency, language)
    for letter in _letters(ctx, request):
        yield str(words.LETTER[letter.kind]), letter.number
    for record in ctx.session.scalars(select(SensitiveRecord).where(SensitiveRecord.request_id == request.id)):
        yield str(words.SENSITIVE[record.kind]), _("sealed") if record.sealed else _("not kept")


def _values(ctx: Context, request: SponsorshipRequest) -> dict[str, Any]:
    told = request.state in COVERED
    names = ("origin_city", "origin_country", "motivation", "take_home", "other_funding", "need", "need_words",
             "arrives_on", "leaves_on", "created_at", "submitted_at", "info_question", "info_answer",
             "info_answered_at", "accepted_at", "ended_at")  # fmt: skip
    return {
        "state": state_to_person(request).value,
        "fund": request.fund.name.text(ctx.language),
        **{name: getattr(request, name) for name in names},
        "not_sent_yet": request.saved,
        "lines": [
            {
                "kind": line.kind.value,
                "estimate": format(line.estimate, "f"),
                "currency": line.currency,
                "note": line.note,
                "covered": format(line.approved, "f") if told and line.approved is not None else None,
                "covered_currency": request.fund.currency,
            }
            for line in request.lines
        ],
        "receipts": [
            {
                "file": each.filename,
                "what": each.what,
                "amount": format(each.amount, "f"),
                "currency": each.currency,
                "spent_on": each.spent_on,
            }
            for each in _receipts(ctx, request)
        ],
        "letters": [
            {"kind": each.kind.value, "number": each.number, "issued_at": each.issued_at}
            for each in _letters(ctx, request)
        ],
    }


def _receipts(ctx: Context, request: SponsorshipRequest) -> list[Receipt]:
    line_ids = [line.id for line in request.lines]
    return list(ctx.session.scalars(select(Receipt).where(Receipt.line_id.in_(line_ids)).order_by(Receipt.id)))


def _letters(ctx: Context, request: SponsorshipRequest) -> list[Letter]:
    return list(ctx.session.scalars(select(Letter).where(Letter.request_id == request.id).order_by(Letter.id)))
