"""The pages of decisions: the table with what-if, proposals, their release at once, and who could come next."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.reports import Naming
from eventapp.registrations.words import SECTOR
from eventapp.sponsorship import words
from eventapp.sponsorship.deciding import policy, queries, service, successors
from eventapp.sponsorship.deciding.forms import CancelForm, ProposalForm, amount_of, mode_of, proposal_form
from eventapp.sponsorship.deciding.plan import release_plan
from eventapp.sponsorship.deciding.stock import group_of, stock_of
from eventapp.sponsorship.deciding.table import TO_DECIDE, asked_for, decision_table, with_proposal
from eventapp.sponsorship.deciding.what_if import Candidate
from eventapp.sponsorship.ledger import balance_of
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.queries import get_fund, list_funds
from eventapp.sponsorship.review.conflicts import get_request, hidden_from
from eventapp.sponsorship.review.duties import Duty, SecondDuty, refuse_second_duty
from eventapp.sponsorship.review.queries import part_of
from eventapp.sponsorship.review.scoring import REVIEWS_NEEDED
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.states import REQUESTS, LineMode, Outcome, RequestAction, RequestState

bp = Blueprint("sponsorship_decisions", __name__)
bp.before_request(ask_where_they_work)
ALL = "/desk/<event>/sponsorship/decisions"
FUND = f"{ALL}/funds/<int:fund_id>"
ONE = f"{ALL}/<int:request_id>"
Answer = str | Response | tuple[str, int]


@bp.get(ALL)
@requires(Permission.SPONSORSHIP_DECIDE)
def choose(event: Event) -> Answer:
    """Show the decisions of the first fund, or that there is none."""
    ctx = reading()
    funds = list_funds(ctx, event)
    return _table(ctx, event, funds[0]) if funds else render_template("sponsorship/deciding/no_fund.html")


@bp.get(FUND)
@requires(Permission.SPONSORSHIP_DECIDE)
def table(event: Event, fund_id: int) -> Answer:
    """Show the requests of a fund that wait for a decision, and what is left if those ticked get an offer."""
    ctx = reading()
    return _table(ctx, event, get_fund(ctx, event, fund_id))


@bp.get(ONE)
@requires(Permission.SPONSORSHIP_DECIDE)
def proposal(event: Event, request_id: int) -> Answer:
    """Show the form of what is proposed for one request."""
    ctx = reading()
    wanted = get_request(ctx, event, request_id)
    return _proposal(ctx, event, wanted, proposal_form(wanted.fund, wanted, _filled(wanted)))


@bp.post(ONE)
@requires(Permission.SPONSORSHIP_DECIDE)
def propose(event: Event, request_id: int) -> Answer:
    """Keep what is proposed, or show only what it would leave."""
    ctx = reading()
    wanted = get_request(ctx, event, request_id)
    form = proposal_form(wanted.fund, wanted, _filled(wanted))
    valid = form.validate()
    if valid and "look" in request.form:
        return _proposal(ctx, event, wanted, form)
    if valid:
        try:
            with unit_of_work() as writing:
                found = get_request(writing, event, request_id)
                service.propose(writing, found, form.proposal(found))
                fund_id = found.fund_id
            flash(_("Kept. Nobody outside learns it until decisions are released."), "success")
            return redirect(url_for(".table", event=event.slug, fund_id=fund_id), 303)
        except DomainError as error:
            form.refuse(error)
    ctx = reading()
    return _proposal(ctx, event, get_request(ctx, event, request_id), form), 422


@bp.post(f"{ONE}/take-back")
@requires(Permission.SPONSORSHIP_DECIDE)
def take_back(event: Event, request_id: int) -> Response:
    """Take a proposal back before it is released."""
    with unit_of_work() as ctx:
        found = get_request(ctx, event, request_id)
        service.take_back(ctx, found)
    flash(_("The proposal is taken back."), "success")
    return redirect(url_for(".proposal", event=event.slug, request_id=request_id), 303)


@bp.post(f"{ONE}/reconsider")
@requires(Permission.SPONSORSHIP_DECIDE)
def reconsider(event: Event, request_id: int) -> Response:
    """Open an ended request for another decision."""
    with unit_of_work() as ctx:
        service.reconsider(ctx, get_request(ctx, event, request_id))
    flash(_("The request can be decided again. The person is told nothing before that."), "success")
    return redirect(url_for(".proposal", event=event.slug, request_id=request_id), 303)


@bp.get(f"{ONE}/cancel")
@requires(Permission.SPONSORSHIP_DECIDE)
def ask_cancel(event: Event, request_id: int) -> Answer:
    """Ask why support that was offered or accepted is taken back."""
    return _cancel(get_request(reading(), event, request_id), CancelForm())


@bp.post(f"{ONE}/cancel")
@requires(Permission.SPONSORSHIP_DECIDE)
def cancel(event: Event, request_id: int) -> Answer:
    """Take support back and tell the person why."""
    form = CancelForm()
    if form.validate():
        with unit_of_work() as ctx:
            found = get_request(ctx, event, request_id)
            service.cancel(ctx, found, form.reason.data)
        flash(_("The support is cancelled, and the person is told."), "success")
        return redirect(url_for(".proposal", event=event.slug, request_id=request_id), 303)
    return _cancel(get_request(reading(), event, request_id), form), 422


@bp.get(f"{ALL}/release", defaults={"fund_id": None})
@bp.get(f"{FUND}/release")
@requires(Permission.SPONSORSHIP_DECIDE)
def ask_release(event: Event, fund_id: int | None) -> Answer:
    """Show exactly what a release will do, or why it cannot be done."""
    return _release(reading(), event, fund_id)


@bp.post(f"{ALL}/release", defaults={"fund_id": None})
@bp.post(f"{FUND}/release")
@requires(Permission.SPONSORSHIP_DECIDE)
def release(event: Event, fund_id: int | None) -> Answer:
    """Release all at once what the page showed."""
    try:
        with unit_of_work() as ctx:
            scope = get_fund(ctx, event, fund_id) if fund_id is not None else ctx.session.get_one(Event, event.id)
            told = service.release_all(ctx, scope, request.form.get("expected", ""))
    except Conflict as error:
        return _release(reading(), event, fund_id, refused=error.message), error.status
    flash(
        ngettext("Released: %(num)d person is told.", "Released: %(num)d people are told.", told.number)
        if told.number
        else _("There was nothing to release."),
        "success",
    )
    back = url_for(".table", event=event.slug, fund_id=fund_id) if fund_id else url_for(".choose", event=event.slug)
    return redirect(back, 303)


@bp.post(f"{ALL}/suggestions/<int:successor_id>/set-aside")
@requires(Permission.SPONSORSHIP_DECIDE)
def set_aside(event: Event, successor_id: int) -> Response:
    """Close a suggestion without following it."""
    with unit_of_work() as ctx:
        found = queries.get_suggestion(ctx, event, successor_id)
        if found.suggested_id is not None:
            get_request(ctx, event, found.suggested_id)  # nobody sets aside whom they must not see
        successors.set_aside(ctx, found)
        fund_id = found.fund_id
    flash(_("The suggestion is set aside."), "success")
    return redirect(url_for(".table", event=event.slug, fund_id=fund_id), 303)


def _table(ctx: Context, event: Event, fund: Fund) -> str:
    ticked = {int(each) for each in request.args.getlist("pick") if each.isdecimal() and len(each) < 10}
    found = decision_table(ctx, event, fund, ticked if "look" in request.args else None)
    hidden = hidden_from(ctx, event)
    suggestions = [
        (each, next((row.request for row in found.rows if row.request.id == each.suggested_id), None))
        for each in queries.list_suggestions(ctx, fund)
        if each.suggested_id not in hidden
    ]
    return render_template(
        "sponsorship/deciding/table.html",
        fund=fund,
        funds=list_funds(ctx, event),
        table=found,
        balance=balance_of(ctx, fund.id),
        suggestions=suggestions,
        **_words(ctx, event, fund),
    )


def _proposal(ctx: Context, event: Event, wanted: SponsorshipRequest, form: ProposalForm) -> str:
    fund, review = wanted.fund, part_of(ctx, wanted)
    may_propose = wanted.state in TO_DECIDE
    barred = ""
    try:
        refuse_second_duty(ctx, wanted, Duty.OFFER)
    except SecondDuty as error:
        barred = error.message
    return render_template(
        "sponsorship/deciding/proposal.html",
        form=form,
        wanted=wanted,
        fund=fund,
        review=review,
        few=review.done < REVIEWS_NEEDED,
        barred=barred,
        may_propose=may_propose,
        may_reconsider=REQUESTS.allows(wanted.state, RequestAction.RECONSIDER) and not policy.why_final(wanted),
        may_cancel=REQUESTS.allows(wanted.state, RequestAction.CANCEL),
        asked=asked_for(wanted, ctx.language),
        lines=[
            (line, form[amount_of(line.id)], form[mode_of(line.id)], policy.most_for(fund, line))
            for line in wanted.lines
        ],
        stock=stock_of(ctx, fund, with_holders=False),
        what_if=with_proposal(ctx, event, fund, _candidate(wanted, form), wanted.id) if may_propose else None,
        **_words(ctx, event, fund),
    )


def _cancel(wanted: SponsorshipRequest, form: CancelForm) -> str:
    REQUESTS.target(wanted.state, RequestAction.CANCEL)
    return render_template("sponsorship/deciding/cancel.html", form=form, wanted=wanted)


def _release(ctx: Context, event: Event, fund_id: int | None, refused: str = "") -> str:
    funds = list_funds(ctx, event) if fund_id is None else [get_fund(ctx, event, fund_id)]
    plan = release_plan(ctx, event, funds)
    return render_template(
        "sponsorship/deciding/release.html",
        plan=plan,
        fund_id=fund_id,
        refused=refused,
        Outcome=Outcome,
        outcomes=words.OUTCOME,
    )


def _words(ctx: Context, event: Event, fund: Fund) -> dict[str, Any]:
    """Return what the what-if is told with."""
    return {
        "naming": Naming(ctx, event, ctx.language),
        "hotels": {hotel.id: hotel.name for hotel in fund.hotels},
        "needed": REVIEWS_NEEDED,
        "figures": lambda value: format_decimal(round(float(value), 1)),
        "sector_words": SECTOR,
        "state_words": words.STATE,
        "outcome_words": words.OUTCOME,
        "need_words": words.NEED,
    }


def _filled(wanted: SponsorshipRequest) -> dict[str, Any]:
    """Return what the form shows at first: what is proposed, or as much as may be given of what was asked."""
    proposed = wanted.state is RequestState.PROPOSED
    first, last = wanted.first_night, wanted.last_night
    if not proposed and wanted.arrives_on and wanted.leaves_on and wanted.arrives_on < wanted.leaves_on:
        first, last = wanted.arrives_on, wanted.leaves_on.fromordinal(wanted.leaves_on.toordinal() - 1)
    data: dict[str, Any] = {
        "outcome": wanted.outcome.value if proposed and wanted.outcome else None,
        "hotel": str(wanted.hotel_id or ""),
        "first_night": first,
        "last_night": last,
        "words": wanted.decision_words if proposed else "",
        "note": wanted.proposal_note,
    }
    for line in wanted.lines:
        data[amount_of(line.id)] = line.proposed if proposed else policy.most_for(wanted.fund, line)
        data[mode_of(line.id)] = line.mode.value
    return data


def _candidate(wanted: SponsorshipRequest, form: ProposalForm) -> Candidate | None:
    """Return the request with what stands in the form, or None when it would get nothing."""
    try:
        proposed = form.proposal(wanted) if form.outcome.data else None
    except (ValueError, KeyError):
        return None
    if proposed is None or proposed.outcome is not Outcome.OFFER:
        return None
    nights: Collection[Any] = ()
    if proposed.hotel_id and proposed.first_night and proposed.last_night:
        span = range(proposed.first_night.toordinal(), proposed.last_night.toordinal() + 1)[: policy.LONGEST_STAY]
        nights = [(proposed.hotel_id, proposed.first_night.fromordinal(day)) for day in span]
    cost = sum((each.amount for each in proposed.lines.values() if each.mode is not LineMode.IN_KIND), Decimal(0))
    return Candidate(wanted.id, cost, list(nights), False, group_of(wanted.registration))
