"""One's own agenda: the participant's page, its buttons, and the personal calendar feed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import calendar, words
from eventapp.agenda import queries as agenda
from eventapp.agenda.queries import Released
from eventapp.agenda.signup import choices, feeds, places, queries, service
from eventapp.agenda.signup.models import CalendarFeed, SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.core.access import Carrier, personal_link, public
from eventapp.core.config import Settings
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.languages import LANGUAGES, own_name
from eventapp.core.limits import allow
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.events.states import PUBLIC_STATES
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State

bp = Blueprint("my_agenda", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my/agenda"
PER_FEED = "120 per hour"  # calendars ask every quarter of an hour at most, a few of them per person
PER_STRANGER = "60 per hour"  # addresses that open nothing
Answer = str | Response | WerkzeugResponse | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def my_agenda(event: Event, invitation: Invitation) -> Answer:
    """Show one's own sessions by day, what else there is, and the calendar feed."""
    ctx = reading()
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None or registration.state is not State.APPROVED:
        return redirect(url_for("registrations.my", event=event.slug), 303)
    release = agenda.latest_release(ctx, event)
    feed = queries.feed_of(ctx, registration.id)
    alive = feed if feed is not None and feed.revoked_at is None else None
    return render_template(
        "agenda/signup/my_agenda.html",
        release=release,
        days=choices.own_days(ctx, registration, release.snapshot) if release else [],
        registration=registration,
        feed=alive,
        feed_address=_address_of(alive) if alive else "",
        languages_offered=[(code, own_name(code)) for code in LANGUAGES],
        words=words,
    )


@bp.post(f"{MY}/sessions/<int:session_id>/choose")
@personal_link(Carrier.COOKIE)
def choose(event: Event, invitation: Invitation, session_id: int) -> Answer:
    """Put a session into one's agenda; one that clashes is refused kindly, with an exchange to choose instead."""
    try:
        return _act(event, invitation, session_id, service.choose)
    except service.Clash as clash:
        return render_template("agenda/signup/clash.html", session=clash.session, others=clash.others, words=words), 409


@bp.post(f"{MY}/sessions/<int:session_id>/exchange")
@personal_link(Carrier.COOKIE)
def exchange(event: Event, invitation: Invitation, session_id: int) -> Answer:
    """Take a session in place of those that clash with it."""
    return _act(event, invitation, session_id, service.exchange)


@bp.post(f"{MY}/sessions/<int:session_id>/leave")
@personal_link(Carrier.COOKIE)
def leave(event: Event, invitation: Invitation, session_id: int) -> Answer:
    """Take a session out of one's agenda; a second time changes nothing."""
    return _act(event, invitation, session_id, service.leave)


@bp.post(f"{MY}/calendar")
@personal_link(Carrier.COOKIE)
def make_feed(event: Event, invitation: Invitation) -> Answer:
    """Make a calendar address, or another in place of the one there is."""
    return _about_feed(event, invitation, lambda ctx, person: feeds.make(ctx, person, _wanted_language()))


@bp.post(f"{MY}/calendar/language")
@personal_link(Carrier.COOKIE)
def speak(event: Event, invitation: Invitation) -> Answer:
    """Choose another language for the calendar; its address stays."""
    return _about_feed(event, invitation, lambda ctx, person: feeds.speak(ctx, person, _wanted_language()))


@bp.post(f"{MY}/calendar/end")
@personal_link(Carrier.COOKIE)
def end_feed(event: Event, invitation: Invitation) -> Answer:
    """End the calendar address."""
    return _about_feed(event, invitation, feeds.end)


@bp.get("/calendar/<token>.ics")
@public("a calendar asks for its owner; the token in the address is the key")
def feed(token: str) -> Response:
    """Return the sessions of the person whose feed it is, as iCalendar."""
    keys: LinkKeys = current_app.extensions["link_keys"]
    ctx = reading()
    found = queries.find_feed(ctx.session, keys, token)
    if found is None or found.registration.event.state not in PUBLIC_STATES:
        if not allow(PER_STRANGER, "calendar-unknown", request.remote_addr or ""):
            abort(429)
        abort(404)
    if not allow(PER_FEED, "calendar", str(found.id)):
        abort(429)
    event = found.registration.event
    release = agenda.latest_release(ctx, event)
    if release is None:
        abort(404)
    with force_locale(found.language):
        content = _personal_calendar(ctx, found, release, event)
    answer = Response(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'inline; filename="{event.slug}-{found.language}.ics"',
            "Content-Language": found.language,
            "Cache-Control": "private, no-cache",
        },
    )
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _personal_calendar(ctx: Context, found: CalendarFeed, release: Released, event: Event) -> bytes:
    language, base = found.language, _base_url()
    return calendar.personal_calendar(
        release.snapshot,
        choices.for_calendar(ctx, found.registration, release.snapshot),
        language,
        url=base + url_for("agenda.agenda", event=event.slug, lang=language),
        address_of=lambda session: (
            base + url_for("agenda.session", event=event.slug, session_id=session.id, lang=language)
        ),
    )


def _act(
    event: Event,
    invitation: Invitation,
    session_id: int,
    command: Callable[[Context, Registration, int], SignUp | None],
) -> Answer:
    try:
        with unit_of_work() as ctx:
            sign_up = command(ctx, _own(ctx, invitation), session_id)
            waits = sign_up is not None and sign_up.state is SignUpState.WAITING
    except service.Clash:
        raise
    except DomainError as error:
        flash(error.message, "warning")
    else:
        if waits:
            flash(
                _("This session is full. You are on its waiting list and get a place as soon as one is free."), "info"
            )
        else:
            flash(_("Your agenda is changed."), "success")
    return redirect(url_for(".my_agenda", event=event.slug), 303)


def _about_feed(event: Event, invitation: Invitation, command: Callable[[Context, Registration], object]) -> Answer:
    try:
        with unit_of_work() as ctx:
            command(ctx, _own(ctx, invitation))
    except DomainError as error:
        flash(error.message, "warning")
    else:
        flash(_("Your calendar address is changed."), "success")
    return redirect(f"{url_for('.my_agenda', event=event.slug)}#calendar", 303)


def _own(ctx: Context, invitation: Invitation) -> Registration:
    found = registrations.find_registration(ctx, invitation.id)
    if found is None:
        raise places.NotConfirmed(_("Sessions can be chosen once the participation is confirmed."))
    return found


def _wanted_language() -> str:
    return request.form.get("language") or _language()


def _address_of(found: CalendarFeed) -> str:
    keys: LinkKeys = current_app.extensions["link_keys"]
    return _base_url() + url_for(".feed", token=keys.token(Purpose.CALENDAR, found.id, found.version))


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
