"""Commands of the participant: fill in, send, change, ask for less, answer, withdraw.

Locks, in the order of `ledger`: the invitation, then the fund. Offers are answered in `deciding.service`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import SYSTEM, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.invitations import queries as invitations
from eventapp.mail import service as mail
from eventapp.registrations.models import Registration
from eventapp.sponsorship import ledger, queries
from eventapp.sponsorship.asking import messages, policy
from eventapp.sponsorship.asking.answers import INFO_ANSWER, Answers, WantedLine, lines_wanted, wanted_of
from eventapp.sponsorship.asking.rules import Wanted, more_than
from eventapp.sponsorship.asking.wording import more_in_words
from eventapp.sponsorship.deciding import service as deciding
from eventapp.sponsorship.models import Fund, LedgerEntry, Line, SponsorshipRequest
from eventapp.sponsorship.states import HOLDS_MONEY, LINES, REQUESTS, LineAction, RequestAction, RequestState


class MayNotAsk(Conflict):
    """The person, or the fund, is not in a state in which support can be asked for."""


class AsksForMore(DomainError):
    """A request that can only go down was to go up."""


def save_page(
    ctx: Context, registration: Registration, page: str, values: Mapping[str, Any], fund: Fund
) -> SponsorshipRequest:
    """Keep what was typed on one page, right or wrong; `page` is named once it is whole.

    The first page makes the draft of a request. Raises `MayNotAsk` when there is nothing to fill in any more.
    """
    invitations.lock(ctx, registration.invitation)
    ctx.session.refresh(registration)
    request = queries.find_request(ctx, registration)
    if request is None:
        if not policy.may_ask(registration) or not queries.takes_requests(fund, ctx.now):
            raise MayNotAsk(_("No requests are taken now."))
        request = SponsorshipRequest(
            event_id=registration.event_id,
            fund_id=fund.id,
            registration_id=registration.id,
            state=RequestState.DRAFT,
            saved={},
            pages_done=[],
            created_at=ctx.now,
        )
        ctx.session.add(request)
    elif request.state not in {RequestState.DRAFT, *policy.NOT_DECIDED}:
        raise MayNotAsk(_("Your request can no longer be changed like this."))
    if request.state is RequestState.DRAFT:
        request.fund_id = fund.id
    request.saved = {**(request.saved or {}), **values}
    if page and page not in request.pages_done:
        request.pages_done = [*request.pages_done, page]
    request.updated_at = ctx.now
    ctx.session.flush()
    return request


def forget_unsent(ctx: Context, registration: Registration) -> None:
    """Forget what was typed and not sent: a draft is gone, a request stands as it was sent."""
    invitations.lock(ctx, registration.invitation)
    request = queries.find_request(ctx, registration)
    if request is None:
        return
    if request.state is RequestState.DRAFT:
        ctx.session.delete(request)
    else:
        request.saved = None
    ctx.session.flush()


def submit(ctx: Context, registration: Registration, answers: Answers) -> SponsorshipRequest:
    """Send the request and confirm it by mail; sent twice, the second changes nothing.

    Raises `MayNotAsk` when the person may not ask any more, or the fund takes no requests.
    """
    invitations.lock(ctx, registration.invitation)
    ctx.session.refresh(registration)
    request = queries.find_request(ctx, registration)
    if request is None:
        raise MayNotAsk(_("No requests are taken now."))
    fund = ledger.lock_fund(ctx, queries.get_fund(ctx, request.event, answers.fund_id).id)
    ctx.session.refresh(request)
    if request.state is not RequestState.DRAFT:
        return request
    _require_open(ctx, request, fund)
    request.fund = fund
    for name, value in answers.columns().items():
        setattr(request, name, value)
    _set_lines(ctx, request, answers.lines)
    request.saved, request.pages_done = None, []
    request.submitted_at = request.updated_at = ctx.now
    REQUESTS.move(ctx, request, RequestAction.SUBMIT)
    mail.enqueue(ctx, messages.request_received(ctx, request))
    return request


def change(ctx: Context, request: SponsorshipRequest, answers: Answers) -> list[str]:
    """Change a request that was sent and return the names of what changed.

    As long as the fund takes requests and nobody reads this one, anything can change. After that it can only go down,
    which raises `AsksForMore` otherwise; what was written stays then. Raises `MayNotAsk` once it is decided.
    """
    other = queries.get_fund(ctx, request.event, answers.fund_id)
    _lock_both(ctx, request, other.id)
    if policy.may_change(request, ctx.now):
        if not queries.takes_requests(other, ctx.now):
            raise MayNotAsk(_("This fund takes no requests any more. Yours stays with the fund that you asked."))
        changed = audit.changed_fields(request, answers.columns())
        if other.id != request.fund_id:
            request.fund = other
            changed += ["fund"]
        changed += ["lines"] if _set_lines(ctx, request, answers.lines) else []
        request.saved, request.pages_done = None, []
        return _changed(ctx, request, changed, "edit")
    _require_less_possible(ctx, request)
    columns = {name: value for name, value in answers.columns().items() if name not in ("arrives_on", "leaves_on")}
    if answers.fund_id != request.fund_id or any(getattr(request, name) != value for name, value in columns.items()):
        raise AsksForMore(_("Requests are closed: what you wrote stays as it is, and you can only ask for less."))
    return _less(ctx, request, answers.wanted)


def ask_less(ctx: Context, request: SponsorshipRequest, wanted: Wanted) -> list[str]:
    """Bring the request down to what is wanted and return the names of what changed.

    Raises `AsksForMore` for anything that is more, and `MayNotAsk` once it is decided.
    """
    ledger.locked(ctx, request)
    _require_less_possible(ctx, request)
    return _less(ctx, request, wanted)


def save_answer(ctx: Context, request: SponsorshipRequest, answer: str) -> None:
    """Keep the answer to a question as it was typed, until it is sent."""
    ctx.session.refresh(request)
    if policy.may_answer_question(request):
        request.saved = {**(request.saved or {}), INFO_ANSWER: answer}
        ctx.session.flush()


def answer(ctx: Context, request: SponsorshipRequest, text: str) -> None:
    """Answer the question that staff put; a second call changes nothing."""
    ledger.locked(ctx, request)
    if request.state is RequestState.SUBMITTED and request.info_answer == text:
        return
    REQUESTS.move(ctx, request, RequestAction.ANSWER)
    request.info_answer, request.info_answered_at = text, ctx.now
    rest = {name: value for name, value in (request.saved or {}).items() if name != INFO_ANSWER}
    request.saved = rest or None
    request.updated_at = ctx.now
    ctx.session.flush()


def withdraw(ctx: Context, request: SponsorshipRequest, reason: str = "") -> None:
    """Withdraw, which gives back all that was promised, and confirm it; a second call changes nothing."""
    ledger.locked(ctx, request)
    if request.state is RequestState.WITHDRAWN:
        return
    promised = request.state in HOLDS_MONEY
    deciding.end(ctx, request, RequestAction.WITHDRAW, reason)
    request.saved = None
    mail.enqueue(ctx, messages.request_withdrawn(ctx, request, promised=promised))


def end_with_registration(ctx: Context, registration: Registration) -> None:
    """Withdraw the request of somebody who does not take part, or no longer in person; a draft stays as it is.

    Nothing can be given back of what is settled, so that stays too. Needs the event's lock, which comes before.
    """
    request = queries.find_request(ctx, registration)
    if request is None or not policy.ends_by_withdrawal(request):
        return
    promised, knew = request.state in HOLDS_MONEY, policy.may_withdraw(request)
    deciding.end(ctx, request, RequestAction.WITHDRAW)
    request.saved = None
    if not knew:  # that it was looked at once more
        return
    mail.enqueue(ctx, messages.request_withdrawn(ctx, request, promised=promised, with_registration=True))


def follow_mode(ctx: Context, registration: Registration) -> None:
    """Withdraw the request of somebody who takes part remotely from now on."""
    if not policy.may_ask(registration):
        end_with_registration(ctx, registration)


def _lock_both(ctx: Context, request: SponsorshipRequest, fund_id: int) -> None:
    """Lock the request's fund and the one it goes to, by ascending id, and read the request again."""
    for each in sorted({request.fund_id, fund_id}):
        ledger.lock_fund(ctx, each)
    ledger.locked(ctx, request)


