"""Moderation: look comments over, answer them, release the answers together."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes.addresses import parse
from eventapp.notes.comments import hints, places, queries, rules, service, words
from eventapp.notes.comments.forms import AnswerForm, HideForm, ReleaseForm
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.queries import Filters, Pile
from eventapp.notes.comments.states import COMMENTS, OUTCOMES, CommentAction

bp = Blueprint("notes_comments", __name__, url_prefix="/desk/<event>/notes/comments")
Answer = Response | str | tuple[str, int]


@bp.get("")
@requires(Permission.NOTES_MODERATE)
def index(event: Event) -> str:
    """List the comments of a pile, by text and paragraph."""
    ctx = reading()
    counts = queries.count_piles(ctx, event)
    filters = _filters(event, counts)
    found = queries.list_for_desk(ctx, event, filters, request.args.get("page", 1, type=int))
    commented = queries.list_commented(ctx, event)
    editions = texts.latest_editions(ctx, [each.id for each in commented])
    return render_template(
        "notes/comments/index.html",
        counts=counts,
        filters=filters,
        found=found,
        groups=places.grouped(ctx, found.comments, ctx.language),
        names=hints.names_in(ctx, event, found.comments),
        commented=[places.place_in(editions[each.id], each, ctx.language, "") for each in commented],
        piles=Pile,
        words=words,
        sent=request.args,
    )


@bp.get("/<int:comment_id>")
@requires(Permission.NOTES_MODERATE)
def comment(event: Event, comment_id: int) -> str:
    """Show a comment with its paragraph, and what can be done with it."""
    found = queries.get(reading(), event, comment_id)
    return _page(event, found)


@bp.post("/<int:comment_id>/show")
@requires(Permission.NOTES_MODERATE)
def show(event: Event, comment_id: int) -> Answer:
    """Make it public."""
    with unit_of_work() as ctx:
        service.show(ctx, queries.get(ctx, event, comment_id, lock=True))
    flash(_("The comment is public now."), "success")
    return _to(event, comment_id)


@bp.post("/<int:comment_id>/hide")
@requires(Permission.NOTES_MODERATE)
def hide(event: Event, comment_id: int) -> Answer:
    """Keep it from the public, with a reason for its author."""
    form = HideForm()
    form.reason.use_languages(event.languages)
    if form.validate():
        try:
            with unit_of_work() as ctx:
                service.hide(ctx, queries.get(ctx, event, comment_id, lock=True), form.reason.data)
        except DomainError as error:
            form.refuse(error)
            return _page(event, queries.get(reading(), event, comment_id), hiding=form), error.status
        flash(_("The comment is hidden. Its author reads why."), "success")
        return _to(event, comment_id)
    found = queries.get(reading(), event, comment_id)
    return _page(event, found, hiding=form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/<int:comment_id>/answer")
@requires(Permission.NOTES_MODERATE)
def answer(event: Event, comment_id: int) -> Answer:
    """Say what became of it."""
    form = AnswerForm()
    form.reason.use_languages(event.languages)
    if form.validate():
        try:
            with unit_of_work() as ctx:
                held = queries.get(ctx, event, comment_id, lock=True)
                service.answer(ctx, held, form.action, form.reason.data)
        except DomainError as error:
            form.refuse(error)
            return _page(event, queries.get(reading(), event, comment_id), answering=form), error.status
        flash(_("The answer is kept. It becomes public when you release the answers."), "success")
        return _to(event, comment_id)
    found = queries.get(reading(), event, comment_id)
    return _page(event, found, answering=form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/<int:comment_id>/think-again")
@requires(Permission.NOTES_MODERATE)
def think_again(event: Event, comment_id: int) -> Answer:
    """Take back an answer that is not released."""
    with unit_of_work() as ctx:
        service.think_again(ctx, queries.get(ctx, event, comment_id, lock=True))
    return _to(event, comment_id)


@bp.get("/release")
@requires(Permission.NOTES_MODERATE)
def release(event: Event) -> str:
    """Say what releasing the answers does: how many, to how many people, in which languages."""
    return _release_page(event, ReleaseForm(formdata=None))


@bp.post("/release")
@requires(Permission.NOTES_MODERATE)
def carry_out_release(event: Event) -> Answer:
    """Make the answers public and mail them."""
    form = ReleaseForm()
    try:
        with unit_of_work() as ctx:
            done = service.release(ctx, event, form.seen.data or "")
    except Conflict as error:
        form.refuse(error)
        return _release_page(event, form), error.status
    answers = ngettext("%(num)d answer is released.", "%(num)d answers are released.", done.answers)
    people = ngettext("%(num)d person gets a mail.", "%(num)d people get a mail.", done.people)
    flash(f"{answers} {people}", "success")
    return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)


def _filters(event: Event, counts: dict[Pile, int]) -> Filters:
    """Return what the address asks for; without a pile, the first in which something waits."""
    asked = request.args.get("state", "")
    piles = [pile for pile in (Pile.WAITING, Pile.OPEN, Pile.DECIDED, Pile.RELEASED) if counts[pile]]
    pile = Pile(asked) if asked in set(Pile) else None if asked == "all" else next(iter(piles), Pile.WAITING)
    slug = request.args.get("text", "")
    publication = texts.find_publication(reading(), event, *parse(slug)) if slug else None
    return Filters(
        pile,
        publication.id if publication is not None else None,
        request.args.get("paragraph") if publication is not None else None,
    )


def _page(event: Event, found: Comment, *, hiding: HideForm | None = None, answering: AnswerForm | None = None) -> str:
    ctx = reading()
    allowed = set(COMMENTS.actions(found.state))
    hiding = hiding or HideForm(formdata=None)
    answering = answering or AnswerForm(formdata=None, data={"reason": found.reason})
    hiding.reason.use_languages(event.languages)
    answering.reason.use_languages(event.languages)
    values: dict[str, Any] = {
        "may_show": CommentAction.SHOW in allowed,
        "may_hide": CommentAction.HIDE in allowed,
        "may_answer": bool(allowed & set(OUTCOMES)),
        "may_think_again": CommentAction.REOPEN in allowed and found.released_at is None,
    }
    return render_template(
        "notes/comments/comment.html",
        comment=found,
        place=places.places_of(ctx, [found], ctx.language)[found.id],
        names=hints.names_in(ctx, event, [found]).get(found.id, []),
        hiding=hiding,
        answering=answering,
        words=words,
        **values,
    )


def _release_page(event: Event, form: ReleaseForm) -> str:
    ctx = reading()
    answers = queries.list_unreleased(ctx, event)
    counts = queries.count_piles(ctx, event)
    form.seen.data = rules.seal_of(answers)
    languages: dict[str, int] = {}
    authors = queries.list_authors(ctx, answers)
    for registration in authors.values():
        languages[registration.language] = languages.get(registration.language, 0) + 1
    return render_template(
        "notes/comments/release.html",
        form=form,
        groups=places.grouped(ctx, answers, ctx.language),
        total=len(answers),
        people=len(authors),
        languages=sorted(languages.items()),
        left=counts[Pile.WAITING] + counts[Pile.OPEN],
        words=words,
    )


def _to(event: Event, comment_id: int) -> Response:
    return redirect(url_for(".comment", event=event.slug, comment_id=comment_id), HTTPStatus.SEE_OTHER)
