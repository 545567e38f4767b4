"""The coordinator sets a fund up with budget, limits, hotels and rooms; nothing goes below what is promised or held."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from eventapp.core.access import Role
from eventapp.sponsorship.ledger import balance_of
from eventapp.sponsorship.models import Fund, Hotel
from eventapp.sponsorship.queries import list_entries
from eventapp.sponsorship.states import EntryKind, LineKind, RequestState
from tests.support.factories import make_event
from tests.support.sponsoring import make_fund, make_sponsorship, make_staff

FUNDS = "/desk/ours/sponsorship/funds"
NEW = {
    "name-en": "Travel fund",
    "name-fr": "Fonds de voyage",
    "text-en": "A few people are **helped**.",
    "currency": "EUR",
    "budget": "20 000,50",
    "cap_travel": "1.200,00",
    "places": "12",
    "decisions_by": "2024-10-01",
    "claims_until": "2024-12-07",
}
NIGHTS = [date(2024, 11, day) for day in range(5, 11)]  # two days before the event to two days after


@pytest.fixture
def ours(work: Any) -> Any:
    with work() as ctx:
        event = make_event(ctx, slug="ours", sponsorship_opens_at=ctx.now)
        roles = (Role.COORDINATOR, Role.BUDGET_HOLDER, Role.REVIEWER)
        return event, {role: make_staff(ctx, event, role) for role in roles}


def test_a_fund_from_the_form_to_its_rooms(ours: Any, staff: Any, read: Any) -> None:
    _event, people = ours
    coordinator = staff(people[Role.COORDINATOR])
    page = coordinator.get(FUNDS)
    assert "No fund yet" in page.text
    wrong = coordinator.submit(
        coordinator.get(f"{FUNDS}/new"), {**NEW, "budget": "1.250", "cap_travel": "-5"}, button="Save"
    )
    assert (wrong.status, wrong.value("budget")) == (422, "1.250")
    assert any("€1,250.00 or €1.25" in each for each in wrong.errors)
    assert any("below nothing" in each for each in wrong.errors)
    late = coordinator.submit(coordinator.get(f"{FUNDS}/new"), {**NEW, "claims_until": "2024-11-01"}, button="Save")
    assert (late.status, len(late.errors)) == (422, 1)
    page = coordinator.submit(coordinator.get(f"{FUNDS}/new"), NEW, button="Save")
    assert (page.status, page.heading) == (200, "Travel fund")
    for words in ("€20,000.50 available", "0 of 12 places taken", "Travel: €1,200.00", "Takes requests"):
        assert words in page.text
    with read() as ctx:
        fund = ctx.session.query(Fund).one()
        assert (fund.budget, fund.cap_travel) == (Decimal("20000.5"), Decimal(1200))
        assert balance_of(ctx, fund.id).available == Decimal("20000.5")
        base = f"{FUNDS}/{fund.id}"

    coordinator.submit(
        coordinator.get(f"{base}/hotels/new"), {"name": "Hotel Mar", "address": "Carrer 1"}, button="Save"
    )
    page = coordinator.get(f"{base}/rooms?night=2024-11-20&night=nonsense")
    names = [each.get("name") for each in page.tree.xpath("//input[starts-with(@name, 'rooms-')]")]
    with read() as ctx:
        hotel = ctx.session.query(Hotel).one().id
    assert names == [f"rooms-{hotel}-{night}" for night in [*NIGHTS, date(2024, 11, 20)]]
    wrong = coordinator.submit(page, {names[0]: "many", names[1]: "-1"}, button="Save")
    assert (wrong.status, wrong.value(names[0])) == (422, "many")
    page = coordinator.submit(page, {names[0]: "", names[1]: "8", names[6]: "1"}, button="Save")
    assert "0 of 8" in page.text
    assert "Wednesday 20 November" in page.text
    stale = coordinator.get(f"{base}/rooms")
    coordinator.submit(coordinator.get(f"{base}/rooms"), {names[1]: "9", names[2]: "3"}, button="Save")
    refused = coordinator.submit(stale, {names[1]: "7"}, button="Save")
    assert (refused.status, refused.value(names[1])) == (409, "7")
    assert "9 now" in refused.text
    with read() as ctx:
        rooms = {each.night: each.rooms for each in ctx.session.get_one(Hotel, hotel).nights}
        assert (rooms[NIGHTS[1]], rooms[NIGHTS[2]]) == (9, 3)
    assert "0 of 7" in coordinator.submit(refused, button="Save").text

    holder = staff(people[Role.BUDGET_HOLDER])
    assert "Edit the fund" not in holder.get(base).text
    assert holder.get(f"{base}/edit").status == 403
    assert staff(people[Role.REVIEWER]).get(FUNDS).status == 403


def test_nothing_goes_below_what_is_promised_or_held(ours: Any, work: Any, staff: Any, read: Any) -> None:
    event, people = ours
    with work() as ctx:
        event = ctx.session.merge(event)
        fund = make_fund(ctx, event, budget=1000, places=3, hotels={"Hotel Mar": dict.fromkeys(NIGHTS[1:4], 2)})
        for state in (RequestState.OFFERED, RequestState.ACCEPTED):
            make_sponsorship(
                ctx,
                fund,
                state=state,
                lines=[(LineKind.TRAVEL, "300")],
                hotel=fund.hotels[0],
                first_night=NIGHTS[1],
                last_night=NIGHTS[2],
            )
        fund_id, hotel_id = fund.id, fund.hotels[0].id
    coordinator, base = staff(people[Role.COORDINATOR]), f"{FUNDS}/{fund_id}"
    assert "2 of 2" in coordinator.get(base).text
    edit = coordinator.get(f"{base}/edit")
    for values, field in (
        ({"budget": "599"}, "Budget"),
        ({"places": "1"}, "People"),
        ({"currency": "USD"}, "Currency"),
    ):
        refused = coordinator.submit(edit, values, button="Save")
        assert (refused.status, [each.startswith(field) for each in refused.errors]) == (422, [True]), refused.errors
    assert "€600.00" in coordinator.submit(edit, {"budget": "599"}, button="Save").text
    saved = coordinator.submit(
        edit, {"budget": "600", "budget_note": "Less from the giver", "places": "2"}, button="Save"
    )
    assert "€0.00 available" in saved.text
    assert "Less from the giver" in saved.text
    stale = coordinator.submit(edit, {"budget": "5000", "places": "2"}, button="Save")
    assert stale.status == 409
    assert "€600.00" in stale.text
    with read() as ctx:
        entries = [
            each for each in list_entries(ctx, ctx.session.get_one(Fund, fund_id)) if each.kind is EntryKind.BUDGET
        ]
        assert [each.budget for each in entries if each.kind is EntryKind.BUDGET] == [1000, -400]

    few = coordinator.submit(coordinator.get(f"{base}/rooms"), {f"rooms-{hotel_id}-{NIGHTS[1]}": "1"}, button="Save")
    assert few.status == 422
    assert "2 rooms are held for the night of Wednesday 6 November 2024" in few.text
    kept = coordinator.submit(coordinator.get(f"{base}/hotels/{hotel_id}"), action="remove")
    assert "are held or proposed for somebody" in kept.text
    closed = coordinator.submit(coordinator.get(base), button="Take no more requests")
    assert "The fund takes no more requests." in closed.text
    assert "Takes requests" in coordinator.submit(closed, button="Open it again").text


def test_the_rail_leads_everybody_to_their_own_work(work: Any, staff: Any) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        people = {role: make_staff(ctx, event, role) for role in Role}
    led = {}
    for role, account in people.items():
        address = staff(account).get("/desk/ours/").links().get("Sponsorship", "nowhere")
        led[role] = address.removeprefix("/desk/ours/sponsorship").strip("/").partition("/")[0]
    work_of = {Role.COORDINATOR: "", Role.REVIEWER: "review", Role.OFFICER: "letters"}
    work_of |= dict.fromkeys((Role.BUDGET_HOLDER, Role.FINANCE), "payments")
    assert {role: led[role] for role in work_of} == work_of
    assert [role for role, address in led.items() if address == "nowhere"] == [
        Role.RAPPORTEUR,
        Role.CHAIR,
        Role.TRANSLATOR,
        Role.DESK,
        Role.OBSERVER,
    ]
