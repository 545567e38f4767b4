"""The registration form, page by page, from the first visit to the sending."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import queries, seats, service
from eventapp.registrations.answers import PAGES, answers_from
from eventapp.registrations.choices import in_words
from eventapp.registrations.forms import FORMS, TITLES, PageForm, SendForm, form_of, pages_to_mend
from eventapp.registrations.rules import Full, full_because
from eventapp.registrations.states import Mode
from eventapp.registrations.visit import Visit, language_here, visit_of

bp = Blueprint("registration_form", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my"
Answer = str | Response | tuple[str, int]


@bp.get(f"{MY}/form")
@personal_link(Carrier.COOKIE)
def begin(event: Event, invitation: Invitation) -> Answer:
    """Lead to the first page that still needs an answer, or to the check."""
    visit = visit_of(reading(), event, invitation)
    open_pages = set(pages_to_mend(visit.saved, visit.choices, address_locked=invitation.address_locked))
    done = set(PAGES) if visit.registration else set(visit.draft.pages_done if visit.draft else ())
    page = next((each for each in PAGES if each in open_pages or each not in done), None)
    if page is None:
        return redirect(url_for(".check", event=event.slug), 303)
    return redirect(url_for(".form", event=event.slug, page=page), 303)


@bp.get(f"{MY}/form/<any('you','taking-part','needs','consents'):page>")
@personal_link(Carrier.COOKIE)
def form(event: Event, invitation: Invitation, page: str) -> Answer:
    """Show one page of the form."""
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return not_possible(visit)
    shown = form_of(page, visit.saved, visit.choices, address_locked=invitation.address_locked)
    return _form_page(visit, page, shown)


@bp.post(f"{MY}/form/<any('you','taking-part','needs','consents'):page>")
@personal_link(Carrier.COOKIE)
def save(event: Event, invitation: Invitation, page: str) -> Answer:
    """Keep one page's answers and go on to the next, back to the check, or leave for later."""
    visit = visit_of(reading(), event, invitation)
    later = "later" in request.form
    sent = form_of(page, {}, visit.choices, address_locked=invitation.address_locked)
    whole = sent.validate()
    if not whole and not later:
        if not visit.may_fill:
            return not_possible(visit)
        return _form_page(visit, page, sent), 422
    with unit_of_work() as ctx:
        service.save_draft(ctx, invitation, page if whole else "", sent.kept())
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return not_possible(visit, kept=True)
    if later:
        return redirect(url_for(".saved", event=event.slug), 303)
    following = PAGES[PAGES.index(page) + 1 :]
    if request.args.get("then") == "check" or not following:
        return redirect(url_for(".begin" if not following else ".check", event=event.slug), 303)
    return redirect(url_for(".form", event=event.slug, page=following[0]), 303)


@bp.get(f"{MY}/saved")
@personal_link(Carrier.COOKIE)
def saved(event: Event, invitation: Invitation) -> Answer:
    """Say that the answers are kept and how to come back."""
    visit = visit_of(reading(), event, invitation)
    return render_template(
        "registrations/saved.html",
        closes_at=queries.form_closes(event, invitation),
        registered=visit.registration is not None,
        rule=visit.rule,
    )


@bp.get(f"{MY}/form/check")
@personal_link(Carrier.COOKIE)
def check(event: Event, invitation: Invitation) -> Answer:
    """Show all answers once more before they are sent."""
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return not_possible(visit)
    if pages_to_mend(visit.saved, visit.choices, address_locked=invitation.address_locked):
        return redirect(url_for(".begin", event=event.slug), 303)
    return _check_page(visit, SendForm())


