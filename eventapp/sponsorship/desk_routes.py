"""The coordinator's pages of requests: the list, one request with all its parts, asking back, starting the review."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.words import SECTOR
from eventapp.sponsorship import words
from eventapp.sponsorship.history import history_of
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.queries import list_funds
from eventapp.sponsorship.request_list import TONE, asked_for, filters_from, requests_for
from eventapp.sponsorship.review import assignments, conflicts, queries, scoring, service
from eventapp.sponsorship.review.forms import AskForm, RemarkForm
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.sections import detail_sections
from eventapp.sponsorship.states import REQUESTS, RequestAction, RequestState

bp = Blueprint("sponsorship_desk", __name__)
bp.before_request(ask_where_they_work)
LIST = "/desk/<event>/sponsorship"
ONE = f"{LIST}/requests/<int(max=2147483647):request_id>"
Answer = str | Response | tuple[str, int]


@bp.get(LIST)
@requires(Permission.SPONSORSHIP_DECIDE)
def list_all(event: Event) -> str:
    """Show the requests, by the filters of the address."""
    ctx = reading()
    filters = filters_from(request.args)
    return render_template(
        "sponsorship/desk/list.html",
        found=requests_for(ctx, event, filters),
        filters=filters,
        funds=list_funds(ctx, event),
        to_start=len(service.list_to_start(ctx, event)),
        asked_for=asked_for,
        words=words,
        tones=TONE,
        sectors=SECTOR,
    )


@bp.get(ONE)
@requires(Permission.SPONSORSHIP_DECIDE)
def detail(event: Event, request_id: int) -> str:
    """Show one request: what the person wrote, its lines, its review, other parts, its history."""
    return _detail_page(event, request_id)


@bp.post(f"{ONE}/start-review")
@requires(Permission.SPONSORSHIP_DECIDE)
def start_review(event: Event, request_id: int) -> Answer:
    """Start the review of one request."""
    return _run(event, request_id, service.start_review, _("The review has started. Give the request to reviewers."))


@bp.post(f"{LIST}/start-review")
@requires(Permission.SPONSORSHIP_DECIDE)
def start_all(event: Event) -> Answer:
    """Start the review of all requests whose window is over."""
    with unit_of_work() as ctx:
        started = service.start_all(ctx, event)
    said = ngettext(
        "The review of %(num)d request has started.", "The review of %(num)d requests has started.", started
    )
    flash(said if started else _("There is nothing to start."), "success" if started else "info")
    return redirect(url_for("sponsorship_review.progress", event=event.slug), 303)


@bp.get(f"{ONE}/ask")
@requires(Permission.SPONSORSHIP_DECIDE)
def ask(event: Event, request_id: int) -> Answer:
    """Show the form for a question to the person."""
    found = conflicts.get_request(reading(), event, request_id)
    if not REQUESTS.allows(found.state, RequestAction.ASK_INFO):
        return _detail_page(event, request_id, notice=_moved()), 409
    return _ask_page(found, AskForm(formdata=None))


@bp.post(f"{ONE}/ask")
@requires(Permission.SPONSORSHIP_DECIDE)
def send_question(event: Event, request_id: int) -> Answer:
    """Ask the person something about their request."""
    form = AskForm()
    if not form.validate():
        return _ask_page(conflicts.get_request(reading(), event, request_id), form), 422
    try:
        with unit_of_work() as ctx:
            found = conflicts.get_request(ctx, event, request_id)
            service.ask_info(ctx, found, form.question.data, form.due_on.data)
            name = found.registration.name
    except Conflict as error:
        return _detail_page(event, request_id, notice=error.message), 409
    except DomainError as error:
        if error.field is None:
            raise
        form.refuse(error)
        return _ask_page(conflicts.get_request(reading(), event, request_id), form), 422
    flash(_("Your question is on its way to %(name)s.", name=name), "success")
    return _back(event, request_id)


@bp.post(f"{ONE}/assign")
@requires(Permission.SPONSORSHIP_DECIDE)
def assign(event: Event, request_id: int) -> Answer:
    """Give the request to one more reviewer."""
    typed = request.form.get("reviewer", "")
    reviewer = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def give(ctx: Context, found: SponsorshipRequest) -> None:
        assignments.assign(ctx, found, reviewer)

    return _run(event, request_id, give, _("The request is given to the reviewer."))


@bp.post(f"{ONE}/reviews/<int(max=2147483647):review_id>/take-back")
@requires(Permission.SPONSORSHIP_DECIDE)
def unassign(event: Event, request_id: int, review_id: int) -> Answer:
    """Take the request from a reviewer who has not scored it."""

    def take(ctx: Context, found: SponsorshipRequest) -> None:
        assignments.take_back(ctx, found, review_id)

    return _run(event, request_id, take, _("The request is taken from the reviewer."))


@bp.post(f"{ONE}/remark")
@requires(Permission.SPONSORSHIP_DECIDE)
def remark(event: Event, request_id: int) -> Answer:
    """Write in the discussion of the request."""
    form = RemarkForm()
    ctx = reading()
    part = queries.part_of(ctx, conflicts.get_request(ctx, event, request_id))
    if not queries.may_discuss(part, g.account.id, g.permissions):
        return _detail_page(event, request_id, notice=_("Score the request first; then you can join in.")), 409
    if not form.validate():
        return _detail_page(event, request_id, form=form), 422

    def say(ctx: Context, found: SponsorshipRequest) -> None:
        service.remark(ctx, found, form.text.data)

    return _run(event, request_id, say, _("Your remark is added."))


def _run(event: Event, request_id: int, command: Callable[[Context, SponsorshipRequest], object], done: str) -> Answer:
    """Run a command on the request; when somebody was faster, show how things stand now."""
    try:
        with unit_of_work() as ctx:
            command(ctx, conflicts.get_request(ctx, event, request_id))
    except Conflict as error:
        return _detail_page(event, request_id, notice=error.message), 409
    flash(done, "success")
    return _back(event, request_id)


def _detail_page(event: Event, request_id: int, *, notice: str = "", form: RemarkForm | None = None) -> str:
    ctx = reading()
    ctx.session.expire_all()
    found = conflicts.get_request(ctx, event, request_id)
    part = queries.part_of(ctx, found)
    may_discuss = queries.may_discuss(part, g.account.id, g.permissions)
    in_review = found.state is RequestState.IN_REVIEW
    pool = assignments.pool_of(ctx, event) if in_review else None
    return render_template(
        "sponsorship/desk/detail.html",
        request_=found,
        person=found.registration,
        part=part,
        asked=asked_for(found),
        able=[pool.reviewers[each] for each in pool.able(found.id) if each != g.account.id] if pool is not None else [],
        reader=g.account.id,
        short=assignments.why_short(ctx, event, [part]) if in_review else [],
        may_discuss=may_discuss,
        remarks=queries.list_remarks(ctx, found) if may_discuss else [],
        form=form or RemarkForm(formdata=None),
        actions=REQUESTS.actions(found.state),
        sections=[
            each for each in detail_sections(ctx, found) if each.permission is None or each.permission in g.permissions
        ],
        history=history_of(ctx, found),
        notice=notice,
        words=words,
        tones=TONE,
        scoring=scoring,
        sectors=SECTOR,
    )


def _ask_page(found: SponsorshipRequest, form: AskForm) -> str:
    return render_template("sponsorship/desk/ask.html", request_=found, form=form)


def _back(event: Event, request_id: int) -> Response:
    return redirect(url_for(".detail", event=event.slug, request_id=request_id), 303)


def _moved() -> str:
    return str(_("This was changed in the meantime and that step is no longer possible. Here is how it stands now."))
