"""The reports page and its file: complete for who decides, without small numbers for who only looks."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

from eventapp.core.access import Role
from eventapp.registrations.states import State
from eventapp.sponsorship.review.models import DeclaredConflict
from eventapp.sponsorship.states import LineKind, RequestState
from tests.support.factories import make_event, make_registration
from tests.support.sponsoring import make_fund, make_sponsorship, make_staff

REPORTS = "/desk/ours/sponsorship/reports"


def test_numbers_and_money_by_what_people_said(work: Any, staff: Any) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        euros = make_fund(ctx, event, budget=5000)
        yen = make_fund(ctx, event, budget=900_000, currency="JPY")
        for country, state, fund in (
            *(("SN", RequestState.ACCEPTED, euros) for _each in range(3)),
            ("KE", RequestState.EXPIRED, euros),
            ("KE", RequestState.PROPOSED, yen),
            ("KE", RequestState.SETTLED, yen),
        ):
            person = make_registration(ctx, event, state=State.APPROVED, country=country)
            hidden_id = make_sponsorship(
                ctx, fund, state=state, registration=person, lines=[(LineKind.TRAVEL, "200")]
            ).id
        make_sponsorship(ctx, euros, state=RequestState.DRAFT)
        people = {role: make_staff(ctx, event, role) for role in (Role.ORGANISER, Role.BUDGET_HOLDER, Role.OFFICER)}
        yen_id, event_id = yen.id, event.id
    coordinator = staff(people[Role.ORGANISER])
    page = coordinator.get(REPORTS)
    facts = [" ".join(each.xpath("*/text()")) for each in page.tree.xpath("//dl[@class='facts']/div")]
    assert facts == [
        "Requests 6", "Offers 5", "Acceptances 4", "Promised €600.00", "Spent €0.00", "Promised ¥0", "Spent ¥200",
    ]  # fmt: skip
    of_one = coordinator.get(f"{REPORTS}?fund={yen_id}").text
    assert "¥200" in of_one
    assert "€" not in of_one
    answer = coordinator.client.get(f"{REPORTS}/sponsorship.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    kenya = next(row for row in rows if row["Fund"] == "All funds" and row["Answer"] == "Kenya")
    assert [kenya[name] for name in ("Requests", "Offers", "Acceptances", "Spent JPY")] == ["3", "2", "1", "200"]
    by_country = [row for row in rows if row["Fund"] == "All funds" and row["Counted by"] == "Country"]
    assert sum(Decimal(row["Promised EUR"]) for row in by_country) == 600

    page = staff(people[Role.BUDGET_HOLDER]).get(REPORTS)
    kenya = next(row for row in page.tree.xpath("//tbody/tr") if "Kenya" in row.text_content())
    assert [cell.text_content() for cell in kenya.xpath("td")][1:3] == ["*", "*"]
    assert "not shown, for the number" in page.text

    # whoever decides, but must not see everybody, could tell the one left out from complete numbers
    with work() as ctx:
        seen = {"event_id": event_id, "request_id": hidden_id, "account_id": people[Role.ORGANISER].id}
        ctx.session.add(DeclaredConflict(**seen, reason="", declared_at=ctx.now))
    kenya = next(row for row in coordinator.get(REPORTS).tree.xpath("//tbody/tr") if "Kenya" in row.text_content())
    assert [cell.text_content() for cell in kenya.xpath("td")][1:3] == ["*", "*"]
    assert staff(people[Role.OFFICER]).get(REPORTS).status == 403
