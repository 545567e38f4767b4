"""The registration form, page by page, from the first visit to the sending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import queries, seats, service
from eventapp.registrations.answers import answers_from
from eventapp.registrations.forms import TITLES, PageForm, SendForm, form_of
from eventapp.registrations.own_answers import FormChanged
from eventapp.registrations.questions.answer_forms import OwnForm, marked
from eventapp.registrations.questions.answer_forms import form_of as own_form_of
from eventapp.registrations.questions.files import get_own as get_own_file
from eventapp.registrations.questions.files import list_files
from eventapp.registrations.questions.models import AnswerFile
from eventapp.registrations.questions.places import NoPlaceLeft
from eventapp.registrations.rules import Full, full_because
from eventapp.registrations.states import Mode, State
from eventapp.registrations.visit import Visit, language_here, visit_of

bp = Blueprint("registration_form", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my"
MOST_READ = 40 * 1024 * 1024
Answer = str | Response | tuple[str, int]


@bp.url_value_preprocessor
def _make_room_for_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Read even a file that is too large, so that the form can say so beside it and lose nothing.

    Before the form is read, and only for somebody who opened an invitation.
    """
    own_page = endpoint == "registration_form.save" and (values or {}).get("page", "").startswith("own-")
    if own_page and session.get("opened"):
        request.max_content_length = MOST_READ


@bp.get(f"{MY}/form")
@personal_link(Carrier.COOKIE)
def begin(event: Event, invitation: Invitation) -> Answer:
    """Lead to the first page that still needs an answer, or to the check."""
    visit = visit_of(reading(), event, invitation)
    done = set(visit.pages) if visit.registration else set(visit.draft.pages_done if visit.draft else ())
    page = next((each for each in visit.pages if each in visit.to_mend or each not in done), None)
    if page is None:
        return redirect(url_for(".check", event=event.slug), 303)
    return redirect(url_for(".form", event=event.slug, page=page), 303)


@bp.get(f"{MY}/form/<page>")
@personal_link(Carrier.COOKIE)
def form(event: Event, invitation: Invitation, page: str) -> Answer:
    """Show one page of the form."""
    visit = visit_of(reading(), event, invitation)
    if page not in visit.pages:
        return _no_such_page(event, page)
    if not visit.may_fill:
        return not_possible(visit)
    if page in visit.own_pages:
        return _form_page(visit, page, own_form_of(visit.put(visit.own_pages[page]), formdata=None))
    shown = form_of(page, visit.saved, visit.choices, address_locked=invitation.address_locked)
    return _form_page(visit, page, shown)


@bp.post(f"{MY}/form/<page>")
@personal_link(Carrier.COOKIE)
def save(event: Event, invitation: Invitation, page: str) -> Answer:
    """Keep one page's answers and go on to the next, back to the check, or leave for later."""
    visit = visit_of(reading(), event, invitation)
    later = "later" in request.form
    if page not in visit.pages:
        return _no_such_page(event, page)
    if not visit.is_theirs_to_fill:
        return not_possible(visit)
    if page in visit.own_pages:
        sent, whole = _save_own(visit, page, later=later)
    else:
        sent = form_of(page, {}, visit.choices, address_locked=invitation.address_locked)
        whole = sent.validate()
        if whole or later:
            with unit_of_work() as ctx:
                service.save_draft(ctx, invitation, page if whole else "", sent.kept())
    if not whole and not later:
        return (_form_page(visit, page, sent), 422) if visit.may_fill else not_possible(visit)
    pages_before = visit.pages
    visit = visit_of(reading(), event, invitation)
    if not visit.may_fill:
        return not_possible(visit, kept=True)
    if later:
        return redirect(url_for(".saved", event=event.slug), 303)
    return _onward(visit, page, pages_before)


def _save_own(visit: Visit, page: str, *, later: bool) -> tuple[OwnForm, bool]:
    """Keep a page of own answers; files that are good are kept even when something else on the page is wrong."""
    sent = own_form_of(visit.put(visit.own_pages[page]))
    whole = sent.validate()
    if "csrf_token" in sent.errors:
        return sent, False
    values = sent.values if whole or later else {}
    if not values and not sent.uploads and not whole:
        return sent, whole
    with unit_of_work() as ctx:
        files = service.save_own_answers(ctx, visit.invitation, page if whole else "", values, sent.uploads)
        sent.show_files(files, list_files(ctx, visit.invitation.id) if files else {})
    return sent, whole


