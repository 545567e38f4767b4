"""The organiser's pages about the event itself: create, settings, publish, close, cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires, requires_staff
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.formatting import day_in_words, moment_in_words
from eventapp.core.languages import own_name
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events import hooks, queries, service, words
from eventapp.events.completeness import Row, completeness_of
from eventapp.events.forms import BasicsForm, CapacityForm, EditForm, NewEventForm, RulesForm, TextsForm
from eventapp.events.models import Event
from eventapp.events.policy import may_create
from eventapp.events.service import Clash, NotReady, StaleEdit
from eventapp.events.states import MACHINE, EventAction

bp = Blueprint("events_desk", __name__)
Answer = str | Response | WerkzeugResponse | tuple[str, int]
SETTINGS = "/desk/<event>/settings"
_PARTS = {
    "institutions": _l("Institutions"),
    "themes": _l("Themes"),
    "categories": _l("Categories"),
    "places": _l("Rooms"),
}
_TABS = {
    "basics": _l("Basics"),
    "texts": _l("Texts"),
    **_PARTS,
    "capacity": _l("Seats and dates"),
    "rules": _l("Rules"),
    "completeness": _l("Translations"),
    "publish": _l("Publish"),
}


@bp.route("/desk/new", methods=["GET", "POST"])
@requires_staff()
def create() -> Answer:
    """Create an event from a short form."""
    if not may_create(reading(), g.account):
        abort(403)
    form = NewEventForm(data={"first_language": str(get_locale()), "contact_email": g.account.email})
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                event = service.create(ctx, g.account.id, form.values())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The event was created. Only you and the people you give a role can see it."), "success")
            return redirect(url_for("desk.overview", event=event.slug), 303)
    return render_template("events/desk/new.html", form=form), _status(form)


@bp.route(SETTINGS, methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def basics(event: Event) -> Answer:
    """Edit days, languages, address and colour."""
    form = BasicsForm(event)
    sessions = sum(count(reading(), event) for count in hooks.planned_sessions)
    return _edit(event, form, "basics", {"sessions": sessions})


@bp.route(f"{SETTINGS}/texts", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def texts(event: Event) -> Answer:
    """Edit the texts, language beside language."""
    return _edit(event, TextsForm(obj=event), "texts", {})


@bp.route(f"{SETTINGS}/capacity", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def capacity(event: Event) -> Answer:
    """Edit places and windows."""
    taken = hooks.seats_taken(reading(), event)
    return _edit(event, CapacityForm(event.timezone, obj=event), "capacity", {"taken": taken})


@bp.route(f"{SETTINGS}/rules", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def rules(event: Event) -> Answer:
    """Edit what everybody should know."""
    return _edit(event, RulesForm(obj=event), "rules", {})


@bp.get(f"{SETTINGS}/completeness")
@requires(Permission.EVENT_EDIT)
def completeness(event: Event) -> str:
    """Show which texts exist in which languages; a missing one leads to its field."""
    found = completeness_of(event)
    rows = [
        (
            f"{_('%(label)s:', label=row.thing)} {row.label}" if row.thing else row.label,
            {code: _field_url(event, row, code) for code in event.languages if code not in row.present},
        )
        for row in found.rows
    ]
    more = [texts for count in hooks.MORE_TEXTS if (texts := count(reading(), event)).wanted]
    return render_template(
        "events/desk/completeness.html", event=event, tab="completeness", found=found, rows=rows, more=more
    )


@bp.get(f"{SETTINGS}/publish")
@requires(Permission.EVENT_PUBLISH)
def state(event: Event) -> str:
    """Show where the event stands, what is missing and what can be done."""
    return _state_page(event)


@bp.post(f"{SETTINGS}/publish")
@requires(Permission.EVENT_PUBLISH)
def publish(event: Event) -> Answer:
    """Show the event to the public."""
    try:
        with unit_of_work() as ctx:
            service.publish(ctx, event)
    except NotReady:
        return _state_page(event, refused=True), 422
    flash(_("The event is public now."), "success")
    return redirect(url_for(".state", event=event.slug), 303)


@bp.get(f"{SETTINGS}/<any(close,reopen,cancel):action>")
@requires(Permission.EVENT_PUBLISH)
def confirm(event: Event, action: str) -> Answer:
    """Say what closing, reopening or cancelling will do, before it is done."""
    step = EventAction(action)
    if not MACHINE.allows(event.state, step):
        return redirect(url_for(".state", event=event.slug), 303)
    ctx = reading()
    told = sum(count(ctx, event) for count in hooks.told_of_cancellation)
    return render_template("events/desk/confirm.html", event=event, tab="publish", action=step, told=told)


@bp.post(f"{SETTINGS}/close")
@requires(Permission.EVENT_PUBLISH)
def close(event: Event) -> Answer:
    """Close the event."""
    return _act(event, service.close, _("The event is closed. Its pages stay readable."))


@bp.post(f"{SETTINGS}/reopen")
@requires(Permission.EVENT_PUBLISH)
def reopen(event: Event) -> Answer:
    """Take a closed event up again."""
    return _act(event, service.reopen, _("The event is open again."))


@bp.post(f"{SETTINGS}/cancel")
@requires(Permission.EVENT_PUBLISH)
def cancel(event: Event) -> Answer:
    """Cancel the event."""
    told = sum(count(reading(), event) for count in hooks.told_of_cancellation)
    done = ngettext(
        "The event is cancelled. %(num)d person is being told by mail.",
        "The event is cancelled. %(num)d people are being told by mail.",
        told,
    )
    return _act(event, service.cancel, done)


def _edit(event: Event, form: EditForm, tab: str, values: dict[str, Any]) -> Answer:
    """Show the form, or save it and come back; a stale save shows what somebody else wrote."""
    form.use_languages(event.languages)
    if not form.is_submitted():
        form.seen.data = queries.last_edit(reading(), event)
    elif form.validate():
        try:
            with unit_of_work() as ctx:
                service.edit(ctx, event, form.values(), seen=form.mark)
        except StaleEdit as stale:
            form.seen.data = queries.last_edit(reading(), event)
            form.form_errors.append(stale.message)
            return _page(event, form, tab, values, stale.clashes), stale.status
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(f".{tab}", event=event.slug), 303)
    return _page(event, form, tab, values), _status(form)


def _page(event: Event, form: EditForm, tab: str, values: dict[str, Any], clashes: Sequence[Clash] = ()) -> str:
    return render_template(f"events/desk/{tab}.html", event=event, tab=tab, form=form, clashes=clashes, **values)


def _state_page(event: Event, *, refused: bool = False) -> str:
    return render_template(
        "events/desk/publish.html",
        event=event,
        tab="publish",
        gaps=service.gaps_of(event),
        found=completeness_of(event),
        actions=MACHINE.actions(event.state),
        refused=refused,
    )


def _act(event: Event, command: Callable[[Context, Event], None], done: str) -> Answer:
    with unit_of_work() as ctx:
        command(ctx, event)
    flash(done, "success")
    return redirect(url_for(".state", event=event.slug), 303)


def _status(form: EditForm) -> int:
    return 422 if form.errors else 200


@bp.context_processor
def settings_frame() -> dict[str, Any]:
    """Give the settings pages their tabs and words."""
    return {
        "settings_tabs": _tabs,
        "settings_url": _settings_url,
        "stored_in_words": _stored_in_words,
        "field_words": words.FIELD,
        "state_words": words.STATE,
        "state_tones": words.TONE,
        "kind_words": words.KIND,
    }


def _tabs(event: Event, current: str) -> list[tuple[str, str, bool]]:
    return [
        (_settings_url(event, name), str(label), name == current)
        for name, label in _TABS.items()
        if name != "publish" or Permission.EVENT_PUBLISH in g.permissions
    ]


def _settings_url(event: Event, page: str, **values: Any) -> str:
    if page in _PARTS:
        return url_for("events_parts.listing", event=event.slug, kind=page, **values)
    return url_for("events_desk.state" if page == "publish" else f"events_desk.{page}", event=event.slug, **values)


def _field_url(event: Event, row: Row, language: str) -> str:
    anchor = f"{row.field}-{language}"
    if row.part_id is None:
        return _settings_url(event, row.page, _anchor=anchor)
    return url_for("events_parts.edit", event=event.slug, kind=row.page, part_id=row.part_id, _anchor=anchor)


def _stored_in_words(value: Any, event: Event) -> str:
    """Return a stored value that is no text of several languages as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return moment_in_words(value, event.timezone, str(get_locale()))
    if isinstance(value, date):
        return day_in_words(value, str(get_locale()))
    if isinstance(value, list):
        return ", ".join(own_name(code) for code in value)
    known: Mapping[Any, Any] = {**words.ACCENT, **words.ATTRIBUTION, **words.KIND}
    return str(known.get(value, value))
