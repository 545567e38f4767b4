"""The coordinator's pages about funds, their hotels and rooms. They show no request and nobody's name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.formatting import day_in_words, moment_in_words
from eventapp.core.money import in_words
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.events.queries import last_edit
from eventapp.events.service import Clash, StaleEdit
from eventapp.sponsorship import words as room_words
from eventapp.sponsorship.funds import queries, service
from eventapp.sponsorship.funds.forms import MOST_ROOMS, ActionForm, FundForm, HotelForm, NightForm, cell_name
from eventapp.sponsorship.funds.words import FIELD
from eventapp.sponsorship.ledger import balance_of
from eventapp.sponsorship.ledger import places_taken as places_taken_of
from eventapp.sponsorship.models import Fund, Hotel
from eventapp.sponsorship.queries import closes_at, get_fund, list_funds, opens_at, takes_requests

bp = Blueprint("sponsorship_funds", __name__)
Answer = str | Response | tuple[str, int]
FUNDS = "/desk/<event>/sponsorship/funds"
FUND = f"{FUNDS}/<int(max=2147483647):fund_id>"
HOTEL = f"{FUND}/hotels/<int(max=2147483647):hotel_id>"


@bp.get(FUNDS)
@requires(Permission.SPONSORSHIP_VIEW)
def listing(event: Event) -> str:
    """Show the funds with what they have left."""
    ctx = reading()
    return render_template(
        "sponsorship/desk/funds.html",
        event=event,
        funds=list_funds(ctx, event),
        balances=queries.balances(ctx, event),
        taken=queries.places_taken(ctx, event),
        **_frame(),
    )


@bp.route(f"{FUNDS}/new", methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_SET_UP)
def add(event: Event) -> Answer:
    """Add a fund."""
    form = FundForm(event.timezone)
    form.use_languages(event.languages)
    if form.validate_on_submit():
        values, budget, note = _fund_values(form)
        try:
            with unit_of_work() as ctx:
                fund_id = service.add_fund(ctx, event, values, budget, note).id
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The fund was added. Give it hotel rooms next, if it has any."), "success")
            return redirect(url_for(".detail", event=event.slug, fund_id=fund_id), 303)
    return _fund_form(event, form, None)


@bp.get(FUND)
@requires(Permission.SPONSORSHIP_VIEW)
def detail(event: Event, fund_id: int) -> str:
    """Show a fund: money, places, rooms and the last lines of its books."""
    ctx = reading()
    fund = get_fund(ctx, event, fund_id)
    return render_template(
        "sponsorship/desk/fund.html",
        event=event,
        fund=fund,
        balance=balance_of(ctx, fund.id),
        taken=places_taken_of(ctx, fund.id),
        rooms=queries.rooms_of(ctx, event, fund),
        entries=queries.last_entries(ctx, fund),
        **_frame(),
    )


@bp.route(f"{FUND}/edit", methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_SET_UP)
def edit(event: Event, fund_id: int) -> Answer:
    """Change a fund."""
    ctx = reading()
    fund = get_fund(ctx, event, fund_id)
    form = FundForm(event.timezone, obj=fund)
    form.use_languages(event.languages)
    if not form.is_submitted():
        form.seen.data = last_edit(ctx, fund)
    elif form.validate():
        values, budget, note = _fund_values(form)
        try:
            with unit_of_work() as ctx:
                service.edit_fund(ctx, event, get_fund(ctx, event, fund_id), values, budget, note, seen=form.mark)
        except StaleEdit as stale:
            fund = get_fund(reading(), event, fund_id)
            form.seen.data = last_edit(reading(), fund)
            form.form_errors.append(stale.message)
            return _fund_form(event, form, fund, stale)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".detail", event=event.slug, fund_id=fund_id), 303)
    return _fund_form(event, form, get_fund(reading(), event, fund_id))


@bp.post(f"{FUND}/<any(up,down):way>")
@requires(Permission.SPONSORSHIP_SET_UP)
def move(event: Event, fund_id: int, way: str) -> Answer:
    """Move a fund one place up or down."""
    with unit_of_work() as ctx:
        service.move_fund(ctx, event, get_fund(ctx, event, fund_id), -1 if way == "up" else 1)
    return redirect(url_for(".listing", event=event.slug, _anchor=f"fund-{fund_id}"), 303)


@bp.post(f"{FUND}/<any(close,reopen):action>")
@requires(Permission.SPONSORSHIP_SET_UP)
def change_state(event: Event, fund_id: int, action: str) -> Answer:
    """Close a fund to new requests, or open it again."""
    with unit_of_work() as ctx:
        fund = get_fund(ctx, event, fund_id)
        if action == "close":
            service.close_fund(ctx, fund)
        else:
            service.reopen_fund(ctx, fund)
    flash(_("The fund takes no more requests.") if action == "close" else _("The fund is open again."), "success")
    return redirect(url_for(".detail", event=event.slug, fund_id=fund_id), 303)


@bp.route(f"{FUND}/hotels/new", methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_SET_UP)
def add_hotel(event: Event, fund_id: int) -> Answer:
    """Add a hotel."""
    fund = get_fund(reading(), event, fund_id)
    form = HotelForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.add_hotel(ctx, get_fund(ctx, event, fund_id), _hotel_values(form))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The hotel was added. Say how many rooms it has each night."), "success")
            return redirect(url_for(".rooms", event=event.slug, fund_id=fund_id), 303)
    return _hotel_form(event, fund, form, None)


@bp.route(HOTEL, methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_SET_UP)
def edit_hotel(event: Event, fund_id: int, hotel_id: int) -> Answer:
    """Change a hotel's name and address."""
    ctx = reading()
    fund = get_fund(ctx, event, fund_id)
    hotel = queries.get_hotel(ctx, fund, hotel_id)
    form = HotelForm(obj=hotel)
    if not form.is_submitted():
        form.seen.data = last_edit(ctx, hotel)
    elif form.validate():
        try:
            with unit_of_work() as ctx:
                found = get_fund(ctx, event, fund_id)
                its_hotel = queries.get_hotel(ctx, found, hotel_id)
                service.edit_hotel(ctx, found, its_hotel, _hotel_values(form), seen=form.mark)
        except StaleEdit as stale:
            form.seen.data = last_edit(reading(), hotel)
            form.form_errors.append(stale.message)
            return _hotel_form(event, fund, form, hotel, stale)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".detail", event=event.slug, fund_id=fund_id), 303)
    return _hotel_form(event, fund, form, hotel)


