"""What waits for whom: lines to book, to check, to authorise, to pay, trips to settle, and people who pay first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.queries import place_is_open
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.duties import Duty, barred_from
from eventapp.sponsorship.spending.queries import LineAccount, accounts_of
from eventapp.sponsorship.spending.rules import NOTHING
from eventapp.sponsorship.spending.standing import OVER, RUNNING
from eventapp.sponsorship.states import BOOKED, LineMode, LineState


class Step(StrEnum):
    """What a line waits for."""

    BOOK = "book"
    CHECK = "check"
    AUTHORISE = "authorise"
    PAY = "pay"


@dataclass(frozen=True)
class Task:
    """One line that waits for a step, with the amount it is about in the fund's currency."""

    request: SponsorshipRequest
    account: LineAccount
    step: Step
    amount: Decimal
    barred: bool  # the person who looks has another part in the request

    @property
    def line(self) -> Line:
        """Return the line."""
        return self.account.line


@dataclass(frozen=True)
class PaysFirst:
    """Somebody who pays out of pocket: what is promised, and how much of it they have handed in receipts for."""

    request: SponsorshipRequest
    promised: Decimal  # approved and not paid
    claimed: Decimal  # of that, what waits to be paid, as far as it is known in the fund's currency
    unchecked: int  # receipts whose rate is not known yet


def step_of(account: LineAccount) -> Step | None:
    """Return what the line waits for from us, or None."""
    line = account.line
    match line.state:
        case LineState.APPROVED if line.mode is LineMode.PREPAID and not place_is_open(line.request):
            return Step.BOOK
        case LineState.BOOKED:
            return Step.AUTHORISE
        case LineState.CLAIMED:
            return Step.CHECK if account.unchecked or not account.checked else Step.AUTHORISE
        case LineState.AUTHORISED:
            return Step.PAY
        case _:
            return None


def list_tasks(ctx: Context, event: Event) -> Mapping[Step, Sequence[Task]]:
    """Return what waits, by step, among the requests that the acting member of staff may see; few reads."""
    tasks: dict[Step, list[Task]] = defaultdict(list)
    for task in _tasks(ctx, event, conflicts.list_requests(ctx, event, RUNNING, erased=True)):
        tasks[task.step].append(task)
    return tasks


def list_owed(ctx: Context, event: Event) -> Sequence[Task]:
    """Return what is booked for people who do not come and has to be paid all the same; few reads."""
    ended = conflicts.list_requests(ctx, event, OVER, erased=True)
    owing = [request for request in ended if any(line.state in BOOKED for line in request.lines)]
    return list(_tasks(ctx, event, owing))


def _tasks(ctx: Context, event: Event, requests: Sequence[SponsorshipRequest]) -> Iterator[Task]:
    accounts = accounts_of(ctx, [line for request in requests for line in request.lines])
    barred: Mapping[Step, Collection[int]] = {
        Step.AUTHORISE: barred_from(ctx, event, Duty.AUTHORISE),
        Step.PAY: barred_from(ctx, event, Duty.PAY),
    }
    for request in requests:
        for line in request.lines:
            account = accounts[line.id]
            step = step_of(account)
            if step is not None:
                yield Task(request, account, step, _amount(account, step), request.id in barred.get(step, ()))


def list_paying_first(ctx: Context, event: Event) -> Sequence[PaysFirst]:
    """Return who pays out of pocket and how much, the largest sum of each currency first; few reads."""
    requests = conflicts.list_requests(ctx, event, RUNNING, erased=True)
    theirs = {request.id: [line for line in request.lines if line.mode is LineMode.REIMBURSED] for request in requests}
    accounts = accounts_of(ctx, [line for lines in theirs.values() for line in lines])
    found = []
    for request in requests:
        own = [accounts[line.id] for line in theirs[request.id] if line.state in _UNPAID]
        claimed = [each for each in own if each.line.state is not LineState.APPROVED]
        promised = sum((each.committed for each in own), NOTHING)
        if promised:
            found.append(
                PaysFirst(
                    request,
                    promised,
                    sum((min(each.checked, each.approved) for each in claimed), NOTHING),
                    sum(len(each.unchecked) for each in claimed),
                )
            )
    return sorted(found, key=lambda each: (each.request.fund.currency, -each.promised))


_UNPAID = frozenset({LineState.APPROVED, LineState.CLAIMED, LineState.AUTHORISED})


def _amount(account: LineAccount, step: Step) -> Decimal:
    match step:
        case Step.BOOK:
            return account.approved - account.booked
        case Step.CHECK:
            return account.approved
        case Step.AUTHORISE:
            return account.most_to_authorise
        case Step.PAY:
            return account.authorisation.amount if account.authorisation is not None else NOTHING
