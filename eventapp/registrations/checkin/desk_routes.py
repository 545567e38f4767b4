"""The door: one input for codes and names, what it answers, undo, and those who were not expected."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import queries as registrations
from eventapp.registrations import seats
from eventapp.registrations import words as registration_words
from eventapp.registrations.again import state_in_words
from eventapp.registrations.checkin import policy, queries, service
from eventapp.registrations.checkin.forms import ConfirmForm, DoorForm, WalkInForm, new_key
from eventapp.registrations.checkin.rules import Outcome, day_of
from eventapp.registrations.checkin.service import Answer, Scan, WalkIn
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.checkin.words import Card, card_of
from eventapp.registrations.choices import choices_of
from eventapp.registrations.codes import read_code
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import full_because
from eventapp.registrations.states import Mode, Sector, State

bp = Blueprint("check_in_desk", __name__)
DOOR = "/desk/<event>/check-in"
PERSON = f"{DOOR}/people/<int:registration_id>"
Page = str | Response | tuple[str, int]


@bp.get(DOOR)
@requires(Permission.REGISTRATIONS_CHECK_IN)
def door(event: Event) -> Page:
    """Show the input, who is there, and what was answered last or found."""
    g.uses_camera = True
    ctx = reading()
    if "shell" in request.args:  # what a phone keeps to open the page without a line; it names nobody
        return _door_page(ctx, event, DoorForm(formdata=None), bare=True)
    return _door_page(ctx, event, DoorForm(formdata=None), card=_card_of_address(ctx, event))


@bp.post(DOOR)
@requires(Permission.REGISTRATIONS_CHECK_IN)
def scan(event: Event) -> Page:
    """Check in whose code this is; search for anything else."""
    g.uses_camera = True
    form = DoorForm()
    if not form.validate():
        return _door_page(reading(), event, form), 422
    typed = form.who.data
    if read_code(typed) is None:
        return redirect(url_for(".door", event=event.slug, who=typed), 303)
    with unit_of_work() as ctx:
        answer = service.check_in_code(ctx, event, typed, Scan(form.its_key, Way.TYPED))
        address = _address_of(event, answer)
        is_a_name = answer.outcome is Outcome.UNKNOWN and bool(queries.search(ctx, event, typed))
    return redirect(url_for(".door", event=event.slug, who=typed) if is_a_name else address, 303)


@bp.post(PERSON)
@requires(Permission.REGISTRATIONS_CHECK_IN)
def check_in(event: Event, registration_id: int) -> Response:
    """Check in somebody who was found by name."""
    form = DoorForm()
    with unit_of_work() as ctx:
        person = registrations.get_registration(ctx, event, registration_id)
        address = _address_of(event, service.check_in(ctx, event, person, Scan(form.its_key, Way.BY_NAME)))
    return redirect(address, 303)


@bp.post(f"{DOOR}/done/<int:check_in_id>/undo")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def undo(event: Event, check_in_id: int) -> Response:
    """Take a check-in back."""
    with unit_of_work() as ctx:
        made = queries.get_check_in(ctx, event, check_in_id)
        service.undo(ctx, made)
        name = made.registration.name
    flash(_("Check-in undone: %(name)s.", name=name), "success")
    return redirect(url_for(".door", event=event.slug), 303)


@bp.get(f"{PERSON}/confirm")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def ask(event: Event, registration_id: int) -> Page:
    """Say why somebody is not confirmed and what letting the person in does."""
    ctx = reading()
    person = registrations.get_registration(ctx, event, registration_id)
    if not policy.may_confirm(person, g.permissions):
        return redirect(url_for(".door", event=event.slug, answer=person.id), 303)
    return _confirm_page(ctx, event, person, ConfirmForm(formdata=None))


@bp.post(f"{PERSON}/confirm")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def confirm(event: Event, registration_id: int) -> Page:
    """Confirm somebody at the door, with the reason, and check the person in."""
    form = ConfirmForm()
    ctx = reading()
    person = registrations.get_registration(ctx, event, registration_id)
    if person.state is not State.APPROVED and not policy.may_confirm(person, g.permissions):
        return redirect(url_for(".door", event=event.slug, answer=person.id), 303)
    if not form.validate():
        return _confirm_page(ctx, event, person, form), 422
    try:
        with unit_of_work() as ctx:
            person = registrations.get_registration(ctx, event, registration_id)
            answer = service.confirm_and_check_in(
                ctx,
                event,
                person,
                Scan(form.its_key, Way.TYPED),
                reason=form.reason.data,
                beyond=form.beyond.data == "yes",
            )
            address = _address_of(event, answer)
    except DomainError as error:
        form.refuse(error)
        ctx = reading()
        person = registrations.get_registration(ctx, event, registration_id)
        return _confirm_page(ctx, event, person, form), int(error.status)
    return redirect(address, 303)


@bp.get(f"{DOOR}/walk-in")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def ask_walk_in(event: Event) -> Page:
    """Ask who somebody is who comes without a registration."""
    form = WalkInForm(formdata=None, data={"name": request.args.get("name", "")[:200]})
    return _walk_in_page(reading(), event, form)


@bp.post(f"{DOOR}/walk-in")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def walk_in(event: Event) -> Page:
    """Invite, register, confirm and check in somebody who was not expected."""
    form = WalkInForm()
    ctx = reading()
    _offer(ctx, event, form)
    if not form.validate():
        return _walk_in_page(ctx, event, form), 422
    person = WalkIn(
        name=form.name.data,
        organisation=form.organisation.data,
        position=form.position.data or "",
        email=form.email.data,
        sector=Sector(form.sector.data),
        country=form.country.data,
        category_id=int(form.category_id.data),
        language=form.language.data,
    )
    try:
        with unit_of_work() as ctx:
            scan = Scan(form.its_key, Way.WALK_IN)
            answer = service.walk_in(ctx, event, person, scan, override_reason=form.override_reason.data or "")
            address = _address_of(event, answer)
    except service.KnownAlready as error:
        flash(error.message, "info")
        return redirect(url_for(".door", event=event.slug, answer=error.registration_id), 303)
    except seats.NoSeatLeft as error:
        form.refuse(Conflict(_("%(full)s Say why this person is let in all the same.", full=error.message),
                             field="override_reason"))  # fmt: skip
        return _walk_in_page(reading(), event, form, full=True), 409
    except DomainError as error:
        form.refuse(error)
        return _walk_in_page(reading(), event, form), int(error.status)
    return redirect(address, 303)


def _door_page(ctx: Context, event: Event, form: DoorForm, *, card: Card | None = None, bare: bool = False) -> str:
    today = day_of(ctx.now, event.timezone)
    typed = request.args.get("who", "").strip()[:200]
    found = queries.search(ctx, event, typed) if typed else []
    return render_template(
        "checkin/door.html",
        form=form,
        card=card,
        bare=bare,
        today=today,
        typed=typed,
        found=found,
        too_many=len(found) == queries.MOST_FOUND,
        present=queries.present_on(ctx, found, today) if found else {},
        state_in_words=state_in_words,
        tones=registration_words.TONE,
        may_confirm={each.id for each in found if policy.may_confirm(each, g.permissions)},
        new_key=new_key,
        counts=queries.count_today(ctx, event, today),
        attendance=queries.count_attendance(ctx, event) if today > event.ends_on else None,
        last=queries.list_last(ctx, event, today),
        takes_lists=Permission.REGISTRATIONS_VIEW in g.permissions,
    )


def _address_of(event: Event, answer: Answer) -> str:
    """Return the address that shows the answer; it says the same when it is opened again."""
    if answer.registration is None:
        return url_for(".door", event=event.slug, said=answer.outcome.value)
    done = answer.check_in.id if answer.outcome is Outcome.WELCOME and answer.check_in else None
    return url_for(".door", event=event.slug, answer=answer.registration.id, done=done)


def _card_of_address(ctx: Context, event: Event) -> Card | None:
    """Return what the address says was answered, as it stands now; None for what is not so."""
    said = request.args.get("said")
    if said in (Outcome.OTHER_EVENT, Outcome.UNKNOWN):
        return card_of(ctx, event, Answer(Outcome(said)), g.permissions)
    registration_id = _number("answer")
    if registration_id is None:
        return None
    try:
        person = registrations.get_registration(ctx, event, registration_id)
    except DomainError:
        return None
    present = queries.find_present(ctx, person, day_of(ctx.now, event.timezone))
    if person.state is not State.APPROVED:
        answer = Answer(Outcome.NOT_CONFIRMED, person)
    elif present is None:
        return None
    else:
        outcome = Outcome.WELCOME if present.id == _number("done") else Outcome.ALREADY
        answer = Answer(outcome, person, present)
    return card_of(ctx, event, answer, g.permissions)


def _confirm_page(ctx: Context, event: Event, person: Registration, form: ConfirmForm) -> str:
    full = None
    if person.state is not State.OFFERED:  # an offer holds its seat
        occupancy = registrations.occupancy_of(ctx, event.id)
        full = full_because(registrations.capacity_of(ctx, event), occupancy, person.mode, person.category_id)
    return render_template(
        "checkin/confirm.html",
        registration=person,
        form=form,
        full=seats.no_seat_words(full) if full is not None else "",
        state=state_in_words(person),
        tone=registration_words.TONE[person.state],
        key=form.its_key,
    )


def _walk_in_page(ctx: Context, event: Event, form: WalkInForm, *, full: bool = False) -> str:
    _offer(ctx, event, form)
    occupancy, capacity = registrations.occupancy_of(ctx, event.id), registrations.capacity_of(ctx, event)
    categories = [each.id for each in registrations.list_categories(ctx, event)]
    tight = full or any(full_because(capacity, occupancy, Mode.IN_PERSON, each) for each in categories)
    return render_template("checkin/walk_in.html", form=form, tight=tight, key=form.its_key)


def _offer(ctx: Context, event: Event, form: WalkInForm) -> None:
    offered = choices_of(event, registrations.list_categories(ctx, event), ctx.language)
    form.offer(countries=offered.countries, categories=offered.categories, languages=offered.mail)


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
