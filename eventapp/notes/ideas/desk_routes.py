"""The rapporteur's pages of boards: prepare, lead from step to step, group, hide what is unsuitable."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.config import Settings
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes.ideas import boards, queries, words
from eventapp.notes.ideas.forms import BoardForm, GroupForm
from eventapp.notes.ideas.models import IdeaBoard
from eventapp.notes.ideas.states import BOARDS, EDITABLE, BoardAction

bp = Blueprint("notes_ideas", __name__, url_prefix="/desk/<event>/notes/ideas")

Answer = Response | str | tuple[str, int]


@bp.get("")
@requires(Permission.NOTES_WRITE)
def index(event: Event) -> str:
    """List the boards, the newest first."""
    ctx = reading()
    return render_template(
        "notes/ideas/desk/index.html",
        boards=queries.list_boards(ctx, event),
        counts=queries.counts_of(ctx, event),
        sessions=queries.titles_of_sessions(ctx, event),
        words=words,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def new(event: Event) -> Answer:
    """Prepare a board."""
    form = _form(event)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                board_id = boards.make(ctx, event, form.values()).id
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The board is prepared."), "success")
            return _to(event, board_id)
    return _form_page(form)


@bp.get("/<int:board_id>")
@requires(Permission.NOTES_WRITE)
def board(event: Event, board_id: int) -> str:
    """Show one board with its next step."""
    return _page(event, board_id, _group_form(event))


@bp.route("/<int:board_id>/edit", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def edit(event: Event, board_id: int) -> Answer:
    """Change the question, the session or the number of dots."""
    found = queries.get_board(reading(), event, board_id)
    form = _form(event, found)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                boards.edit(ctx, event, board_id, form.values())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return _to(event, board_id)
    return _form_page(form, board_id)


@bp.post("/<int:board_id>/step/<action>")
@requires(Permission.NOTES_WRITE)
def step(event: Event, board_id: int, action: str) -> Answer:
    """Take the board to another step."""
    if action not in {each.value for each in BoardAction}:
        abort(HTTPStatus.NOT_FOUND)
    try:
        with unit_of_work() as ctx:
            found = boards.move(ctx, event, board_id, BoardAction(action))
            said = words.NEXT[found.state]
    except DomainError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            raise
        flash(error.message, "warning")
    else:
        flash(str(said), "success")
    return _to(event, board_id)


@bp.post("/<int:board_id>/remove")
@requires(Permission.NOTES_WRITE)
def remove(event: Event, board_id: int) -> Answer:
    """Take away a board that was never opened."""
    with unit_of_work() as ctx:
        boards.remove(ctx, event, board_id)
    flash(_("The board is deleted."), "success")
    return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)


@bp.post("/<int:board_id>/ideas")
@requires(Permission.NOTES_WRITE)
def ideas(event: Event, board_id: int) -> Answer:
    """Do with the ticked ideas what the button says: put them into a group, an old or a new one, or take them out."""
    ticked = [int(each) for each in request.form.getlist("idea") if each.isdecimal() and len(each) < 12]
    form, do, to = _group_form(event), request.form.get("do", ""), request.form.get("to", "")
    try:
        with unit_of_work() as ctx:
            match do:
                case "new":
                    boards.add_group(ctx, event, board_id, form.title.data, ticked)
                    said = _("The group is made.")
                case "rest":
                    count = boards.group_the_rest(ctx, event, board_id)
                    said = ngettext("%(num)d group is made.", "%(num)d groups are made.", count)
                case "hide":
                    count = boards.hide(ctx, event, board_id, ticked)
                    said = ngettext("%(num)d idea is taken out.", "%(num)d ideas are taken out.", count)
                case "show":
                    count = boards.bring_back(ctx, event, board_id, ticked)
                    said = ngettext("%(num)d idea is shown again.", "%(num)d ideas are shown again.", count)
                case _other:
                    into = int(to) if to.isdecimal() and len(to) < 12 else None
                    count = boards.put_ideas(ctx, event, board_id, ticked, into)
                    said = ngettext("%(num)d idea is moved.", "%(num)d ideas are moved.", count)
    except DomainError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            raise
        form.refuse(error)
        return _page(event, board_id, form, ticked), error.status
    flash(said, "success")
    return _to(event, board_id)


@bp.route("/<int:board_id>/groups/<int:group_id>", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def group(event: Event, board_id: int, group_id: int) -> Answer:
    """Rename a group, merge it into another, or take it away."""
    found = queries.get_board(reading(), event, board_id)
    this = next((each for each in found.groups if each.id == group_id), None)
    if this is None:
        abort(HTTPStatus.NOT_FOUND)
    form = GroupForm(data={"title": this.title})
    form.title.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                into = request.form.get("into", "")
                match request.form.get("do", ""):
                    case "merge":
                        boards.merge(ctx, event, board_id, group_id, int(into) if into.isdecimal() else 0)
                    case "remove":
                        boards.remove_group(ctx, event, board_id, group_id)
                    case _other:
                        boards.rename_group(ctx, event, board_id, group_id, form.title.data)
        except DomainError as error:
            if error.status is HTTPStatus.NOT_FOUND:
                raise
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return _to(event, board_id)
    found = queries.get_board(reading(), event, board_id)
    page = render_template("notes/ideas/desk/group.html", form=form, board=found, group_id=group_id)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


def _page(event: Event, board_id: int, form: GroupForm, ticked: list[int] | None = None) -> str:
    ctx = reading()
    found = queries.get_board(ctx, event, board_id)
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "notes/ideas/desk/board.html",
        shown=queries.shown_of(ctx, found),
        hidden=queries.list_hidden(ctx, found) if found.state in queries.SHOWING else (),
        session_title=queries.titles_of_sessions(ctx, event).get(found.session_id),
        actions=BOARDS.actions(found.state),
        editable=found.state in EDITABLE,
        form=form,
        ticked=ticked or [],
        words=words,
        address=settings.base_url + url_for("ideas.board", event=event.slug, code=found.code),
        adoptable="notes_read_out.adopt" in current_app.view_functions,
    )


def _form(event: Event, found: IdeaBoard | None = None) -> BoardForm:
    form = BoardForm(obj=found)
    locale = get_locale()
    language = locale.language if locale is not None else "en"
    titles = queries.titles_of_sessions(reading(), event)
    form.offer([(key, title.text(language)) for key, title in titles.items()], event.languages)
    return form


def _group_form(event: Event) -> GroupForm:
    form = GroupForm()
    form.title.use_languages(event.languages)
    return form


def _form_page(form: BoardForm, board_id: int | None = None) -> Answer:
    page = render_template("notes/ideas/desk/form.html", form=form, board_id=board_id)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


def _to(event: Event, board_id: int) -> Response:
    return redirect(url_for(".board", event=event.slug, board_id=board_id), HTTPStatus.SEE_OTHER)
