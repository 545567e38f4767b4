"""The buttons of the editor: each moves something in the draft, can be undone, and comes back to where it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda import words as agenda_words
from eventapp.agenda.editing import board as boards
from eventapp.agenda.editing import queries, service, words
from eventapp.agenda.editing.forms import MoveDayForm, ShiftForm
from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.formatting import short_day_in_words
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event

bp = Blueprint("agenda_editing", __name__, url_prefix="/desk/<event>/agenda")

Answer = Response | WerkzeugResponse | str | tuple[str, int]
Move = Callable[[Context, Event, int], int]

MINUTES = 5  # by which a button moves or stretches


@dataclass(frozen=True)
class Refusal:
    """Why the buttons of a session did not do what was asked."""

    session_id: int
    message: str


def editor_page(
    event: Event, *, refusal: Refusal | None = None, shift: ShiftForm | None = None, move: MoveDayForm | None = None
) -> str:
    """Return the page of the draft, with what was refused beside where it was asked."""
    board = boards.board_of(reading(), event, request.args.get("day", ""))
    shown = board.shown or event.starts_on
    other_day = next((day for day in event.days if day > shown), event.starts_on)
    return render_template(
        "agenda/desk/draft.html",
        board=board,
        may_release=sessions.may_release(event),
        once=once_of(),
        shift=shift or _shift_form(event, shown),
        move=move or _move_day_form(event, shown, other_day),
        refusal=refusal,
        opened=str(refusal.session_id) if refusal else request.args.get("open", ""),
        other_day=other_day,
        minutes=MINUTES,
        places=[(place.id, place.name.text(_language())) for place in event.places],
        days=[(day, short_day_in_words(day, _language())) for day in event.days],
        words=agenda_words,
        step_words=words,
    )


def once_of() -> str:
    """Return the name of the form that was sent, or one for a form to be shown: sent twice, it acts once."""
    sent = request.form.get("once", "")
    return sent if len(sent) == 32 and sent.isascii() and sent.isalnum() else uuid.uuid4().hex


@bp.post("/sessions/<int:session_id>/arrange")
@requires(Permission.AGENDA_EDIT)
def arrange(event: Event, session_id: int) -> Answer:
    """Move or stretch one session as its button says, and come back to it."""
    agenda.get_draft_session(reading(), event, session_id)
    asked = request.form.get("do", "")
    try:
        with unit_of_work() as ctx:
            changed = _move(asked)(ctx, event, session_id)
    except DomainError as error:
        return editor_page(event, refusal=Refusal(session_id, error.message)), error.status
    session = agenda.get_draft_session(reading(), event, session_id)
    if changed:
        flash(words.place_of(session, _language()), "success")
    else:
        flash(_unmoved(asked, session.title.text(_language())), "info")
    shown = request.args.get("day", "")
    return _back(
        event,
        day=boards.ALL if shown == boards.ALL else session.starts_local.date().isoformat(),
        open="" if asked == "put" else str(session_id),
        anchor=f"{asked if asked in _BUTTONS else 'session'}-{session_id}",
    )


@bp.post("/shift")
@requires(Permission.AGENDA_EDIT)
def shift(event: Event) -> Answer:
    """Shift all that comes after a time of a day."""
    form = _shift_form(event)
    if form.validate():
        try:
            with unit_of_work() as ctx:
                after = datetime.combine(form.day.data, form.after.data)
                count = service.shift(ctx, event, form.day.data, after, form.minutes.data)
        except DomainError as error:
            form.refuse(error)
        else:
            if count:
                flash(_("Done: %(what)s.", what=words.shifted(count, form.minutes.data)), "success")
            else:
                flash(_("No session starts at that time or later on that day."), "info")
            return _back(event, day=_still(form.day.data), open="shift", anchor="shift")
    return editor_page(event, shift=form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/move-day")
@requires(Permission.AGENDA_EDIT)
def move_day(event: Event) -> Answer:
    """Move a whole day."""
    form = _move_day_form(event)
    if form.validate():
        try:
            with unit_of_work() as ctx:
                count = service.move_whole_day(ctx, event, form.from_day.data, form.to_day.data)
        except DomainError as error:
            form.refuse(error)
        else:
            _say_moved(count, form.to_day.data)
            return _back(event, day=_still(form.to_day.data), open="shift", anchor="move-day")
    return editor_page(event, move=form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/move")
@requires(Permission.AGENDA_EDIT)
def move_several(event: Event) -> Answer:
    """Move the ticked sessions to another day; those that are no longer in the draft are left out."""
    ids = request.form.getlist("ids", int)
    if not ids:
        flash(_("Tick at least one session first."), "warning")
        return _back(event, day=request.args.get("day"), anchor="several")
    try:
        day = _day(request.form.get("day", ""))
        with unit_of_work() as ctx:
            count = service.move_to_day(ctx, event, ids, day)
    except DomainError as error:
        flash(error.message, "error")
        return _back(event, day=request.args.get("day"), anchor="several")
    _say_moved(count, day)
    return _back(event, day=_still(day), anchor=f"session-{ids[0]}")


@bp.post("/undo")
@requires(Permission.AGENDA_EDIT)
def undo(event: Event) -> Answer:
    """Take the last step back, if it is still the one that the button named."""
    try:
        with unit_of_work() as ctx:
            step = service.undo(ctx, event, request.form.get("step_id", 0, int))
            said = words.step(step, _language())
    except DomainError as error:
        flash(error.message, "warning")
    else:
        flash(_("Undone: %(what)s.", what=said), "success")
    return _back(event, day=request.args.get("day"), anchor="undo")


def _place(ctx: Context, event: Event, session_id: int) -> int:
    session = agenda.get_draft_session(ctx, event, session_id)
    return service.put_at(ctx, event, session_id, session.starts_local, _chosen_place())


def _put(ctx: Context, event: Event, session_id: int) -> int:
    try:
        starts = datetime.fromisoformat(request.form.get("starts_local", "")).replace(tzinfo=None)
    except ValueError:
        raise DomainError(_("Give day and time like this: 2024-11-07 09:30."), field="starts_local") from None
    return service.put_at(ctx, event, session_id, starts, _chosen_place())


# What each button does, by the name of the button.
_BUTTONS: Mapping[str, Move] = {
    "earlier": lambda ctx, event, session_id: service.exchange(ctx, event, session_id, earlier=True),
    "later": lambda ctx, event, session_id: service.exchange(ctx, event, session_id, earlier=False),
    "sooner": lambda ctx, event, session_id: service.postpone(ctx, event, session_id, -MINUTES),
    "delayed": lambda ctx, event, session_id: service.postpone(ctx, event, session_id, MINUTES),
    "shorter": lambda ctx, event, session_id: service.resize(ctx, event, session_id, -MINUTES),
    "longer": lambda ctx, event, session_id: service.resize(ctx, event, session_id, MINUTES),
    "place": _place,
    "day": lambda ctx, event, session_id: service.move_to_day(
        ctx, event, [session_id], _day(request.form.get("day", ""))
    ),
}


def _move(asked: str) -> Move:
    """Return what the button does. Raises `DomainError` for a button that there is not."""
    move = {**_BUTTONS, "put": _put}.get(asked)
    if move is None:
        raise DomainError(_("This button is not known. Load the page again."))
    return move


def _chosen_place() -> int | None:
    chosen = request.form.get("place_id", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        raise DomainError(_("Choose one of the places of this event."), field="place_id")
    return int(chosen) if chosen else None


def _day(chosen: str) -> date:
    try:
        return date.fromisoformat(chosen)
    except ValueError:
        raise DomainError(_("Choose one of the days of the event."), field="day") from None


def _unmoved(asked: str, title: str) -> str:
    if asked == "earlier":
        return str(_("“%(title)s” is already the first in its place on that day.", title=title))
    if asked == "later":
        return str(_("“%(title)s” is already the last in its place on that day.", title=title))
    return str(_("“%(title)s” is where it was.", title=title))


def _say_moved(count: int, day: date) -> None:
    if count:
        flash(_("Done: %(what)s.", what=words.moved(count, day, _language())), "success")
    else:
        flash(_("No session had to be moved."), "info")


def _shift_form(event: Event, shown: date | None = None) -> ShiftForm:
    """Return the form as it was sent or, where a day is given, as it is shown at first."""
    form = ShiftForm() if shown is None else ShiftForm(formdata=None, data={"day": shown})
    form.offer(_days_to_choose(event))
    return form


def _move_day_form(event: Event, shown: date | None = None, to_day: date | None = None) -> MoveDayForm:
    """Return the form as it was sent or, where a day is given, as it is shown at first."""
    form = MoveDayForm() if shown is None else MoveDayForm(formdata=None, data={"from_day": shown, "to_day": to_day})
    days = _days_to_choose(event)
    form.offer(days, [each for each in days if date.fromisoformat(each[0]) in event.days])
    return form


def _days_to_choose(event: Event) -> list[tuple[str, str]]:
    """Return the days of the event, and others that have sessions all the same."""
    days = {*event.days, *queries.planned_days(reading(), event)}
    return [(day.isoformat(), short_day_in_words(day, _language())) for day in sorted(days)]


def _still(day: date) -> str:
    """Return what to show after sessions of that day moved: all days if all were shown, else that one."""
    return boards.ALL if request.args.get("day") == boards.ALL else day.isoformat()


def _back(event: Event, *, anchor: str, day: str | None, open: str = "") -> WerkzeugResponse:
    address = url_for("agenda_desk.draft", event=event.slug, day=day or None, open=open or None, _anchor=anchor)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
