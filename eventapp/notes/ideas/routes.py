"""A board for whoever is in the room: by the code on the wall, or from one's own page. Who writes is not known."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import public
from eventapp.core.config import Settings
from eventapp.core.errors import DomainError
from eventapp.core.limits import allow, is_spent
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import queries as invitations
from eventapp.notes.ideas import queries, rules, service
from eventapp.notes.ideas.models import IdeaBoard
from eventapp.notes.ideas.states import BoardState
from eventapp.registrations import queries as registrations
from eventapp.registrations.states import State

bp = Blueprint("ideas", __name__)

IDEAS = "/<any(en,fr,es):lang>/<event>/ideas"
WRONG_CODES = "60 per hour"  # of one address, behind which a whole room may be
NEW_BROWSERS = "300 per hour"
WHY = "whoever is in the room takes part, known to nobody"
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get(IDEAS)
@public(WHY)
def enter(event: Event) -> Answer:
    """Ask for the code that is shown in the room."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return render_template("notes/ideas/enter.html", typed="", error="")
    code = rules.code_of(typed)
    board = _found(event, code)
    if board is not None:
        return redirect(url_for(".board", event=event.slug, code=board.code), HTTPStatus.SEE_OTHER)
    error = _("No board has this code. Look at the screen in the room and type it again.")
    return render_template("notes/ideas/enter.html", typed=typed[:40], error=error), HTTPStatus.NOT_FOUND


@bp.get(f"{IDEAS}/<code>")
@public(WHY)
def board(event: Event, code: str) -> Answer:
    """Show the board at its present step, with one's own ideas or dots."""
    found = _board(event, code)
    if found.code != code:
        return redirect(url_for(".board", event=event.slug, code=found.code), HTTPStatus.SEE_OTHER)
    return _page(event, found)


@bp.post(f"{IDEAS}/<code>")
@public(WHY)
def add(event: Event, code: str) -> Answer:
    """Write an idea; the same form sent again changes nothing."""
    found = _board(event, code)
    key, text = request.form.get("key", ""), request.form.get("text", "")
    try:
        with unit_of_work() as ctx:
            service.add_idea(ctx, event, found.id, _writer(event, found.id), key=key, text=text)
    except DomainError as error:
        return _refused(event, code, error, text=text)
    flash(_("Your idea is on the board."), "success")
    return _back(event, code)


@bp.post(f"{IDEAS}/<code>/own/<key>")
@public(WHY)
def change(event: Event, code: str, key: str) -> Answer:
    """Write one's own idea anew."""
    found, text = _board(event, code), request.form.get("text", "")
    try:
        with unit_of_work() as ctx:
            service.change_idea(ctx, event, found.id, _writer(event, found.id), key=key, text=text)
    except DomainError as error:
        return _refused(event, code, error, text=text, editing=key)
    flash(_("Your idea is changed."), "success")
    return _back(event, code)


@bp.post(f"{IDEAS}/<code>/own/<key>/remove")
@public(WHY)
def remove(event: Event, code: str, key: str) -> Answer:
    """Take one's own idea back."""
    found = _board(event, code)
    try:
        with unit_of_work() as ctx:
            service.remove_idea(ctx, event, found.id, _writer(event, found.id), key=key)
    except DomainError as error:
        return _refused(event, code, error)
    flash(_("Your idea is removed."), "success")
    return _back(event, code)


@bp.post(f"{IDEAS}/<code>/dots")
@public(WHY)
def dots(event: Event, code: str) -> Answer:
    """Put one's dots, in place of those put before."""
    found = _board(event, code)
    wanted = {
        int(name.removeprefix("group-")): int(value)
        for name, value in request.form.items()
        if name.startswith("group-") and name[6:].isdecimal() and len(name) < 20 and value in _DOTS
    }
    try:
        with unit_of_work() as ctx:
            left = service.put_dots(ctx, event, found.id, _writer(event, found.id), wanted)
    except DomainError as error:
        return _refused(event, code, error, wanted=wanted)
    if left:
        flash(_("Your dots are kept. You have %(left)d left.", left=left), "success")
    else:
        flash(_("Your dots are kept. You can move them until the vote is closed."), "success")
    return _back(event, code)