@bp.post(f"{MY}/form/check")
@personal_link(Carrier.COOKIE)
def submit(event: Event, invitation: Invitation) -> Answer:
    """Send the answers: register, or change what was sent before; sent twice, the second changes nothing."""
    sending = SendForm()
    if not sending.validate():
        return _check_page(visit_of(reading(), event, invitation), sending), 422
    visit = visit_of(reading(), event, invitation)
    registration = visit.registration
    if registration is not None and visit.draft is None:
        return redirect(url_for("registrations.my", event=event.slug), 303)
    if pages_to_mend(visit.saved, visit.choices, address_locked=invitation.address_locked):
        return redirect(url_for(".begin", event=event.slug), 303)
    answers = answers_from(visit.saved)
    try:
        with unit_of_work() as ctx:
            if registration is None:
                service.submit(ctx, invitation, answers)
            else:
                service.change_answers(ctx, queries.get_registration(ctx, event, registration.id), answers)
    except seats.NoSeatLeft as error:
        sending.refuse(error)
        return _check_page(visit_of(reading(), event, invitation), sending, no_seat=True), 409
    except (service.RegistrationClosed, service.NotInvited, Conflict):
        return not_possible(visit_of(reading(), event, invitation), kept=True)
    except DomainError as error:
        sending.refuse(error)
        return _check_page(visit_of(reading(), event, invitation), sending), 422
    if registration is not None:
        flash(_("Your answers are changed."), "success")
    return redirect(url_for("registrations.my", event=event.slug), 303)


@bp.post(f"{MY}/form/discard")
@personal_link(Carrier.COOKIE)
def discard(event: Event, invitation: Invitation) -> Answer:
    """Forget changes that were not sent; what was sent before stays."""
    with unit_of_work() as ctx:
        if queries.find_registration(ctx, invitation.id) is not None:
            seats.discard_draft(ctx, invitation.id)
    flash(_("Nothing was changed."), "info")
    return redirect(url_for("registrations.my", event=event.slug), 303)


def not_possible(visit: Visit, *, kept: bool = False) -> Answer:
    """Say why the form is not open now, and that nothing that was filled in is lost."""
    page = render_template(
        "registrations/closed.html",
        registration=visit.registration,
        invitation=visit.invitation,
        accepted=visit.invitation.state is InvitationState.ACCEPTED,
        window=queries.registration_window(visit.ctx, visit.event, visit.invitation),
        closes_at=queries.form_closes(visit.event, visit.invitation),
        rule=visit.rule,
        kept=kept or visit.draft is not None,
    )
    return (page, 409) if request.method == "POST" else page


def _form_page(visit: Visit, page: str, shown: PageForm) -> str:
    return render_template(
        "registrations/form.html",
        form=shown,
        page=page,
        title=TITLES[page],
        number=PAGES.index(page) + 1,
        pages=len(PAGES),
        previous=PAGES[PAGES.index(page) - 1] if page != PAGES[0] else None,
        then=request.args.get("then") if request.args.get("then") == "check" else None,
        invitation=visit.invitation,
        registered=visit.registration is not None,
        full_modes=_full_modes(visit) if FORMS[page] is FORMS["taking-part"] else [],
        rule=visit.rule,
    )


def _check_page(visit: Visit, sending: SendForm, *, no_seat: bool = False) -> str:
    filled = visit.saved
    return render_template(
        "registrations/check.html",
        form=sending,
        answers=list(in_words(filled, visit.categories, language_here())),
        registration=visit.registration,
        invitation=visit.invitation,
        full=_full_for(visit, filled) if visit.registration is None else None,
        no_seat=no_seat,
        change_url=lambda page: url_for(".form", event=visit.event.slug, page=page, then="check"),
        rule=visit.rule,
    )


def _full_modes(visit: Visit) -> list[Mode]:
    """Return the modes in which nobody could be seated now, whatever the category."""
    capacity = queries.capacity_of(visit.ctx, visit.event)
    occupancy = queries.occupancy_of(visit.ctx, visit.event.id)
    offered = {value for value, _label in visit.choices.modes}
    full = [mode for mode in Mode if full_because(capacity, occupancy, mode, 0) in (Full.IN_PERSON, Full.REMOTE)]
    return [mode for mode in full if mode.value in offered]


def _full_for(visit: Visit, filled: dict[str, Any]) -> str | None:
    """Return what is full for these answers, in words, or None when a seat is free now."""
    full = full_because(
        queries.capacity_of(visit.ctx, visit.event),
        queries.occupancy_of(visit.ctx, visit.event.id),
        Mode(filled["mode"]),
        int(filled["category_id"]),
    )
    return seats.no_seat_words(full) if full is not None else None
