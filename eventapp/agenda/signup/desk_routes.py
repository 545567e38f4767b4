"""The organisers' pages of sign-ups: counts per session, one session's list, adding and taking out with a reason."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import queries as agenda
from eventapp.agenda import words
from eventapp.agenda.queries import Released
from eventapp.agenda.signup import desk, queries, service
from eventapp.agenda.signup.forms import AddForm, ReasonForm
from eventapp.agenda.signup.states import SignUpState
from eventapp.agenda.snapshot import SessionEntry
from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.tables import write_csv
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import queries as registrations
from eventapp.registrations import words as registration_words

bp = Blueprint("sign_ups", __name__, url_prefix="/desk/<event>/agenda/sign-ups")
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("")
@requires(Permission.REGISTRATIONS_VIEW)
def overview(event: Event) -> str:
    """Show how many have chosen each session and how many wait."""
    ctx = reading()
    release = agenda.latest_release(ctx, event)
    return render_template(
        "agenda/signup/desk/overview.html",
        release=release,
        counts=desk.count_sessions(ctx, event, release.snapshot) if release else [],
        words=words,
    )


@bp.get("/<int:session_id>")
@requires(Permission.REGISTRATIONS_VIEW)
def people(event: Event, session_id: int) -> str:
    """List who has signed up for a session and who waits."""
    ctx = reading()
    release, session = _session(ctx, event, session_id)
    rows = queries.list_people(ctx, event, session_id)
    return render_template(
        "agenda/signup/desk/people.html",
        agenda=release.snapshot,
        session=session,
        count=desk.count_people(session, rows),
        chosen=[each for each in rows if each.state is SignUpState.CHOSEN],
        waiting=[each for each in rows if each.state is SignUpState.WAITING],
        may_decide=Permission.REGISTRATIONS_DECIDE in g.permissions,
        modes=registration_words.MODE,
        words=words,
    )


@bp.post("/<int:session_id>/list")
@requires(Permission.REGISTRATIONS_VIEW)
def take_list(event: Event, session_id: int) -> Response:
    """Return a session's list as a CSV file, and record that it was taken."""
    ctx = reading()
    _release, session = _session(ctx, event, session_id)
    rows = queries.list_people(ctx, event, session_id)
    head, table = desk.table_of(event, rows, ctx.language)
    body = write_csv(head, table)
    with unit_of_work() as writing:
        desk.note_taken(writing, event, session, len(table))
    answer = Response(body, content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{event.slug}-session-{session_id}.csv")
    return answer


@bp.route("/<int:session_id>/add", methods=["GET", "POST"])
@requires(Permission.REGISTRATIONS_DECIDE)
def add(event: Event, session_id: int) -> Answer:
    """Give somebody a place, beyond the limit too, with a reason."""
    ctx = reading()
    _release, session = _session(ctx, event, session_id)
    form = AddForm()
    form.offer(
        [(each.id, f"{each.name}, {each.organisation}") for each in queries.list_addable(ctx, event, session_id)]
    )
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.validate():
            try:
                with unit_of_work() as writing:
                    person = registrations.get_registration(writing, event, int(form.registration_id.data))
                    service.add(writing, person, session_id, reason=form.reason.data or "")
            except service.Clash as clash:
                form.refuse(_in_two_places(clash, ctx.language))
            except DomainError as error:
                form.refuse(error)
            else:
                flash(_("Added; a mail is on its way."), "success")
                return redirect(url_for(".people", event=event.slug, session_id=session_id), HTTPStatus.SEE_OTHER)
    rows = queries.list_people(reading(), event, session_id)
    count = desk.count_people(session, rows)
    return render_template("agenda/signup/desk/add.html", session=session, form=form, count=count, words=words), status


@bp.route("/<int:session_id>/remove/<int:registration_id>", methods=["GET", "POST"])
@requires(Permission.REGISTRATIONS_DECIDE)
def remove(event: Event, session_id: int, registration_id: int) -> Answer:
    """Take somebody out of a session, with a reason."""
    ctx = reading()
    _release, session = _session(ctx, event, session_id)
    person = registrations.get_registration(ctx, event, registration_id)
    name = person.name
    form = ReasonForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.validate():
            try:
                with unit_of_work() as writing:
                    person = registrations.get_registration(writing, event, registration_id)
                    service.remove(writing, person, session_id, reason=form.reason.data or "")
            except DomainError as error:
                form.refuse(error)
            else:
                flash(_("Taken out; a mail is on its way."), "success")
                return redirect(url_for(".people", event=event.slug, session_id=session_id), HTTPStatus.SEE_OTHER)
    return render_template("agenda/signup/desk/remove.html", session=session, name=name, form=form, words=words), status


def _session(ctx: Context, event: Event, session_id: int) -> tuple[Released, SessionEntry]:
    release = agenda.latest_release(ctx, event)
    if release is None:
        abort(404)
    found = release.snapshot.find_session(session_id)
    if found is None:
        raise NotFound(_("There is no such session in this agenda."))
    return release, found


def _in_two_places(clash: service.Clash, language: str) -> DomainError:
    other = clash.others[0].title.text(language)
    return DomainError(
        _("This person is signed up for “%(session)s” at that time. Take them out there first.", session=other),
        field="registration_id",
    )
