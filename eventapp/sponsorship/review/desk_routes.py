"""The reviewer's own pages, and the coordinator's page of how far the review has come."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.words import SECTOR
from eventapp.sponsorship import words
from eventapp.sponsorship.review import assignments, conflicts, queries, scoring, service
from eventapp.sponsorship.review.forms import ReasonForm, RemarkForm, ScoreForm
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.states import RequestState, ReviewState

bp = Blueprint("sponsorship_review", __name__)
bp.before_request(ask_where_they_work)
MINE = "/desk/<event>/sponsorship/review"
NUMBER = "<int(max=2147483647):request_id>"
ONE = f"{MINE}/{NUMBER}"
PROGRESS = "/desk/<event>/sponsorship/progress"
Answer = str | Response | tuple[str, int]


@bp.get(MINE)
@requires(Permission.SPONSORSHIP_REVIEW)
def mine(event: Event) -> str:
    """Show what the reviewer has scored and has still to score."""
    ctx = reading()
    reviews = queries.list_mine(ctx, event)
    return render_template(
        "sponsorship/review/mine.html",
        reviews=reviews,
        left=[each for each in reviews if queries.is_to_score(each)],
        workplace=conflicts.find_workplace(ctx, event),
        words=words,
    )


@bp.get(ONE)
@requires(Permission.SPONSORSHIP_REVIEW)
def one(event: Event, request_id: int) -> str:
    """Show one request to its reviewer, with the scale to score it by."""
    return _page(event, request_id)


@bp.post(ONE)
@requires(Permission.SPONSORSHIP_REVIEW)
def score(event: Event, request_id: int) -> Answer:
    """Keep the reviewer's scores and lead to what is left."""
    form = ScoreForm()
    if not form.validate():
        return _page(event, request_id, form=form), 422
    try:
        with unit_of_work() as ctx:
            service.score(ctx, queries.get_mine(ctx, event, request_id), form.scores())
    except Conflict as error:
        return _page(event, request_id, notice=error.message), 409
    flash(_("Your scores are saved. You can change them until the request is decided."), "success")
    return redirect(url_for(".one", event=event.slug, request_id=request_id), 303)


@bp.post(f"{ONE}/remark")
@requires(Permission.SPONSORSHIP_REVIEW)
def remark(event: Event, request_id: int) -> Answer:
    """Write in the discussion, once one's own scores are in."""
    form = RemarkForm()
    if queries.get_mine(reading(), event, request_id).state is not ReviewState.SCORED:
        return _page(event, request_id, notice=_("Score the request first; then you can join in.")), 409
    if not form.validate():
        return _page(event, request_id, remark_form=form), 422
    with unit_of_work() as ctx:
        service.remark(ctx, queries.get_mine(ctx, event, request_id).request, form.text.data)
    flash(_("Your remark is added."), "success")
    return redirect(url_for(".one", event=event.slug, request_id=request_id, _anchor="discussion"), 303)


@bp.get(f"{ONE}/leave")
@requires(Permission.SPONSORSHIP_REVIEW)
def ask_why(event: Event, request_id: int) -> str:
    """Ask why the reviewer leaves the request to others, and say what that does."""
    return _leave_page(queries.get_mine(reading(), event, request_id), ReasonForm(formdata=None))


@bp.post(f"{ONE}/leave")
@requires(Permission.SPONSORSHIP_REVIEW)
def leave(event: Event, request_id: int) -> Answer:
    """Leave the request to others."""
    form = ReasonForm()
    if not form.validate():
        return _leave_page(queries.get_mine(reading(), event, request_id), form), 422
    with unit_of_work() as ctx:
        taken_over = service.recuse(ctx, queries.get_mine(ctx, event, request_id), form.reason.data) is not None
    if taken_over:
        flash(_("Thank you for saying so. Another reviewer takes over."), "success")
    else:
        flash(_("Thank you for saying so. The coordination looks for somebody else."), "success")
    return redirect(url_for(".mine", event=event.slug), 303)


@bp.get(PROGRESS)
@requires(Permission.SPONSORSHIP_VIEW)
def progress(event: Event) -> str:
    """Show how far the review has come, by reviewer and by request."""
    ctx = reading()
    found = queries.progress_of(ctx, event)
    return render_template(
        "sponsorship/review/progress.html",
        progress=found,
        short=assignments.why_short(ctx, event, found.parts) if found.parts else [],
        may_decide=Permission.SPONSORSHIP_DECIDE in g.permissions,
        scoring=scoring,
    )


@bp.post(f"{PROGRESS}/assign")
@requires(Permission.SPONSORSHIP_DECIDE)
def assign_all(event: Event) -> Response:
    """Give every request in review its reviewers."""
    with unit_of_work() as ctx:
        given = assignments.assign_all(ctx, event)
    if given.assigned:
        flash(ngettext("%(num)d review is assigned.", "%(num)d reviews are assigned.", given.assigned), "success")
    if given.short:
        said = ngettext(
            "%(num)d request still needs reviewers. Below is why.",
            "%(num)d requests still need reviewers. Below is why.",
            given.short,
        )
        flash(said, "warning")
    elif not given.assigned:
        flash(_("Every request in review has its reviewers already."), "info")
    return redirect(url_for(".progress", event=event.slug), 303)


@bp.post(f"{PROGRESS}/remind")
@requires(Permission.SPONSORSHIP_DECIDE)
def remind(event: Event) -> Response:
    """Write to every reviewer who has something to do."""
    with unit_of_work() as ctx:
        told = service.remind_reviewers(ctx, event)
    said = ngettext(
        "A reminder is on its way to %(num)d reviewer.", "Reminders are on their way to %(num)d reviewers.", told
    )
    flash(said if told else _("No reviewer has anything left to do."), "success" if told else "info")
    return redirect(url_for(".progress", event=event.slug), 303)


def _page(
    event: Event,
    request_id: int,
    *,
    form: ScoreForm | None = None,
    remark_form: RemarkForm | None = None,
    notice: str = "",
) -> str:
    ctx = reading()
    ctx.session.expire_all()
    review = queries.get_mine(ctx, event, request_id)
    left = [each for each in queries.list_mine(ctx, event) if queries.is_to_score(each) and each.id != review.id]
    has_scored = review.state is ReviewState.SCORED
    return render_template(
        "sponsorship/review/one.html",
        review=review,
        request_=review.request,
        person=review.request.registration,
        part=queries.part_of(ctx, review.request),
        form=form or _filled(review),
        changeable=review.request.state is RequestState.IN_REVIEW,
        has_scored=has_scored,
        remarks=queries.list_remarks(ctx, review.request) if has_scored else [],
        remark_form=remark_form or RemarkForm(formdata=None),
        next_review=left[0] if left else None,
        left=len(left),
        notice=notice,
        words=words,
        scoring=scoring,
        sectors=SECTOR,
    )


def _filled(review: Review) -> ScoreForm:
    numbers = {key: getattr(review, key) for key in scoring.TITLE}
    given = {str(key): str(number) for key, number in numbers.items() if number is not None}
    return ScoreForm(formdata=None, data={**given, "comment": review.comment})


def _leave_page(review: Review, form: ReasonForm) -> str:
    return render_template(
        "sponsorship/review/leave.html", person=review.request.registration, review=review, form=form
    )
