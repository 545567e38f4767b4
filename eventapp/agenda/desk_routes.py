"""The organiser's pages of the draft agenda and its releases."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import hooks, queries, rules, service, words
from eventapp.agenda.editing import desk_routes as editor
from eventapp.agenda.editing import service as editing
from eventapp.agenda.editing.board import by_gravity, capacities_of
from eventapp.agenda.forms import ReleaseForm, SessionForm, form_data
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.snapshot import SessionEntry, succeed
from eventapp.agenda.states import PersonState, SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.formatting import language_name
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event

bp = Blueprint("agenda_desk", __name__, url_prefix="/desk/<event>/agenda")

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("")
@requires(Permission.AGENDA_VIEW)
def draft(event: Event) -> str:
    """Show the draft day by day with its warnings and the buttons that move things."""
    return editor.editor_page(event)


@bp.route("/sessions/new", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def add_session(event: Event) -> Answer:
    """Add a session."""
    form = _session_form(event, _suggested(reading(), event))
    if request.method == "GET" or _changed_rows(form):
        return _session_page(form)
    if form.validate():
        try:
            with unit_of_work() as ctx:
                made = editing.add(ctx, event, form.values(), once=editor.once_of())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The session is in the draft. The public sees it with the next release."), "success")
            return _to_draft(event, made)
    return _session_page(form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.route("/sessions/<int:session_id>", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def edit_session(event: Event, session_id: int) -> Answer:
    """Change a session; a save that started from an older state shows both."""
    session = queries.get_draft_session(reading(), event, session_id)
    form = _session_form(event, form_data(service.values_of(session), session.updated_at))
    if request.method == "GET" or _changed_rows(form):
        return _session_page(form, session)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        seen_at = form.started_from() or session.created_at
        try:
            with unit_of_work() as ctx:
                session = queries.get_draft_session(ctx, event, session_id)
                editing.edit(ctx, event, session, form.values(), seen_at=seen_at)
        except service.ChangedMeanwhile as error:
            session = queries.get_draft_session(reading(), event, session_id)
            form.seen_at.data = form.seen_at.raw_data = session.updated_at.isoformat()
            form.refuse(error)
            return _session_page(form, session, theirs=queries.entry_of(session)), HTTPStatus.CONFLICT
        except DomainError as error:
            session = queries.get_draft_session(reading(), event, session_id)
            form.refuse(error)
        else:
            flash(_("Saved in the draft. The public sees it with the next release."), "success")
            return _to_draft(event, session)
    return _session_page(form, session), status


@bp.post("/sessions/<int:session_id>/duplicate")
@requires(Permission.AGENDA_EDIT)
def duplicate_session(event: Event, session_id: int) -> Answer:
    """Copy a session and open the copy."""
    with unit_of_work() as ctx:
        session = queries.get_draft_session(ctx, event, session_id)
        copy = editing.duplicate(ctx, event, session, once=f"{editor.once_of()}-{session_id}")
    flash(_("This is the copy. Give it its own time or title."), "success")
    return redirect(url_for(".edit_session", event=event.slug, session_id=copy.id), HTTPStatus.SEE_OTHER)


@bp.get("/sessions/<int:session_id>/delete")
@requires(Permission.AGENDA_EDIT)
def confirm_delete(event: Event, session_id: int) -> str:
    """Say what deleting a session will mean."""
    ctx = reading()
    session = queries.get_draft_session(ctx, event, session_id)
    last = queries.latest_release(ctx, event)
    was_released = last is not None and last.snapshot.find_session(session_id) is not None
    return render_template(
        "agenda/desk/delete.html", session=queries.entry_of(session), was_released=was_released, words=words
    )


@bp.post("/sessions/<int:session_id>/delete")
@requires(Permission.AGENDA_EDIT)
def delete_session(event: Event, session_id: int) -> Answer:
    """Take a session out of the draft."""
    with unit_of_work() as ctx:
        session = queries.get_draft_session(ctx, event, session_id)
        day = session.starts_local.date()
        editing.remove(ctx, event, session)
    flash(_("The session is no longer in the draft."), "success")
    return redirect(url_for(".draft", event=event.slug, day=day.isoformat()), HTTPStatus.SEE_OTHER)


@bp.route("/release", methods=["GET", "POST"])
@requires(Permission.AGENDA_RELEASE)
def release(event: Event) -> Answer:
    """Say what a release would change, and release just that; a draft changed since is shown again."""
    form = ReleaseForm()
    form.note.use_languages(event.languages)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as ctx:
                made = service.release(ctx, event, form.note.data, seen_hash=form.seen_hash.data or "")
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            flash(_("Release %(number)d is public now.", number=made.number), "success")
            return redirect(url_for("agenda_releases.listing", event=event.slug), HTTPStatus.SEE_OTHER)
    ctx = reading()
    agenda = queries.draft_of(ctx, event)
    last = queries.latest_release(ctx, event)
    form.seen_hash.data = agenda.content_hash
    page = render_template(
        "agenda/desk/release.html",
        form=form,
        agenda=agenda,
        last=last,
        number=last.number + 1 if last else 1,
        warnings=by_gravity(rules.warnings(agenda, capacities_of(event), hooks.count_signed_up(ctx, event))),
        changes=_changes(ctx, event),
        may_release=service.may_release(event),
        is_new=last is None or succeed(agenda, last.snapshot, ctx.now).content_hash != last.content_hash,
        words=words,
    )
    return (page, status) if form.errors else page


def _to_draft(event: Event, session: AgendaSession) -> WerkzeugResponse:
    """Go to the session in the draft."""
    day = session.starts_local.date().isoformat()
    address = url_for(".draft", event=event.slug, day=day, _anchor=f"session-{session.id}")
    return redirect(address, HTTPStatus.SEE_OTHER)


def _changes(ctx: Context, event: Event) -> list[rules.Change]:
    """Return what the draft would change in what the public sees."""
    last = queries.latest_release(ctx, event)
    if last is None:
        return []
    return rules.changes_between(last.snapshot, succeed(queries.draft_of(ctx, event), last.snapshot, ctx.now))


def _session_form(event: Event, data: Any) -> SessionForm:
    language = _language()
    form = SessionForm(data=data)
    spoken = [*event.languages, *(code for code in data["languages"] if code not in event.languages)]
    form.offer(
        event_languages=event.languages,
        spoken=[(code, language_name(code, language)) for code in spoken],
        zone=event.timezone,
        themes=[(theme.id, f"{theme.number}. {theme.title.text(language)}") for theme in event.themes],
        places=[(place.id, place.name.text(language)) for place in event.places],
        institutions=[(each.id, each.name.text(language)) for each in event.institutions],
    )
    return form


def _changed_rows(form: SessionForm) -> bool:
    """Add an empty row for a person when that is what the button said."""
    if request.form.get("step") != "add-person":
        return False
    form.add_person()
    return True


def _suggested(ctx: Context, event: Event) -> Any:
    """Return the data of an empty form: right after the last session of the day that the address names."""
    sessions = queries.list_draft_sessions(ctx, event)
    wanted = request.args.get("day", "")
    day = next((each for each in event.days if each.isoformat() == wanted), event.starts_on)
    ends = [session.ends_local for session in sessions if session.starts_local.date() == day]
    starts = max(ends, default=datetime.combine(day, time(9)))
    values = SessionValues(
        kind=SessionKind.PLENARY,
        title=Translated(),
        starts_local=starts,
        ends_local=starts + timedelta(hours=1),
        languages=tuple(event.languages),
    )
    return form_data(values)


def _session_page(form: SessionForm, session: AgendaSession | None = None, theirs: SessionEntry | None = None) -> str:
    return render_template(
        "agenda/desk/session.html",
        form=form,
        session=session,
        theirs=theirs,
        problems=form.problems,
        once=editor.once_of(),
        to_be_confirmed=PersonState.TO_BE_CONFIRMED,
        words=words,
    )


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