def _require_open(ctx: Context, request: SponsorshipRequest, fund: Fund) -> None:
    if not policy.may_ask(request.registration):
        raise MayNotAsk(_("Only people who take part in person, or hope to, can ask for support."))
    if not queries.takes_requests(fund, ctx.now):
        raise MayNotAsk(_("This fund takes no requests now. What you have filled in is kept."))


def _require_less_possible(ctx: Context, request: SponsorshipRequest) -> None:
    if not policy.may_change(request, ctx.now) and not policy.may_ask_less(request, ctx.now):
        raise MayNotAsk(_("Your request can no longer be changed."))


def _less(ctx: Context, request: SponsorshipRequest, wanted: Wanted) -> list[str]:
    """Bring the request down. What was proposed was for something else, so that it is looked at again."""
    more = more_than(wanted_of(request), wanted)
    if more:
        what, kind = more[0]
        raise AsksForMore(more_in_words(what, kind))
    notes = {line.kind: line.note for line in lines_wanted(request)}
    lines = [WantedLine(kind, amount, currency, notes[kind]) for kind, (amount, currency) in wanted.lines.items()]
    changed = audit.changed_fields(request, {"arrives_on": wanted.arrives_on, "leaves_on": wanted.leaves_on})
    changed += ["lines"] if _set_lines(ctx, request, lines) else []
    request.saved, request.pages_done = None, []
    if changed and request.state is RequestState.PROPOSED:
        deciding.take_back(replace(ctx, actor=SYSTEM), request)
    return _changed(ctx, request, changed, "ask-less")


def _changed(ctx: Context, request: SponsorshipRequest, changed: list[str], action: str) -> list[str]:
    if changed:
        request.updated_at = ctx.now
        audit.record(ctx, request, action, {"fields": changed})
    ctx.session.flush()
    return changed


def _set_lines(ctx: Context, request: SponsorshipRequest, wanted: Sequence[WantedLine]) -> bool:
    """Let the request ask for exactly these lines, and tell whether anything changed.

    A line that is not wanted any more is deleted; one that the books know stays there and asks for nothing.
    """
    lines, changed = {line.kind: line for line in request.lines}, False
    for each in wanted:
        line = lines.pop(each.kind, None)
        if line is None:
            line = Line(event_id=request.event_id, kind=each.kind)
            request.lines.append(line)
        elif LINES.allows(line.state, LineAction.REOPEN):
            LINES.move(ctx, line, LineAction.REOPEN)
        values = {"estimate": each.estimate, "currency": each.currency, "note": each.note}
        changed = bool(audit.changed_fields(line, values)) or changed
    for line in lines.values():
        changed = changed or bool(line.estimate)
        if ctx.session.scalar(select(LedgerEntry.id).where(LedgerEntry.line_id == line.id).limit(1)) is None:
            request.lines.remove(line)
        else:
            line.estimate, line.note = ledger.NOTHING, ""
    ctx.session.flush()
    return changed