@bp.post(f"{HOTEL}/remove")
@requires(Permission.SPONSORSHIP_SET_UP)
def remove_hotel(event: Event, fund_id: int, hotel_id: int) -> Answer:
    """Remove a hotel in which nobody has a room."""
    try:
        with unit_of_work() as ctx:
            fund = get_fund(ctx, event, fund_id)
            service.remove_hotel(ctx, fund, queries.get_hotel(ctx, fund, hotel_id))
    except Conflict as refusal:
        flash(refusal.message, "error")
        return redirect(url_for(".edit_hotel", event=event.slug, fund_id=fund_id, hotel_id=hotel_id), 303)
    flash(_("Removed."), "success")
    return redirect(url_for(".detail", event=event.slug, fund_id=fund_id), 303)


@bp.route(f"{FUND}/rooms", methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_SET_UP)
def rooms(event: Event, fund_id: int) -> Answer:
    """Say how many rooms there are, hotel by hotel and night by night."""
    form = ActionForm()
    wanted, faults = _typed_rooms() if form.is_submitted() else ({}, {})
    if form.validate_on_submit() and not faults:
        before = {cell: _count(request.form.get(f"was-{cell_name(*cell)}")) or 0 for cell in wanted}
        try:
            with unit_of_work() as ctx:
                service.set_rooms(ctx, event, get_fund(ctx, event, fund_id), wanted, before)
        except service.StaleRooms as stale:
            return _rooms_page(event, fund_id, form, stale.message, others=stale.others)
        except service.TooFewRooms as refusal:
            return _rooms_page(event, fund_id, form, refusal.message, wrong=dict.fromkeys(refusal.cells, ""))
        except DomainError as error:
            return _rooms_page(event, fund_id, form, error.message)
        flash(_("Saved."), "success")
        return redirect(url_for(".detail", event=event.slug, fund_id=fund_id, _anchor="rooms"), 303)
    if faults:
        message = _("Write whole numbers from 0 to %(most)d.", most=MOST_ROOMS)
        return _rooms_page(event, fund_id, form, message, wrong=faults)
    return _rooms_page(event, fund_id, form)


