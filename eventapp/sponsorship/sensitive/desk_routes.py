"""The officers' pages: who was asked for passport or bank data, and reading it, behind a fresh code, on record."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.accounts.rules import own_path
from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.sensitive import gate_routes as gate
from eventapp.sponsorship.sensitive import queries, service
from eventapp.sponsorship.sensitive.fields import FIELDS
from eventapp.sponsorship.sensitive.forms import CodeForm
from eventapp.sponsorship.states import RequestState, SensitiveKind

bp = Blueprint("sponsorship_sensitive", __name__)
bp.before_request(ask_where_they_work)
DATA = "/desk/<event>/sponsorship"
NUMBER = "<int(max=2147483647):request_id>"
Answer = Response | str | tuple[str, int]

_LISTED = frozenset({RequestState.OFFERED, RequestState.ACCEPTED, RequestState.TRAVELLED, RequestState.SETTLED})


@bp.get(f"{DATA}/passports")
@requires(Permission.SPONSORSHIP_LETTERS)
def passports(event: Event) -> str:
    """Show whose passport was asked for, given or deleted."""
    return _list(event, SensitiveKind.PASSPORT)


@bp.get(f"{DATA}/bank")
@requires(Permission.SPONSORSHIP_PAY)
def bank(event: Event) -> str:
    """Show whose bank data was asked for, given or deleted."""
    return _list(event, SensitiveKind.BANK)


@bp.post(f"{DATA}/passports/{NUMBER}/ask")
@requires(Permission.SPONSORSHIP_LETTERS)
def ask_passport(event: Event, request_id: int) -> Response:
    """Ask the person for passport data."""
    return _ask(event, request_id, SensitiveKind.PASSPORT)


@bp.post(f"{DATA}/bank/{NUMBER}/ask")
@requires(Permission.SPONSORSHIP_PAY)
def ask_bank(event: Event, request_id: int) -> Response:
    """Ask the person for bank data."""
    return _ask(event, request_id, SensitiveKind.BANK)


@bp.post(f"{DATA}/passports/{NUMBER}/read")
@requires(Permission.SPONSORSHIP_LETTERS)
def read_passport(event: Event, request_id: int) -> Answer:
    """Show a passport's data once; the reading is recorded."""
    return _read(event, request_id, SensitiveKind.PASSPORT)


@bp.post(f"{DATA}/bank/{NUMBER}/read")
@requires(Permission.SPONSORSHIP_PAY)
def read_bank(event: Event, request_id: int) -> Answer:
    """Show bank data once; the reading is recorded."""
    return _read(event, request_id, SensitiveKind.BANK)


@bp.get(f"{DATA}/code")
@requires(Permission.DESK_VIEW)
def code(event: Event) -> str:
    """Ask for a fresh code."""
    return _gate(event, CodeForm(), request.args.get("next"))


@bp.post(f"{DATA}/code")
@requires(Permission.DESK_VIEW)
def send_code(event: Event) -> Response:
    """Mail a fresh code."""
    gate.send_code(gate.staff())
    return redirect(url_for(".code", event=event.slug, next=own_path(request.form.get("next"))), 303)


@bp.post(f"{DATA}/code/check")
@requires(Permission.DESK_VIEW)
def check_code(event: Event) -> Answer:
    """Go on with the code."""
    form, next_path = CodeForm(), own_path(request.form.get("next"))
    if not gate.try_code(gate.staff(), form):
        return _gate(event, form, next_path), 422
    return redirect(next_path or url_for("desk.overview", event=event.slug), 303)


def _list(event: Event, kind: SensitiveKind) -> str:
    ctx = reading()
    requests = conflicts.list_requests(ctx, event, _LISTED)
    return render_template(
        "sponsorship/desk/sensitive.html",
        event=event,
        kind=kind,
        requests=requests,
        records=queries.records_of(ctx, [each.id for each in requests], kind),
        needed=[each.id for each in requests if service.is_needed(each, kind)],
        is_ready=current_app.extensions["sealer"].is_ready,
        is_open=gate.is_open(gate.staff()),
        page=_page_of(kind),
    )


def _ask(event: Event, request_id: int, kind: SensitiveKind) -> Response:
    with unit_of_work() as ctx:
        service.ask(ctx, conflicts.get_request(ctx, event, request_id), kind)
    flash(_("Asked, by mail and on the person’s page."), "success")
    return redirect(url_for(_page_of(kind), event=event.slug), 303)


def _read(event: Event, request_id: int, kind: SensitiveKind) -> Answer:
    found = conflicts.get_request(reading(), event, request_id)
    if not gate.is_open(gate.staff()):
        return redirect(url_for(".code", event=event.slug, next=url_for(_page_of(kind), event=event.slug)), 303)
    with unit_of_work() as ctx:
        found = conflicts.get_request(ctx, event, request_id)
        record = queries.get_record(ctx, found, kind)
        values = service.open_record(ctx, current_app.extensions["sealer"], record, "page")
    return render_template(
        "sponsorship/desk/sensitive_read.html",
        event=event,
        request_read=found,
        kind=kind,
        fields=FIELDS[kind],
        values=values,
        page=_page_of(kind),
    )


def _page_of(kind: SensitiveKind) -> str:
    return f"{bp.name}.{'passports' if kind is SensitiveKind.PASSPORT else 'bank'}"


def _gate(event: Event, form: CodeForm, next_path: str | None) -> str:
    asker = gate.staff()
    return render_template(
        "sponsorship/desk/gate.html",
        event=event,
        form=form,
        next_path=own_path(next_path),
        address=asker.address,
        on_its_way=gate.code_is_on_its_way(asker),
    )
