"""The organiser's home: events, overview, audit, style."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, current_app, g, render_template, request, url_for
from flask_babel import format_datetime

from eventapp.core.access import Permission, public, requires, requires_staff
from eventapp.core.context import Context
from eventapp.core.text import clean_line
from eventapp.core.unit_of_work import reading
from eventapp.core.wall_time import to_wall
from eventapp.desk import queries
from eventapp.desk.queries import AuditFilters
from eventapp.desk.sentences import KIND, lines_of
from eventapp.desk.tasks import Step, first_steps, tasks_of
from eventapp.events.models import Event
from eventapp.events.policy import may_create
from eventapp.events.states import Accent
from eventapp.events.words import ROLE, STATE, TONE
from eventapp.registrations import queries as registrations
from eventapp.registrations.checkin import queries as door
from eventapp.registrations.checkin.rules import day_of as door_day

bp = Blueprint("desk", __name__)
_LARGEST_ID = 2**31 - 1


@bp.app_template_filter("short_moment")
def short_moment(instant: datetime, zone: str) -> str:
    """Return an instant as short day and time at the place: `12 Sep 2024, 09:00`."""
    return str(format_datetime(to_wall(instant, zone), "d MMM y, HH:mm", rebase=False))


@bp.get("/desk/")
@requires_staff()
def home() -> str:
    """Show one's events."""
    ctx = reading()
    return render_template(
        "desk/home.html",
        mine=queries.list_my_events(ctx, g.account),
        may_create=may_create(ctx, g.account),
        role_words=ROLE,
        state_words=STATE,
        tones=TONE,
    )


@bp.get("/desk/<event>/")
@requires(Permission.DESK_VIEW)
def overview(event: Event) -> str:
    """Show seats, what waits, and the last actions."""
    ctx = reading()
    edits = Permission.EVENT_EDIT in g.permissions
    sees_audit = Permission.AUDIT_VIEW in g.permissions
    return render_template(
        "desk/overview.html",
        event=event,
        seats=registrations.seat_overview(ctx, event) if Permission.REGISTRATIONS_VIEW in g.permissions else [],
        attendance=_attendance(ctx, event),
        tasks=[
            (task, url_for(task.endpoint, event=event.slug, **task.values))
            for task in tasks_of(ctx, event, g.permissions)
        ],
        steps=[(step, _address_of(step, event)) for step in first_steps(ctx, event)] if edits else [],
        lines=lines_of(queries.list_last_actions(ctx, event, g.permissions)) if sees_audit else [],
        state=STATE[event.state],
        tone=TONE[event.state],
    )


@bp.get("/desk/<event>/audit")
@requires(Permission.AUDIT_VIEW)
def audit(event: Event) -> str:
    """Show who did what, the newest first."""
    ctx = reading()
    filters = AuditFilters(
        kind=clean_line(request.args.get("kind", ""))[:40],
        actor=clean_line(request.args.get("actor", ""))[:40],
        search=clean_line(request.args.get("search", ""))[:100],
        object_id=_number("object"),
    )
    page = queries.page_of_audit(ctx, event, filters, _number("page") or 1, g.permissions)
    return render_template(
        "desk/audit.html",
        event=event,
        page=page,
        page_size=queries.PAGE_SIZE,
        lines=lines_of(page.entries),
        filters=filters,
        kinds=[(kind, KIND.get(kind, kind)) for kind in sorted(queries.list_kinds(ctx, event))],
        actors=queries.list_actors(ctx, event),
    )


@bp.get("/desk/style")
@public("shows every component of the look with invented words; in the demo only")
def style() -> str:
    """Show every component of the look."""
    if not current_app.config["DEMO"]:
        abort(404)
    return render_template(
        "desk/style.html", accents=[each.value for each in Accent], url_of_page=lambda page: f"#{page}"
    )


def _attendance(ctx: Context, event: Event) -> door.Counts | None:
    """Return who came, from the first day on, for those who see the registrations."""
    begun = door_day(ctx.now, event.timezone) >= event.starts_on
    return door.count_attendance(ctx, event) if begun and Permission.REGISTRATIONS_VIEW in g.permissions else None


def _address_of(step: Step, event: Event) -> str:
    if "." in step.endpoint:
        return url_for(step.endpoint, event=event.slug)
    return url_for("events_parts.listing", event=event.slug, kind=step.endpoint)


def _number(name: str) -> int | None:
    """Return a number of the query, or None for anything else."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 11 and int(typed) <= _LARGEST_ID else None
