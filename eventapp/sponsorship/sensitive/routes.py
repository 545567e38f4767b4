"""One's own passport and bank data: given when asked for, behind a fresh code, never shown again."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.accounts.rules import own_path
from eventapp.core.access import Carrier, personal_link
from eventapp.core.context import Context
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.sponsorship import queries as sponsorships
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sensitive import gate_routes as gate
from eventapp.sponsorship.sensitive import queries, sections, service
from eventapp.sponsorship.sensitive.fields import FIELDS
from eventapp.sponsorship.sensitive.forms import CodeForm, SensitiveForm, form_of
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.states import SensitiveKind

bp = Blueprint("my_sensitive", __name__)
MINE = "/<any(en,fr,es):lang>/<event>/my/sponsorship"
DATA = f"{MINE}/data/<any(passport,bank):kind>"
CODE = f"{MINE}/code"
Answer = Response | str | tuple[str, int]


@bp.get(DATA)
@personal_link(Carrier.COOKIE)
def give(event: Event, invitation: Invitation, kind: str) -> Answer:
    """Ask for the data, once a fresh code was typed."""
    ctx = reading()
    record = _record(ctx, invitation, SensitiveKind(kind))
    if not gate.is_open(gate.holder(invitation)):
        return redirect(url_for(".code", event=event.slug, next=request.path), 303)
    return _form(event, record, form_of(record.kind, _language()))


@bp.post(DATA)
@personal_link(Carrier.COOKIE)
def keep(event: Event, invitation: Invitation, kind: str) -> Answer:
    """Seal what was typed."""
    record = _record(reading(), invitation, SensitiveKind(kind))
    if not gate.is_open(gate.holder(invitation)):
        flash(_("Your code has run out, and nothing was saved. Ask for a new one."), "info")
        return redirect(url_for(".give", event=event.slug, kind=kind), 303)
    form = form_of(record.kind, _language())
    today = to_wall(reading().now, event.timezone).date()
    if not form.validate_for(today):
        return _form(event, record, form), 422
    try:
        with unit_of_work() as ctx:
            service.give(ctx, current_app.extensions["sealer"], _request(ctx, invitation), record.kind, form.values)
    except DomainError as error:
        form.refuse(error)
        return _form(event, record, form), error.status
    flash(_("Thank you. It is sealed now; only the officer who needs it can read it."), "success")
    return redirect(url_for("my_sponsorship.status", event=event.slug), 303)


@bp.get(CODE)
@personal_link(Carrier.COOKIE)
def code(event: Event, invitation: Invitation) -> Answer:
    """Ask for a fresh code; without a request there is nothing behind it."""
    _request(reading(), invitation)
    return _gate(event, invitation, CodeForm(), request.args.get("next"))


@bp.post(CODE)
@personal_link(Carrier.COOKIE)
def send_code(event: Event, invitation: Invitation) -> Response:
    """Mail a fresh code."""
    _request(reading(), invitation)
    gate.send_code(gate.holder(invitation))
    return redirect(url_for(".code", event=event.slug, next=own_path(request.form.get("next"))), 303)


@bp.post(f"{CODE}/check")
@personal_link(Carrier.COOKIE)
def check_code(event: Event, invitation: Invitation) -> Answer:
    """Go on with the code."""
    _request(reading(), invitation)
    form, next_path = CodeForm(), own_path(request.form.get("next"))
    if not gate.try_code(gate.holder(invitation), form):
        return _gate(event, invitation, form, next_path), 422
    return redirect(next_path or url_for("my_sponsorship.status", event=event.slug), 303)


def _request(ctx: Context, invitation: Invitation) -> SponsorshipRequest:
    registration = registrations.find_registration(ctx, invitation.id)
    found = sponsorships.find_request(ctx, registration) if registration is not None else None
    if found is None:
        raise NotFound(_("Nobody has asked for this."))
    return found


def _record(ctx: Context, invitation: Invitation, kind: SensitiveKind) -> SensitiveRecord:
    record = queries.get_record(ctx, _request(ctx, invitation), kind)
    if record.forgotten_at is not None:
        raise NotFound(_("This data is not needed any more."))
    return record


def _gate(event: Event, invitation: Invitation, form: CodeForm, next_path: str | None) -> str:
    asker = gate.holder(invitation)
    return render_template(
        "sponsorship/my/gate.html",
        event=event,
        form=form,
        next_path=own_path(next_path),
        address=asker.address,
        on_its_way=gate.code_is_on_its_way(asker),
    )


def _form(event: Event, record: SensitiveRecord, form: SensitiveForm) -> str:
    return render_template(
        "sponsorship/my/data.html",
        event=event,
        record=record,
        form=form,
        fields=FIELDS[record.kind],
        until=sections.kept_until(record),
    )


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "en"