@bp.get(f"{IDEAS}/<code>/news")
@public(WHY)
def news(event: Event, code: str) -> Response:
    """Say in a few bytes whether there is something new: the board's version, and how many ideas or voters."""
    return Response(_news(_board(event, code)), mimetype="application/json")


@bp.get(f"{IDEAS}/<code>/screen")
@public(WHY)
def screen(event: Event, code: str) -> str:
    """Show the board in large letters, for the wall of the room."""
    found = _board(event, code)
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "notes/ideas/screen.html",
        shown=queries.shown_of(reading(), found),
        address=settings.base_url + url_for(".board", event=event.slug, code=found.code),
        typed_address=(settings.base_url + url_for(".enter", event=event.slug)).partition("://")[2],
    )


_DOTS = frozenset(str(number) for number in range(rules.MOST_DOTS + 1))


def _board(event: Event, code: str) -> IdeaBoard:
    found = _found(event, rules.code_of(code))
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _found(event: Event, code: str) -> IdeaBoard | None:
    """Return the board of the code; who guesses too often is told to wait, unless they were let in before."""
    visitor = request.remote_addr or ""
    known = "ideas" in session or str(event.id) in session.get("opened", {})
    if not known and is_spent(WRONG_CODES, "ideas-code", visitor):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    found = queries.find_by_code(reading(), event, code) if code else None
    if found is None and not allow(WRONG_CODES, "ideas-code", visitor):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    return found


def _writer(event: Event, board_id: int) -> str:
    """Return by what the board knows who this is: a participant by their link, on any device, else the browser.

    Who took part by the code before they opened their link stays the browser on this board.
    """
    keys: LinkKeys = current_app.extensions["link_keys"]
    participant, browser = _participant(event), session.get("ideas")
    if participant is None or browser is not None:
        as_browser = rules.writer_of(keys.keys[0], board_id, f"browser:{browser or _new_browser()}")
        if participant is None or queries.has_taken_part(reading(), board_id, as_browser):
            return as_browser
    return rules.writer_of(keys.keys[0], board_id, f"registration:{participant}")


def _participant(event: Event) -> int | None:
    """Return the registration of a confirmed participant whose link this browser opened."""
    opened = session.get("opened", {}).get(str(event.id))
    ctx = reading()
    invitation = invitations.find_opened(ctx.session, event.id, *opened) if opened else None
    registration = registrations.find_registration(ctx, invitation.id) if invitation else None
    return registration.id if registration is not None and registration.state is State.APPROVED else None


def _new_browser() -> str:
    """Remember this browser, and nothing of whom it belongs to."""
    if not allow(NEW_BROWSERS, "ideas-new", request.remote_addr or ""):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    session["ideas"] = secrets.token_urlsafe(16)
    session.permanent = True
    return str(session["ideas"])


def _page(event: Event, found: IdeaBoard, **kept: Any) -> str:
    ctx = reading()
    own = queries.own_of(ctx, found, _writer(event, found.id))
    editing = kept.pop("editing", request.args.get("edit", ""))
    edited = next((each for each in own.ideas if each.key == editing), None)
    collecting = found.state is BoardState.COLLECTING
    return render_template(
        "notes/ideas/board.html",
        shown=queries.shown_of(ctx, found),
        own=own,
        edited=edited if collecting else None,
        text=kept.pop("text", edited.text if edited else ""),
        key=rules.new_key(),
        longest=rules.LONGEST_IDEA,
        wanted=kept.pop("wanted", own.dots),
        error=kept.pop("error", ""),
    )


def _refused(event: Event, code: str, error: DomainError, **kept: Any) -> Answer:
    """Show the board again with what was sent, and why it was not taken."""
    if error.status is HTTPStatus.NOT_FOUND and "text" not in kept:
        raise error
    return _page(event, _board(event, code), error=error.message, **kept), error.status


def _back(event: Event, code: str) -> WerkzeugResponse:
    return redirect(url_for(".board", event=event.slug, code=rules.code_of(code)), HTTPStatus.SEE_OTHER)


def _news(found: IdeaBoard) -> str:
    ctx = reading()
    number = queries.count_voters(ctx, found) if found.state is BoardState.VOTING else queries.count_ideas(ctx, found)
    return f'{{"version":{found.version},"count":{number}}}'
