"""Commands of the review: asking back, starting, scoring, talking, stepping back and declaring conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.wall_time import to_instant, to_wall
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail import service as mail
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.queries import closes_at
from eventapp.sponsorship.review import conflicts, messages, queries
from eventapp.sponsorship.review.assignments import give_to_substitute, lock_review
from eventapp.sponsorship.review.duties import Duty, refuse_second_duty
from eventapp.sponsorship.review.models import DeclaredConflict, Remark, Review
from eventapp.sponsorship.review.scoring import BEST, WORST, Scores
from eventapp.sponsorship.states import ENDED, REQUESTS, REVIEWS, RequestAction, RequestState, ReviewAction, ReviewState

_LAST_MINUTE = time(23, 59)


def ask_info(ctx: Context, request: SponsorshipRequest, question: str, due_on: date) -> None:
    """Ask the person something about their request, to be answered by the end of a day at the event's place."""
    event = request.event
    if due_on <= to_wall(ctx.now, event.timezone).date():
        raise DomainError(_("Choose a later day, so that there is time to answer."), field="due_on")
    if due_on >= event.starts_on:
        raise DomainError(_("Choose a day before the event begins."), field="due_on")
    ledger.locked(ctx, request)
    REQUESTS.move(ctx, request, RequestAction.ASK_INFO)
    request.info_question, request.info_asked_at = question, ctx.now
    request.info_due_at = to_instant(datetime.combine(due_on, _LAST_MINUTE), event.timezone)
    request.info_answer, request.info_answered_at = "", None
    request.updated_at = ctx.now
    mail.enqueue(ctx, messages.info_asked(ctx, request))


def start_review(ctx: Context, request: SponsorshipRequest) -> None:
    """Let reviewers read the request as it stands, also when a question to the person was not answered in time."""
    ledger.locked(ctx, request)
    if request.state is RequestState.INFO_NEEDED and request.info_due_at is not None and ctx.now < request.info_due_at:
        raise Conflict(_("The person still has time to answer your question. Start the review when it is over."))
    REQUESTS.move(ctx, request, RequestAction.START_REVIEW)
    request.updated_at = ctx.now


def list_to_start(ctx: Context, event: Event) -> Sequence[SponsorshipRequest]:
    """Return the requests that the acting person may see and whose window is over, so that review may start."""
    submitted = conflicts.list_requests(ctx, event, {RequestState.SUBMITTED})
    return [each for each in submitted if _is_over(closes_at(each.fund), ctx.now) or each.fund.closed_at is not None]


def start_all(ctx: Context, event: Event) -> int:
    """Start the review of every request whose window is over and return how many these are."""
    started = 0
    for request in sorted(list_to_start(ctx, event), key=lambda each: (each.fund_id, each.id)):
        ledger.locked(ctx, request)
        if request.state is RequestState.SUBMITTED:  # and was not withdrawn in the meantime
            start_review(ctx, request)
            started += 1
    return started


def score(ctx: Context, review: Review, scores: Scores) -> None:
    """Keep the reviewer's scores; they may be changed until the request is decided."""
    lock_review(ctx, review.event_id)
    ledger.locked(ctx, review.request)
    ctx.session.refresh(review)
    if review.request.state is not RequestState.IN_REVIEW:
        raise Conflict(_("This request is not in review any more, so scores stay as they are."))
    values = {"relevance": scores.relevance, "application": scores.application, "equity": scores.equity}
    if not all(WORST <= each <= BEST for each in (*values.values(), scores.need)):
        raise DomainError(_("Choose a number from 0 to 5 for each question."))
    refuse_second_duty(ctx, review.request, Duty.SCORE)
    # Which scores changed is nobody's business, so no field is named.
    audit.changed_fields(review, {**values, "need": scores.need, "comment": scores.comment})
    review.scored_at = ctx.now
    REVIEWS.move(ctx, review, ReviewAction.SCORE)


def remark(ctx: Context, request: SponsorshipRequest, text: str) -> Remark:
    """Add a word to the discussion of the request."""
    account_id = conflicts.acting_account(ctx)
    said = Remark(request_id=request.id, account_id=account_id, text=text, written_at=ctx.now)
    ctx.session.add(said)
    audit.record(ctx, request, "discuss")
    return said


def recuse(ctx: Context, review: Review, reason: str) -> Review | None:
    """Step back from a request, which vanishes for the reviewer; return the review of whoever takes over, if any."""
    lock_review(ctx, review.event_id)
    _declare(ctx, review.request, review.account, reason)
    return _step_back(ctx, review, reason)


def declare(ctx: Context, request: SponsorshipRequest, reason: str) -> Review | None:
    """Declare a conflict of the acting person with a request; return the review of whoever takes over from them."""
    if request.state in ENDED:
        raise Conflict(_("This request has ended."))
    account = ctx.session.get_one(Account, conflicts.acting_account(ctx))
    lock_review(ctx, request.event_id)
    _declare(ctx, request, account, reason)
    review = _part_of(ctx, request, account)
    return _step_back(ctx, review, reason) if review is not None else None


def step_back_where_in_conflict(ctx: Context, event: Event, account: Account) -> int:
    """Have the reviewer step back from requests that are in conflict by now; return from how many."""
    lock_review(ctx, event.id)
    hidden = conflicts.conflicts_in(ctx, event, account.id)
    reviews = ctx.session.scalars(
        select(Review)
        .join(Review.request)
        .where(
            Review.event_id == event.id,
            Review.account_id == account.id,
            Review.state != ReviewState.RECUSED,
            SponsorshipRequest.state == RequestState.IN_REVIEW,
        )
    ).all()
    found = [each for each in reviews if each.request_id in hidden]
    for review in found:
        _step_back(ctx, review, _("Works for the same organisation."))
    return len(found)


def remind_reviewers(ctx: Context, event: Event) -> int:
    """Write to every reviewer who has something to score, or has not said where they work; return to how many."""
    if event.state is EventState.CANCELLED:
        raise Conflict(_("This event was cancelled; nobody is reminded."))
    told = 0
    for workload in queries.list_workloads(ctx, event):
        if workload.account.disabled_at is None and (workload.left or not workload.has_said_where):
            mail.cancel_pending(ctx, about=messages.about_reviewer(event, workload.account))
            mail.enqueue(ctx, messages.reviewer_reminded(ctx, event, workload))
            told += 1
    audit.record(ctx, event, "remind-reviewers", {"count": told})
    return told


def _declare(ctx: Context, request: SponsorshipRequest, account: Account, reason: str) -> None:
    known = ctx.session.scalar(
        select(DeclaredConflict).where(
            DeclaredConflict.request_id == request.id, DeclaredConflict.account_id == account.id
        )
    )
    if known is None:
        declared = DeclaredConflict(
            event_id=request.event_id,
            request_id=request.id,
            account_id=account.id,
            reason=reason,
            declared_at=ctx.now,
        )
        ctx.session.add(declared)
        audit.record(ctx, declared, "declare")


def _step_back(ctx: Context, review: Review, reason: str) -> Review | None:
    review.recused_at, review.recusal_reason = ctx.now, reason
    REVIEWS.move(ctx, review, ReviewAction.RECUSE)
    return give_to_substitute(ctx, review.request)


def _part_of(ctx: Context, request: SponsorshipRequest, account: Account) -> Review | None:
    return ctx.session.scalar(
        select(Review).where(
            Review.request_id == request.id,
            Review.account_id == account.id,
            Review.state != ReviewState.RECUSED,
        )
    )


def _is_over(closes: datetime | None, now: datetime) -> bool:
    return closes is not None and closes <= now
