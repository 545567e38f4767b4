"""The request for support, page by page, from the first question to the sending."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.sponsorship import queries, words
from eventapp.sponsorship.asking import policy, service
from eventapp.sponsorship.asking.answers import PAGES
from eventapp.sponsorship.asking.forms import TITLES, PageForm, SendForm, form_of
from eventapp.sponsorship.asking.visit import Visit, visit_of
from eventapp.sponsorship.states import LineKind

bp = Blueprint("sponsorship_form", __name__)
FORM = "/<any(en,fr,es):lang>/<event>/my/sponsorship/form"
Answer = str | Response | tuple[str, int]


@bp.get(FORM)
@personal_link(Carrier.COOKIE)
def begin(event: Event, invitation: Invitation) -> Answer:
    """Lead to the first page that still needs an answer, or to the check."""
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return _to_status(event)
    done = visit.pages if visit.sent else visit.request.pages_done if visit.request else []
    page = next((each for each in visit.pages if each not in done or each in visit.to_mend), None)
    if page is None:
        return redirect(url_for(".check", event=event.slug), 303)
    return redirect(url_for(".form", event=event.slug, page=page), 303)


@bp.get(f"{FORM}/<page>")
@personal_link(Carrier.COOKIE)
def form(event: Event, invitation: Invitation, page: str) -> Answer:
    """Show one page of the request."""
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return _to_status(event)
    if page not in visit.pages:
        return _no_such_page(event, page)
    return _form_page(visit, page, form_of(page, visit.saved, visit.choices))


@bp.post(f"{FORM}/<page>")
@personal_link(Carrier.COOKIE)
def save(event: Event, invitation: Invitation, page: str) -> Answer:
    """Keep one page's answers and go on to the next, back to the check, or leave for later."""
    visit = visit_of(reading(), event, invitation)
    later = "later" in request.form
    if visit.request is None and not visit.may_fill:
        return _to_status(event)
    if page not in visit.pages:
        return _no_such_page(event, page)
    sent = form_of(page, {}, visit.choices)
    whole = sent.validate()
    if "csrf_token" in sent.errors or not (whole or later):
        return _form_page(visit, page, sent), 422
    try:
        with unit_of_work() as ctx:
            kept = sent.kept()
            fund = queries.get_fund(ctx, event, _fund_id(visit, kept.get("fund") if whole else None))
            registration = visit_of(ctx, event, invitation).registration
            service.save_page(ctx, registration, page if whole else "", kept, fund)
    except Conflict as error:
        flash(error.message, "warning")
        return _to_status(event)
    if later:
        return redirect(url_for(".saved", event=event.slug), 303)
    return _onward(visit_of(reading(), event, invitation), page)


@bp.get(f"{FORM}/saved")
@personal_link(Carrier.COOKIE)
def saved(event: Event, invitation: Invitation) -> Answer:
    """Say that the answers are kept and how to come back."""
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return _to_status(event)
    return render_template("sponsorship/my/saved.html", closes_at=queries.closes_at(visit.fund))


@bp.get(f"{FORM}/check")
@personal_link(Carrier.COOKIE)
def check(event: Event, invitation: Invitation) -> Answer:
    """Show all answers once more before they are sent."""
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return _to_status(event)
    if visit.to_mend:
        return redirect(url_for(".begin", event=event.slug), 303)
    return _check_page(visit, SendForm())


@bp.post(f"{FORM}/check")
@personal_link(Carrier.COOKIE)
def send(event: Event, invitation: Invitation) -> Answer:
    """Send the request, or change the one that was sent; sent twice, the second changes nothing."""
    sending = SendForm()
    visit = visit_of(reading(), event, invitation)
    if not sending.validate():
        return (_check_page(visit, sending), 422) if visit.may_fill else _to_status(event)
    if visit.request is None or (visit.sent is not None and not visit.unsent):
        return _to_status(event)
    if visit.may_fill and visit.to_mend:
        return redirect(url_for(".begin", event=event.slug), 303)
    was_sent = visit.sent is not None
    try:
        answers = visit.answers
        with unit_of_work() as ctx:
            again = visit_of(ctx, event, invitation)
            if again.sent is None:
                service.submit(ctx, again.registration, answers)
            elif was_sent:
                service.change(ctx, again.sent, answers)
    except (Conflict, service.AsksForMore, NotFound, ValueError) as error:
        flash(error.message if isinstance(error, DomainError) else _("Something is missing. Look again."), "warning")
        return _to_status(event)
    if was_sent:
        flash(_("Your request is changed."), "success")
    return _to_status(event)


@bp.post(f"{FORM}/discard")
@personal_link(Carrier.COOKIE)
def discard(event: Event, invitation: Invitation) -> Answer:
    """Forget what was not sent: the whole draft, or changes to what was sent."""
    with unit_of_work() as ctx:
        visit = visit_of(ctx, event, invitation)
        was_sent = visit.sent is not None
        service.forget_unsent(ctx, visit.registration)
    flash(_("Nothing was changed.") if was_sent else _("What you had filled in is deleted."), "info")
    return _to_status(event)


def _fund_id(visit: Visit, chosen: str | None) -> int:
    return int(chosen) if chosen else visit.fund.id


def _to_status(event: Event) -> Response:
    return redirect(url_for("my_sponsorship.status", event=event.slug), 303)


def _no_such_page(event: Event, page: str) -> Answer:
    """Lead on from a page that is not asked now; one that never was is not found."""
    if page in PAGES:
        return redirect(url_for(".begin", event=event.slug), 303)
    raise NotFound(_("The form has no such page."))


def _onward(visit: Visit, page: str) -> Answer:
    """Go on to the next page, or back to the check."""
    following = visit.pages[visit.pages.index(page) + 1 :] if page in visit.pages else []
    if request.args.get("then") == "check" or not following:
        return redirect(url_for(".begin" if visit.to_mend else ".check", event=visit.event.slug), 303)
    return redirect(url_for(".form", event=visit.event.slug, page=following[0]), 303)


def _form_page(visit: Visit, page: str, shown: PageForm) -> str:
    place = visit.pages.index(page)
    return render_template(
        "sponsorship/my/form.html",
        form=shown,
        page=page,
        title=TITLES[page],
        number=place + 1,
        pages=len(visit.pages),
        previous=visit.pages[place - 1] if place else None,
        then="check" if request.args.get("then") == "check" else None,
        fund=visit.fund,
        funds=visit.open_funds,
        sent=visit.sent is not None,
        costs=[(kind.value, words.LINE[kind], words.LINE_FOR_PERSON[kind], visit.fund.cap(kind)) for kind in LineKind],
    )


def _check_page(visit: Visit, sending: SendForm) -> str:
    return render_template(
        "sponsorship/my/check.html",
        form=sending,
        answers=visit.answered,
        fund=visit.fund,
        sent=visit.sent is not None,
        change_url=lambda page: url_for(".form", event=visit.event.slug, page=page, then="check"),
        over=[(words.LINE[kind], cap) for kind, cap in policy.over_caps(visit.fund, visit.answers.lines)],
    )