def _onward(visit: Visit, page: str, pages_before: Sequence[str]) -> Answer:
    """Go on to the next page, or back to the check by way of pages that this answer has brought up."""
    following = visit.pages[visit.pages.index(page) + 1 :] if page in visit.pages else []
    if request.args.get("then") == "check":
        new = [each for each in visit.pages if each not in pages_before]
        if new:
            return redirect(url_for(".form", event=visit.event.slug, page=new[0], then="check"), 303)
        return redirect(url_for(".check", event=visit.event.slug), 303)
    if not following:
        return redirect(url_for(".begin", event=visit.event.slug), 303)
    return redirect(url_for(".form", event=visit.event.slug, page=following[0]), 303)


def _no_such_page(event: Event, page: str) -> Answer:
    """Lead on from a page that is asked no more; one that never was is not found."""
    if page.startswith("own-"):
        return redirect(url_for(".begin", event=event.slug), 303)
    raise NotFound(_("The form has no such page."))


@bp.get(f"{MY}/files/<name>")
@personal_link(Carrier.COOKIE)
def file(event: Event, invitation: Invitation, name: str) -> Answer:  # noqa: ARG001 - the address names it
    """Return a file to the person who handed it in."""
    return as_attachment(get_own_file(reading(), invitation.id, name))


def as_attachment(found: AnswerFile) -> Response:
    """Return a file to be saved, never shown in our pages."""
    answer = Response(found.data, content_type=found.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=found.filename)
    return answer


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
    if visit.to_mend:
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
    if visit.to_mend:
        return redirect(url_for(".begin", event=event.slug), 303)
    answers = answers_from(visit.saved)
    try:
        with unit_of_work() as ctx:
            if registration is None:
                service.submit(ctx, invitation, answers, visit.own)
            else:
                sent = queries.get_registration(ctx, event, registration.id)
                service.change_answers(ctx, sent, answers, visit.own)
    except seats.NoSeatLeft as error:
        sending.refuse(error)
        return _check_page(visit_of(reading(), event, invitation), sending, no_seat=True), 409
    except NoPlaceLeft as error:
        visit = visit_of(reading(), event, invitation)
        if not visit.full_choices:  # free again by now, or no longer asked
            sending.refuse(error)
        return _check_page(visit, sending), 409
    except FormChanged:
        return redirect(url_for(".begin", event=event.slug), 303)
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
            seats.forget_draft(ctx, invitation.id)
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


def _form_page(visit: Visit, page: str, shown: PageForm | OwnForm) -> str:
    own, place = visit.own_pages.get(page), visit.pages.index(page)
    return render_template(
        "registrations/form.html",
        form=shown,
        page=page,
        own=own,
        title=marked(own.title, language_here()) if own else TITLES[page],
        number=place + 1,
        pages=len(visit.pages),
        previous=visit.pages[place - 1] if place else None,
        then=request.args.get("then") if request.args.get("then") == "check" else None,
        invitation=visit.invitation,
        registered=visit.registration is not None,
        full_modes=_full_modes(visit) if page == "taking-part" else [],
        rule=visit.rule,
    )


def _check_page(visit: Visit, sending: SendForm, *, no_seat: bool = False) -> str:
    return render_template(
        "registrations/check.html",
        form=sending,
        answers=visit.answered,
        registration=visit.registration,
        invitation=visit.invitation,
        full=_full_for(visit, visit.saved) if visit.registration is None else None,
        no_seat=no_seat,
        loses_rank=_loses_rank(visit),
        full_choices=visit.full_choices,
        change_url=lambda page: url_for(".form", event=visit.event.slug, page=page, then="check"),
        rule=visit.rule,
    )


def _loses_rank(visit: Visit) -> bool:
    """Tell whether sending puts somebody at the end of the other waiting list."""
    registration = visit.registration
    if registration is None or registration.state is not State.WAITLISTED:
        return False
    return registration.mode.value != visit.saved.get("mode")


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
