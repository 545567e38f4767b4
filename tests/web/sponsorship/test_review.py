"""Asking back, assigning, scoring in the dark, talking, stepping back: as coordinator and reviewers walk it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.database import db
from eventapp.events.models import Membership
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.states import State
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict, Review, Workplace
from eventapp.sponsorship.states import Need, RequestState, ReviewState
from tests.support.browsing import Page
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.sponsoring import make_fund, make_review, make_sponsorship, make_staff

HERE = "/desk/lisbon/sponsorship"
SCORES = {"relevance": "4", "application": "5", "equity": "3", "need": "2", "comment": "Knows the work."}


def applicant(ctx: Any, event: Any, name: str, organisation: str, domain: str, **fields: Any) -> Any:
    address = f"{name.split(maxsplit=1)[0].lower()}@{domain}"
    invitation = make_invitation(
        ctx, event, name=name, organisation=organisation, email=address, country=fields.pop("country", "SN")
    )
    return make_registration(ctx, event, invitation=invitation, state=State.APPROVED, **fields)


@pytest.fixture
def room(work: Any) -> dict[str, Any]:
    """An event with a coordinator, three reviewers and three requests in review."""
    with work() as ctx:
        event = make_event(ctx, slug="lisbon")
        fund = make_fund(ctx, event)
        people = [
            applicant(ctx, event, "Amina Diallo", "City of Thiès", "thies.example"),
            applicant(ctx, event, "Bruno Sá", "Town of Évora", "evora.example", country="PT", language="fr"),
            applicant(ctx, event, "Chen Wei", "Green Yards", "yards.example", country="KE"),
        ]
        requests = [
            make_sponsorship(ctx, fund, registration=each, state=RequestState.IN_REVIEW, need=need)
            for each, need in zip(people, Need, strict=True)
        ]
        staff = {"coordinator": make_staff(ctx, event, Role.COORDINATOR, email="c@team.example", name="Cora")}
        for name in ("Rita", "Remi", "Rosa"):
            staff[name] = make_staff(
                ctx, event, Role.REVIEWER, email=f"{name}@team.example", name=name, organisation=f"House of {name}"
            )
        return {
            "event": event.id,
            "fund": fund.id,
            "requests": [each.id for each in requests],
            **{name: account.id for name, account in staff.items()},
        }


def test_nobody_sees_a_request_before_saying_where_they_work(work: Any, room: Any, staff: Any) -> None:
    with work() as ctx:
        event = ctx.session.get(SponsorshipRequest, room["requests"][0]).event
        newcomer = make_member(ctx, event, Role.REVIEWER, email="new@team.example", name="Nina").id
    nina = staff(newcomer)
    asked = nina.client.get(f"{HERE}/review?x=1")
    assert asked.status_code == 303
    assert asked.location == f"{HERE}/workplace?next=/desk/lisbon/sponsorship/review?x%3D1"
    posted = nina.client.post(f"{HERE}/review/{room['requests'][0]}", data={"csrf_token": "none"})
    assert posted.status_code == 400
    page = nina.get(f"{HERE}/review")
    assert page.heading == "Where do you work?"
    address = f"{HERE}/review/{room['requests'][0]}"
    early = nina.client.post(address, data={**SCORES, "csrf_token": page.value("csrf_token")})
    assert (early.status_code, early.location) == (303, f"{HERE}/workplace?next={address}")
    assert "Nothing was saved yet" in nina.get(early.location).text
    assert "Write the name" in nina.submit(page, {"organisation": " "}, button="Save and go on").text
    after = nina.submit(page, {"organisation": "Independent"}, button="Save and go on")
    assert after.heading == "My reviews"
    evil = nina.get(f"{HERE}/workplace?next=//evil.example/")
    again = nina.submit(evil, {"organisation": "City of Thiès"}, button="Save and go on")
    assert again.path == f"{HERE}/review"
    assert "Requests from your own organisation" in again.text
    # what was said keeps counting, whatever is said after it
    changed = nina.submit(nina.get(f"{HERE}/workplace"), {"organisation": "Somewhere else"}, action="/workplace")
    assert "You work at Somewhere else" in changed.text
    shown = nina.get(f"{HERE}/conflicts").text
    assert ("Amina Diallo" in shown, "Bruno Sá" in shown) == (False, True)
    with work() as ctx:
        named = ctx.session.scalars(select(Workplace.organisation).where(Workplace.account_id == newcomer)).all()
        assert sorted(named) == ["City of Thiès", "Independent", "Somewhere else"]
        entries = ctx.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.object_type == "sponsorship_workplace", AuditEntry.actor_id == newcomer)
            .order_by(AuditEntry.id)
        ).all()
    assert entries == ["add", "edit", "edit"]


def test_the_list_filters_and_searches_without_accents(room: Any, staff: Any) -> None:
    cora = staff(room["coordinator"])
    everybody = cora.get(HERE)
    assert everybody.heading == "Requests for support"
    assert all(name in everybody.text for name in ("Amina Diallo", "Bruno Sá", "Chen Wei", "€900.00", "Senegal"))
    for query, names in (
        ("search=sa+evora", {"Bruno Sá"}),
        ("country=KE", {"Chen Wei"}),
        ("need=partly", {"Bruno Sá"}),
        (f"state=in_review&fund={room['fund']}&search=thies", {"Amina Diallo"}),
        ("state=offered", set()),
        ("state=nonsense&fund=x&need=%00", {"Amina Diallo", "Bruno Sá", "Chen Wei"}),
    ):
        page = cora.get(f"{HERE}?{query}")
        if "%00" not in query:
            assert {name for name in ("Amina Diallo", "Bruno Sá", "Chen Wei") if name in page.text} == names, query


def test_lists_ask_as_often_for_many_requests_as_for_few(app: Any, work: Any, room: Any, staff: Any) -> None:
    cora, rita = staff(room["coordinator"]), staff(room["Rita"])
    pages = ((cora, HERE), (cora, f"{HERE}/progress"), (rita, f"{HERE}/review"), (rita, f"{HERE}/conflicts"))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    def count() -> list[int]:
        counts = []
        for person, address in pages:
            asked.clear()
            assert person.client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        cora.submit(cora.get(f"{HERE}/progress"), button="Assign all requests")
        few = count()
        with work() as ctx:
            event = ctx.session.get(SponsorshipRequest, room["requests"][0]).event
            fund = ctx.session.get(Fund, room["fund"])
            for n in range(6):
                person = applicant(ctx, event, f"Many{n} Person", f"Town {n}", f"town{n}.example")
                make_sponsorship(ctx, fund, registration=person, state=RequestState.IN_REVIEW)
        cora.submit(cora.get(f"{HERE}/progress"), button="Assign all requests")
        assert count() == few
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)


def test_a_question_is_asked_in_the_persons_language(work: Any, room: Any, staff: Any, clock: Any) -> None:
    with work() as ctx:
        request = ctx.session.get(SponsorshipRequest, room["requests"][1])
        request.state = RequestState.SUBMITTED
        day = (ctx.now + timedelta(days=4)).date()
        at = request.id
    cora = staff(room["coordinator"])
    page = cora.get(f"{HERE}/requests/{at}/ask")
    refused = cora.submit(page, {"question": "Which trains?", "due_on": "2024-09-01"}, action="/ask")
    assert refused.errors == ["Answer needed by: Choose a later day, so that there is time to answer."]
    done = cora.submit(page, {"question": "Which trains?", "due_on": day.isoformat()}, action="/ask")
    assert "Your question is on its way to Bruno Sá." in done.text
    assert "Waiting for an answer" in done.text
    assert "Which trains?" in done.text
    with work() as ctx:
        mail = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "sponsorship/info_asked")).one()
        assert (mail.language, mail.recipient) == ("fr", "bruno@evora.example")
        assert "Which trains?" in mail.text_body
        request = ctx.session.get(SponsorshipRequest, at)
        assert request.info_due_at.isoformat() == "2024-09-16T21:59:00+00:00"
    early = cora.client.post(f"{HERE}/requests/{at}/start-review")
    assert early.status_code == 400
    clock.advance(days=5)
    cora = staff(room["coordinator"])
    started = cora.submit(cora.get(f"{HERE}/requests/{at}"), button="Start the review")
    assert "The review has started." in started.text
    assert cora.get(f"{HERE}/requests/{at}/ask").status == 409


def test_from_assigning_to_the_discussion(work: Any, room: Any, staff: Any) -> None:
    cora, first = staff(room["coordinator"]), room["requests"][0]
    page = cora.submit(cora.get(f"{HERE}/progress"), button="Assign all requests")
    assert "6 reviews are assigned." in page.text
    with work() as ctx:
        reviews = ctx.session.scalars(select(Review)).all()
        assert sorted([each.account_id for each in reviews]) == sorted(
            [room[name] for name in ("Rita", "Remi", "Rosa")] * 2
        )
        readers = [each.account_id for each in reviews if each.request_id == first]
        outsider = next(room[name] for name in ("Rita", "Remi", "Rosa") if room[name] not in readers)
    one, other = (staff(each) for each in readers)
    assert staff(outsider).get(f"{HERE}/review/{first}").status == 404
    page = one.get(f"{HERE}/review/{first}")
    assert "Could hardly come without support." in page.text
    incomplete = one.submit(page, {"relevance": "4"}, button="Save my scores")
    assert (incomplete.status, len(incomplete.errors)) == (422, 3)
    forged = one.submit(page, {**SCORES, "equity": "9"}, button="Save my scores")
    assert forged.status == 422
    scored = one.submit(page, SCORES, button="Save my scores")
    assert "Your scores are saved." in scored.text
    before = other.get(f"{HERE}/review/{first}")
    assert "Knows the work." not in before.text
    assert before.tree.xpath("//section[@id='discussion']") == []
    assert other.client.post(f"{HERE}/review/{first}/remark", data={"text": "x"}).status_code == 400
    after = other.submit(before, {**SCORES, "equity": "0", "comment": "Not sure."}, button="Save my scores")
    assert "Knows the work." in after.text
    assert "The scores are far apart" in after.text
    assert "Mean of the three criteria: 3.5. Widest spread: 3." in after.text
    talked = other.submit(after, {"text": "Shall we talk?"}, button="Add the remark")
    assert "Shall we talk?" in talked.text
    assert "Shall we talk?" in one.get(f"{HERE}/review/{first}").text
    assert "Shall we talk?" in cora.get(f"{HERE}/requests/{first}").text
    assert "Scores far apart: to discuss" in cora.get(f"{HERE}/progress").text
    changed = other.submit(other.get(f"{HERE}/review/{first}"), {**SCORES, "equity": "2"}, button="Save my scores")
    assert "The scores are far apart" not in changed.text
    with work() as ctx:
        ctx.session.get(SponsorshipRequest, first).state = RequestState.PROPOSED
    closed = other.get(f"{HERE}/review/{first}")
    assert "This request is not in review any more" in closed.text
    assert closed.tree.xpath("//input[@name='relevance']") == []


def test_who_steps_back_is_replaced_and_sees_the_request_no_more(work: Any, room: Any, staff: Any) -> None:
    cora, first = staff(room["coordinator"]), room["requests"][0]
    cora.submit(cora.get(f"{HERE}/progress"), button="Assign all requests")
    with work() as ctx:
        readers = ctx.session.scalars(select(Review.account_id).where(Review.request_id == first)).all()
    one, third = staff(readers[0]), {room[name] for name in ("Rita", "Remi", "Rosa")} - set(readers)
    page = one.get(f"{HERE}/review/{first}/leave")
    assert one.submit(page, {"reason": ""}, action="/leave").status == 422
    left = one.submit(page, {"reason": "We studied together"}, action="/leave")
    assert "Another reviewer takes over." in left.text
    assert "Amina Diallo" not in left.text
    assert one.get(f"{HERE}/review/{first}").status == 404
    assert "Amina Diallo" not in one.get(f"{HERE}/conflicts").text
    assert "We studied together" in cora.get(f"{HERE}/requests/{first}").text
    with work() as ctx:
        standing = ctx.session.scalars(
            select(Review.account_id).where(Review.request_id == first, Review.state != ReviewState.RECUSED)
        ).all()
        assert set(standing) == {readers[1], *third}
    # The next who steps back leaves nobody: the pages say why.
    other = staff(readers[1])
    gone = other.submit(other.get(f"{HERE}/review/{first}/leave"), {"reason": "A cousin"}, action="/leave")
    assert "The coordination looks for somebody else." in gone.text
    assert "Amina Diallo: everybody else is in conflict" in cora.get(f"{HERE}/progress").text
    names = other.get(f"{HERE}/conflicts")
    shown = names.tree.xpath("string(//ul[contains(@class, 'declare')])")
    assert "Bruno Sá, Town of Évora" in shown
    assert "To learn from others" not in names.text
    declared = other.submit(names, {"reason": "Family"}, action=f"/conflicts/{room['requests'][1]}")
    assert "Bruno Sá" not in declared.text
    with work() as ctx:
        assert len(ctx.session.scalars(select(DeclaredConflict)).all()) == 3


def test_a_colleague_is_never_assigned_and_a_correction_hands_over(work: Any, room: Any, staff: Any) -> None:
    cora, first = staff(room["coordinator"]), room["requests"][0]
    rita = staff(room["Rita"])
    rita.submit(rita.get(f"{HERE}/workplace"), {"organisation": "Thiès, City of"}, action="/workplace")
    cora.submit(cora.get(f"{HERE}/progress"), button="Assign all requests")
    with work() as ctx:
        assert set(ctx.session.scalars(select(Review.account_id).where(Review.request_id == first))) == {
            room["Remi"],
            room["Rosa"],
        }
    remi = staff(room["Remi"])
    remi.submit(remi.get(f"{HERE}/workplace"), {"organisation": "City of Thies"}, action="/workplace")
    assert remi.get(f"{HERE}/review/{first}").status == 404
    with work() as ctx:
        review = ctx.session.scalars(
            select(Review).where(Review.request_id == first, Review.account_id == room["Remi"])
        ).one()
        assert review.state is ReviewState.RECUSED
    refused = cora.client.post(f"{HERE}/requests/{first}/assign", data={"reviewer": room["Rita"]})
    assert refused.status_code == 400
    assert "Rita" not in cora.get(f"{HERE}/requests/{first}").tree.xpath("string(//select[@id='reviewer'])")


def test_a_coordinator_who_reviews_learns_nothing_early(work: Any, room: Any, staff: Any) -> None:
    first = room["requests"][0]
    with work() as ctx:
        request = ctx.session.get(SponsorshipRequest, first)
        both = make_staff(ctx, request.event, Role.COORDINATOR, email="both@team.example", name="Bo")
        ctx.session.add(
            Membership(event_id=request.event_id, account_id=both.id, role=Role.REVIEWER, created_at=ctx.now)
        )
        make_review(ctx, request, ctx.session.get(type(both), room["Rita"]), (1, 1, 5))
        identity = both.id
    bo = staff(identity)

    def page_of() -> Page:
        page = bo.get(f"{HERE}/requests/{first}")
        assert "the scores of others appear here once yours are in" in page.text
        assert page.tree.xpath("//table[contains(@class, 'scores')]") == []
        assert page.tree.xpath("//section[@id='discussion']") == []
        assert "Take back" not in page.text
        assert "hidden until you have scored" in bo.get(f"{HERE}/decisions/{first}").text
        return page

    page = page_of()
    assert "Bo" not in page.tree.xpath("//select[@id='reviewer']/option/text()")
    own = bo.submit(page, {"reviewer": str(identity)}, action="/assign")
    assert own.status == 409
    assert "Somebody else gives you requests to review, and takes them back." in own.text
    with work() as ctx:
        review = make_review(ctx, ctx.session.get(SponsorshipRequest, first), ctx.session.get(Account, identity), None)
        number = review.id
    page = page_of()
    token = page.value("csrf_token")
    back = bo.client.post(f"{HERE}/requests/{first}/reviews/{number}/take-back", data={"csrf_token": token})
    assert back.status_code == 409


def test_reminders_go_to_who_has_something_to_do(work: Any, room: Any, staff: Any) -> None:
    cora = staff(room["coordinator"])
    cora.submit(cora.get(f"{HERE}/progress"), button="Assign all requests")
    for _ in range(2):  # pressed twice, sent once
        page = cora.submit(cora.get(f"{HERE}/progress"), button="Remind reviewers")
    assert "Reminders are on their way to 3 reviewers." in page.text
    with work() as ctx:
        mails = ctx.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "sponsorship/reviewer_reminded")
        ).all()
        waiting = [each for each in mails if each.state.value == "queued"]
        assert len(waiting) == 3
        assert "2 requests for support wait for your score." in waiting[0].text_body
