"""The organisers' pages of the day itself: delays, announcements, and the way in for remote participants."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.agenda import queries as agenda
from eventapp.agenda import words
from eventapp.agenda.live import queries, service
from eventapp.agenda.live.forms import AccessForm, AnnouncementForm
from eventapp.agenda.live.models import Announcement
from eventapp.agenda.live.rules import DELAYS, MOST_AT_ONCE
from eventapp.agenda.snapshot import SessionEntry
from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event

bp = Blueprint("live_desk", __name__, url_prefix="/desk/<event>/agenda")

Answer = Response | str | tuple[str, int]


@bp.get("/live")
@requires(Permission.AGENDA_VIEW)
def overview(event: Event) -> str:
    """Show the sessions of a day with what is said of their delay, and the announcements."""
    ctx = reading()
    release = agenda.latest_release(ctx, event)
    sessions = [each for each in release.snapshot.sessions if not each.cancelled] if release else []
    days = sorted({each.starts_local.date() for each in sessions})
    day = _day(days, to_wall(ctx.now, event.timezone).date())
    return render_template(
        "agenda/live/desk/overview.html",
        release=release,
        days=days,
        day=day,
        sessions=[each for each in sessions if each.starts_local.date() == day],
        delays=queries.delays_of(ctx, event, release.snapshot) if release else {},
        choices=DELAYS,
        words=words,
        instant=ctx.now,
        ahead=queries.list_announcements(ctx, event),
        ended=queries.list_announcements(ctx, event, ended=True),
    )


@bp.post("/live/sessions/<int:session_id>/delay")
@requires(Permission.AGENDA_EDIT)
def delay(event: Event, session_id: int) -> Response:
    """Say by how many minutes a session runs late."""
    typed = request.form.get("minutes", "")
    with unit_of_work() as ctx:
        session = service.set_delay(ctx, event, session_id, int(typed) if typed.isascii() and typed.isdigit() else -1)
    day = session.starts_local.date().isoformat()
    return redirect(url_for(".overview", event=event.slug, day=day, _anchor=f"s{session_id}"), 303)


@bp.route("/announcements/new", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def announce(event: Event) -> Answer:
    """Write an announcement."""
    suggested_end = (reading().now + timedelta(hours=1)).replace(second=0, microsecond=0)
    form = AnnouncementForm(event.timezone, data={"ends_at": suggested_end})
    form.text.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.announce(ctx, event, form.values())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The announcement is on its way: every page of the event shows it in its time."), "success")
            return redirect(url_for(".overview", event=event.slug), HTTPStatus.SEE_OTHER)
    return _announcement_page(form)


@bp.route("/announcements/<int:announcement_id>", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def edit_announcement(event: Event, announcement_id: int) -> Answer:
    """Change an announcement."""
    announcement = queries.get_announcement(reading(), event, announcement_id)
    form = AnnouncementForm(event.timezone, obj=announcement)
    form.text.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                announcement = queries.get_announcement(ctx, event, announcement_id)
                service.edit_announcement(ctx, event, announcement, form.values())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The announcement is changed."), "success")
            return redirect(url_for(".overview", event=event.slug), HTTPStatus.SEE_OTHER)
    return _announcement_page(form, announcement)


@bp.post("/announcements/<int:announcement_id>/end")
@requires(Permission.AGENDA_EDIT)
def end_announcement(event: Event, announcement_id: int) -> Response:
    """Take an announcement off the pages now."""
    with unit_of_work() as ctx:
        service.end_announcement(ctx, event, queries.get_announcement(ctx, event, announcement_id))
    flash(_("The announcement is off the pages."), "success")
    return redirect(url_for(".overview", event=event.slug), HTTPStatus.SEE_OTHER)


@bp.get("/remote")
@requires(Permission.AGENDA_VIEW)
def remote(event: Event) -> str:
    """Show the ways in for remote participants."""
    ctx = reading()
    accesses = queries.accesses_of(ctx, event)
    return render_template(
        "agenda/live/desk/remote.html",
        whole=accesses.get(None),
        accesses=accesses,
        sessions=[each for each in queries.list_sessions(ctx, event) if each.streamed or each.id in accesses],
        words=words,
    )


@bp.route("/remote/event", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def access_of_event(event: Event) -> Answer:
    """Give the way in to every streamed session that has none of its own."""
    return _access(event, None)


@bp.route("/remote/<int:session_id>", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def access_of_session(event: Event, session_id: int) -> Answer:
    """Give the way in to one session."""
    return _access(event, queries.get_session(reading(), event, session_id))


def _access(event: Event, session: SessionEntry | None) -> Answer:
    session_id = session.id if session else None
    access = queries.accesses_of(reading(), event).get(session_id)
    form = AccessForm(obj=access)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                of = queries.get_session(ctx, event, session_id) if session_id is not None else None
                given = service.set_access(ctx, event, of, url=form.url.data, passcode=form.passcode.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The connection is kept.") if given else _("There is no connection here now."), "success")
            return redirect(url_for(".remote", event=event.slug), HTTPStatus.SEE_OTHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_template("agenda/live/desk/access.html", form=form, session=session), status


def _announcement_page(form: AnnouncementForm, announcement: Announcement | None = None) -> Answer:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return (
        render_template("agenda/live/desk/announcement.html", form=form, announcement=announcement, most=MOST_AT_ONCE),
        status,
    )


def _day(days: list[date], today: date) -> date | None:
    """Return the day asked for, else today, else the next one that has sessions, else the last."""
    asked = request.args.get("day", "")
    for each in days:
        if each.isoformat() == asked:
            return each
    return next((each for each in days if each >= today), days[-1] if days else None)