def _fund_values(form: FundForm) -> tuple[dict[str, Any], Decimal, str]:
    values = form.values()
    return values, values.pop("budget"), values.pop("budget_note")


def _hotel_values(form: HotelForm) -> dict[str, Any]:
    return form.values()


def _typed_rooms() -> tuple[dict[service.Cell, int], dict[service.Cell, str]]:
    """Return the numbers that were sent, and those that are none; other fields are left alone."""
    wanted: dict[service.Cell, int] = {}
    faults: dict[service.Cell, str] = {}
    for name, typed in request.form.items():
        cell = _cell(name)
        if cell is None:
            continue
        count = _count(typed)
        if count is None:
            faults[cell] = typed
        else:
            wanted[cell] = count
    return wanted, faults


def _cell(name: str) -> service.Cell | None:
    found = re.fullmatch(r"rooms-(\d{1,9})-(\d{4}-\d{2}-\d{2})", name)
    if found is None:
        return None
    try:
        return int(found[1]), date.fromisoformat(found[2])
    except ValueError:
        return None


def _count(typed: str | None) -> int | None:
    text = (typed or "").strip() or "0"
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= MOST_ROOMS else None


def _more_nights() -> list[date]:
    """Return the nights that are in the table beyond the usual ones: asked for, or sent back with it."""
    sent = [cell[1] for name in request.form if (cell := _cell(name)) is not None]
    for text in request.args.getlist("night")[:20]:
        try:
            sent.append(date.fromisoformat(text))
        except ValueError:
            continue
    return sent


def _rooms_page(
    event: Event,
    fund_id: int,
    form: ActionForm,
    refusal: str = "",
    *,
    wrong: Mapping[service.Cell, str] | None = None,
    others: Sequence[service.OtherRooms] = (),
) -> Answer:
    ctx = reading()
    fund = get_fund(ctx, event, fund_id)
    more = _more_nights()
    if refusal:
        form.form_errors.append(refusal)
    page = render_template(
        "sponsorship/desk/rooms.html",
        event=event,
        fund=fund,
        form=form,
        night_form=NightForm(formdata=None),
        rooms=queries.rooms_of(ctx, event, fund, more),
        more=[night for night in more if night not in queries.usual_nights(event)],
        wrong=wrong or {},
        others=others,
        name_of=cell_name,
        typed={name: request.form[name] for name in request.form if name.startswith("rooms-")},
    )
    return page, (409 if others else 422 if form.errors else 200)


def _fund_form(event: Event, form: FundForm, fund: Fund | None, stale: StaleEdit | None = None) -> Answer:
    page = render_template(
        "sponsorship/desk/fund_form.html",
        event=event,
        fund=fund,
        form=form,
        currency_is_fixed=fund is not None and queries.currency_is_fixed(reading(), fund),
        **_clash_frame(event, stale, fund.currency if fund else ""),
    )
    return page, (stale.status if stale else 422 if form.errors else 200)


def _hotel_form(
    event: Event, fund: Fund, form: HotelForm, hotel: Hotel | None, stale: StaleEdit | None = None
) -> Answer:
    page = render_template(
        "sponsorship/desk/hotel_form.html",
        event=event,
        fund=fund,
        form=form,
        hotel=hotel,
        **_clash_frame(event, stale, fund.currency),
    )
    return page, (stale.status if stale else 422 if form.errors else 200)


def _clash_frame(event: Event, stale: StaleEdit | None, currency: str) -> dict[str, Any]:
    clashes: Sequence[Clash] = stale.clashes if stale else ()

    def stored_in_words(value: Any, _event: Event) -> str:
        language = str(get_locale())
        if value is None or value == "":
            return "–"
        if isinstance(value, Decimal):
            return in_words(value, currency, language)
        if isinstance(value, datetime):
            return moment_in_words(value, event.timezone, language)
        return day_in_words(value, language) if isinstance(value, date) else str(value)

    return {"clashes": clashes, "field_words": FIELD, "stored_in_words": stored_in_words}


def _frame() -> dict[str, Any]:
    return {
        "opens_at": opens_at,
        "closes_at": closes_at,
        "takes_requests": takes_requests,
        "sets_up": Permission.SPONSORSHIP_SET_UP in g.permissions,
        "entry_words": room_words.ENTRY,
        "line_words": room_words.LINE,
    }
