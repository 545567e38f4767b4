"""The organiser's home: my events, the overview, the audit."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from eventapp.core.access import Role
from eventapp.core.context import Actor, ActorKind
from eventapp.core.database import db
from eventapp.events import service
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations.states import InvitationState
from tests.support.factories import (
    make_account,
    make_event,
    make_institution,
    make_invitation,
    make_member,
    make_registration,
    tr,
)


@pytest.fixture
def owner(work: Any, staff: Any) -> Any:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        account = make_member(ctx, event, Role.OWNER, name="Amina Diallo")
    return staff(account)


def ours(ctx: Any) -> Any:
    return ctx.session.query(Event).filter_by(slug="ours").one()


def test_one_sees_ones_own_events_and_an_administrator_all(owner: Any, work: Any, staff: Any) -> None:
    with work() as ctx:
        make_event(ctx, slug="theirs", title=tr("Theirs"))
        admin, nobody = make_account(ctx, is_admin=True), make_account(ctx)
    page = owner.get("/desk/")
    assert "Local solutions" in page.text
    assert "Theirs" not in page.text
    assert "Owner" in page.text
    assert "New event" in page.text
    assert "Theirs" in staff(admin).get("/desk/").text
    page = staff(nobody).get("/desk/")
    assert "You have no role in any event" in page.text
    assert "New event" not in page.text


def test_the_overview_shows_seats_and_what_waits(owner: Any, work: Any) -> None:
    with work() as ctx:
        event = ours(ctx)
        for _ in range(3):
            make_registration(ctx, event)
        make_invitation(ctx, event)
        make_invitation(ctx, event, state=InvitationState.DRAFT, sent_at=None)
    page = owner.get("/desk/ours/")
    for words in ("0 of 100", "0 of 200", "3 registrations to decide", "1 invitation to send"):
        assert words in page.text, words
    assert "What to do first" not in page.text


def test_a_new_event_says_what_to_do_first(owner: Any, work: Any) -> None:
    with work() as ctx:
        ours(ctx).state = EventState.DRAFT
    page = owner.get("/desk/ours/")
    assert "What to do first" in page.text
    here = page.tree.xpath("//li[@aria-current='step']//a/@href")
    assert here == ["/desk/ours/settings/institutions"]
    for link in page.tree.xpath("//ol[@class='steps']//a/@href"):
        assert owner.get(link).status == 200, link


def test_the_overview_asks_a_constant_number_of_queries(app: Any, owner: Any, work: Any) -> None:
    def count() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine
        listen = lambda _c, _cur, statement, *_: seen.append(statement)  # noqa: E731
        sqlalchemy_event.listen(engine, "before_cursor_execute", listen)
        assert owner.get("/desk/ours/").status == 200
        sqlalchemy_event.remove(engine, "before_cursor_execute", listen)
        return len(seen)

    with work() as ctx:
        make_registration(ctx, ours(ctx))
    count()  # what the first request remembers for the next ones is not asked again
    few = count()
    assert few > 5
    with work() as ctx:
        for _ in range(30):
            make_registration(ctx, ours(ctx))
            make_invitation(ctx, ours(ctx))
            make_institution(ctx, ours(ctx))
    assert count() == few


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_an_overview_and_sees_what_it_allows(work: Any, staff: Any, role: Role) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        make_registration(ctx, event)
        account = make_member(ctx, event, role)
    person = staff(account)
    page = person.get("/desk/ours/")
    assert page.status == 200
    manages = role in {Role.OWNER, Role.ORGANISER}
    assert ("Last actions" in page.text) is manages
    assert person.get("/desk/ours/audit").status == (200 if manages else 403)
    sees = role in {Role.OWNER, Role.ORGANISER, Role.COORDINATOR, Role.DESK, Role.OBSERVER}
    assert ("registration to decide" in page.text) is sees
    for link in page.tree.xpath("//nav//a/@href[starts-with(., '/desk/ours')]"):
        assert person.get(link).status == 200, link
    for link in page.tree.xpath("//ul[@class='tasks']//a/@href"):
        assert person.get(link).status == 200, link


def test_the_audit_is_filtered_searched_and_paged(owner: Any, work: Any, clock: Any) -> None:
    clara = Actor(ActorKind.STAFF, 7, "Clara <i>Vidal</i>")
    for seats in range(1, 61):
        clock.advance(minutes=1)
        with work(clara if seats % 2 else Actor(ActorKind.SYSTEM)) as ctx:
            service.edit(ctx, ours(ctx), {"capacity_in_person": seats}, seen=10**9)
    page = owner.get("/desk/ours/audit")
    assert "1–50 of 60" in page.text
    assert "The event was changed" in page.text
    assert "Fields: Seats in person" in page.text
    assert "Clara <i>Vidal</i>" in page.text
    assert "51–60 of 60" in owner.get(page.links()["Later"]).text
    assert "of 30" in owner.get("/desk/ours/audit?actor=staff:7").text
    assert "of 30" in owner.get("/desk/ours/audit?actor=system").text
    assert "of 30" in owner.get("/desk/ours/audit?search=clara").text
    assert "Nothing like that was recorded." in owner.get("/desk/ours/audit?kind=registration").text


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999999", "object=-1", "actor=staff:x", "search=%25"]
)
def test_odd_queries_are_harmless(owner: Any, query: str) -> None:
    assert owner.get(f"/desk/ours/audit?{query}").status == 200


def test_the_audit_of_another_event_stays_there(owner: Any, work: Any) -> None:
    with work() as ctx:
        other = make_event(ctx, slug="theirs", title=tr("Secret workshop"))
        service.edit(ctx, other, {"capacity_remote": 3}, seen=0)
    assert "Nothing like that was recorded." in owner.get("/desk/ours/audit").text
    assert owner.get("/desk/theirs/audit").status == 404


def test_the_style_page_is_there_in_the_demo(visitor: Any) -> None:
    assert visitor().get("/desk/style").status == 200
