"""One's own request: where it stands, what is offered, and what one can do with it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.sponsorship import queries, words
from eventapp.sponsorship.asking import policy, progress, service
from eventapp.sponsorship.asking.answers import INFO_ANSWER, lines_wanted
from eventapp.sponsorship.asking.forms import AnswerForm, LessForm, WithdrawForm
from eventapp.sponsorship.asking.offer import offer_of
from eventapp.sponsorship.asking.visit import Visit, visit_of
from eventapp.sponsorship.deciding import service as deciding
from eventapp.sponsorship.deciding.policy import state_to_person, words_to_person
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sections import my_sections
from eventapp.sponsorship.states import HOLDS_MONEY, LineKind, RequestState

bp = Blueprint("my_sponsorship", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my/sponsorship"
Answer = str | Response | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def status(event: Event, invitation: Invitation) -> Answer:
    """Show where the request stands, or what one can ask for."""
    ctx = reading()
    visit = visit_of(ctx, event, invitation)
    own = visit.sent
    if own is None:
        return _before(visit)
    language = ctx.language
    return render_template(
        "sponsorship/my/status.html",
        request_state=state_to_person(own),
        headline=progress.headline(own),
        meaning=progress.meaning(own, ctx.now, language),
        steps=progress.steps(own, ctx.now, language),
        rule=progress.rule(own, ctx.now, language),
        words_to_them=words_to_person(own),
        why_ended=own.end_reason if own.state is RequestState.CANCELLED else "",
        offer=offer_of(own) if own.state in policy.COVERED else None,
        question=own.info_question if policy.may_answer_question(own) else "",
        earlier=(own.info_question, own.info_answer) if own.info_answered_at and own.info_answer else None,
        may_accept=policy.may_answer_offer(own, ctx.now),
        may_change=policy.may_change(own, ctx.now),
        may_ask_less=policy.may_ask_less(own, ctx.now),
        may_withdraw=policy.may_withdraw(own),
        unsent=visit.unsent,
        closes_at=queries.closes_at(own.fund),
        fund=own.fund,
        answers=visit.answered_and_sent,
        sections=my_sections(ctx, own),
    )


def _before(visit: Visit) -> Answer:
    """Show what one can ask for and until when, or why one cannot."""
    funds = visit.open_funds or visit.next_funds
    return render_template(
        "sponsorship/my/begin.html",
        may_begin=visit.may_begin,
        may_ask=policy.may_ask(visit.registration),
        draft=visit.has_draft,
        open_now=bool(visit.open_funds),
        funds=[(fund, queries.opens_at(fund), queries.closes_at(fund)) for fund in funds],
        caps=lambda fund: [(words.LINE_FOR_PERSON[kind], fund.cap(kind)) for kind in LineKind],
    )


@bp.get(f"{MY}/less")
@personal_link(Carrier.COOKIE)
def less(event: Event, invitation: Invitation) -> Answer:
    """Ask what can be left out of a request that can only go down."""
    own = _sent(reading(), event, invitation)
    if not policy.may_ask_less(own, reading().now):
        return _to_status(event)
    return _less_page(own, _less_form(own))


@bp.post(f"{MY}/less")
@personal_link(Carrier.COOKIE)
def ask_less(event: Event, invitation: Invitation) -> Answer:
    """Bring the request down."""
    own = _sent(reading(), event, invitation)
    form = _less_form(own)
    if not form.validate():
        return _less_page(own, form), 422
    try:
        with unit_of_work() as ctx:
            changed = service.ask_less(ctx, _sent(ctx, event, invitation), form.wanted)
    except service.AsksForMore as error:
        form.refuse(error)
        return _less_page(_sent(reading(), event, invitation), form), 422
    except Conflict as error:
        flash(error.message, "warning")
        return _to_status(event)
    flash(_("Your request is changed.") if changed else _("Nothing was changed."), "success" if changed else "info")
    return _to_status(event)


@bp.get(f"{MY}/answer")
@personal_link(Carrier.COOKIE)
def question(event: Event, invitation: Invitation) -> Answer:
    """Show the question that staff put."""
    own = _sent(reading(), event, invitation)
    if not policy.may_answer_question(own):
        return _to_status(event)
    return _question_page(own, AnswerForm(data={"answer": (own.saved or {}).get(INFO_ANSWER, "")}))


@bp.post(f"{MY}/answer")
@personal_link(Carrier.COOKIE)
def answer(event: Event, invitation: Invitation) -> Answer:
    """Answer it, or keep the answer for later."""
    form = AnswerForm()
    own = _sent(reading(), event, invitation)
    whole, later = form.validate(), "later" in request.form
    if "csrf_token" in form.errors or (not whole and not later):
        return (_question_page(own, form), 422) if policy.may_answer_question(own) else _to_status(event)
    text = (form.answer.data or "")[:4000]
    try:
        with unit_of_work() as ctx:
            own = _sent(ctx, event, invitation)
            if later:
                service.save_answer(ctx, own, text)
            else:
                service.answer(ctx, own, text)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(
            _("Your answer is kept. It is not sent yet.") if later else _("Thank you. Your answer is sent."), "success"
        )
    return _to_status(event)


@bp.post(f"{MY}/offer/accept")
@personal_link(Carrier.COOKIE)
def accept(event: Event, invitation: Invitation) -> Answer:
    """Accept the offer; a second click changes nothing."""
    return _decide(event, invitation, _accept)


@bp.get(f"{MY}/offer/decline")
@personal_link(Carrier.COOKIE)
def decline(event: Event, invitation: Invitation) -> Answer:
    """Ask once more before the offer is declined."""
    ctx = reading()
    own = _sent(ctx, event, invitation)
    if not policy.may_answer_offer(own, ctx.now):
        return _to_status(event)
    return render_template("sponsorship/my/decline.html", form=WithdrawForm())


@bp.post(f"{MY}/offer/decline")
@personal_link(Carrier.COOKIE)
def confirm_decline(event: Event, invitation: Invitation) -> Answer:
    """Decline the offer; a second time changes nothing."""
    form = WithdrawForm()
    if not form.validate():
        return render_template("sponsorship/my/decline.html", form=form), 422
    return _decide(event, invitation, lambda ctx, own: deciding.decline(ctx, own, form.reason.data or ""))


@bp.get(f"{MY}/withdraw")
@personal_link(Carrier.COOKIE)
def withdraw(event: Event, invitation: Invitation) -> Answer:
    """Ask once more before withdrawing."""
    own = _sent(reading(), event, invitation)
    if not policy.may_withdraw(own):
        return _to_status(event)
    return _withdraw_page(own, WithdrawForm())


@bp.post(f"{MY}/withdraw")
@personal_link(Carrier.COOKIE)
def confirm_withdrawal(event: Event, invitation: Invitation) -> Answer:
    """Withdraw; a second time changes nothing."""
    form = WithdrawForm()
    if not form.validate():
        return _withdraw_page(_sent(reading(), event, invitation), form), 422
    return _decide(event, invitation, lambda ctx, own: service.withdraw(ctx, own, form.reason.data or ""))


def _accept(ctx: Context, own: SponsorshipRequest) -> None:
    if not policy.may_ask(own.registration):
        raise Conflict(_("Only people who take part in person, or hope to, can ask for support."))
    deciding.accept(ctx, own)


def _decide(event: Event, invitation: Invitation, command: Callable[[Context, SponsorshipRequest], None]) -> Answer:
    try:
        with unit_of_work() as ctx:
            command(ctx, _sent(ctx, event, invitation))
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        flash(error.message, "warning")
    return _to_status(event)


def _sent(ctx: Context, event: Event, invitation: Invitation) -> SponsorshipRequest:
    """Return the person's request once it was sent. Raises `NotFound`."""
    own = visit_of(ctx, event, invitation).sent
    if own is None:
        raise NotFound(_("You have not asked for support yet."))
    return own


def _to_status(event: Event) -> Response:
    return redirect(url_for(".status", event=event.slug), 303)


def _less_form(own: SponsorshipRequest) -> LessForm:
    lines = lines_wanted(own)
    days = {name: day.isoformat() for name in ("arrives_on", "leaves_on") if (day := getattr(own, name)) is not None}
    form = LessForm(data={**days, **{f"{line.kind}_amount": line.estimate for line in lines}})
    form.ask_about(lines)
    return form


def _less_page(own: SponsorshipRequest, form: LessForm) -> str:
    rows = [(line, form[f"{line.kind}_amount"]) for line in lines_wanted(own) if f"{line.kind}_amount" in form]
    return render_template("sponsorship/my/less.html", form=form, rows=rows, own=own)


def _question_page(own: SponsorshipRequest, form: AnswerForm) -> str:
    return render_template("sponsorship/my/question.html", form=form, own=own)


def _withdraw_page(own: SponsorshipRequest, form: WithdrawForm) -> str:
    return render_template("sponsorship/my/withdraw.html", form=form, holds_money=own.state in HOLDS_MONEY)
