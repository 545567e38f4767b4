"""The letter behind a personal link: opening it changes nothing, its buttons act once, dead links are kind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.states import EventState
from eventapp.invitations import service
from eventapp.invitations.models import Interest, Invitation
from eventapp.invitations.states import InterestState, InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_registration

Work = Callable[..., AbstractContextManager[Context]]
Visitors = Callable[[], Visitor]


def token(app: Flask, thing: Invitation | Interest, purpose: Purpose = Purpose.PARTICIPATION) -> str:
    keys: LinkKeys = app.extensions["link_keys"]
    return keys.token(purpose, thing.id, thing.link_version)


def state_of(work: Work, invitation_id: int) -> InvitationState:
    with work() as ctx:
        return ctx.session.get_one(Invitation, invitation_id).state


def kinds(work: Work) -> list[str]:
    with work() as ctx:
        return [each.kind for each in ctx.session.query(OutboxMessage).order_by(OutboxMessage.id)]


@pytest.fixture
def sent(app: Flask, work: Work) -> tuple[int, str, str]:
    """A sent invitation's id, its link, and the event's slug."""
    with work() as ctx:
        event = make_event(ctx)
        invitation = make_invitation(
            ctx, event, reason="Your work on budgets.", personal_message="See you there.", name="Amina <b>Diallo"
        )
        return invitation.id, f"/i/{token(app, invitation)}", event.slug


def test_scanners_change_nothing(app: Flask, work: Work, sent: tuple[int, str, str]) -> None:
    invitation_id, link, _ = sent
    scanner = app.test_client()
    for _ in range(10):
        for address in (link, f"{link}/decline"):
            assert scanner.get(address).status_code == 200
            assert scanner.head(address).status_code == 200
    for address in (f"{link}/accept", f"{link}/open"):
        assert scanner.get(address).status_code == 405
    assert scanner.post(f"{link}/accept").status_code == 400  # no form of ours, no CSRF token
    assert state_of(work, invitation_id) is InvitationState.SENT
    with work() as ctx:
        assert ctx.session.query(AuditEntry).count() == 0


def test_the_letter_says_what_it_must_in_every_language(
    app: Flask, visitor: Visitors, sent: tuple[int, str, str]
) -> None:
    _, link, _ = sent
    page = visitor().get(link)
    assert page.status == 200
    assert "Amina <b>Diallo" in page.text
    for words in (
        "Your work on budgets.",
        "See you there.",
        "7–8 November 2024",
        "Do not book travel yet.",
        "Barcelona",
    ):
        assert words in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    french = visitor().get(f"{link}?lang=fr")
    assert french.tree.get("lang") == "fr"
    assert "Solutions locales" in french.heading


def test_taking_part_opens_the_participation_and_a_second_click_does_the_same(
    app: Flask, visitor: Visitors, work: Work, sent: tuple[int, str, str]
) -> None:
    invitation_id, link, slug = sent
    person = visitor()
    page = person.get(link)
    for _ in range(2):
        answer = person.submit(page, action="/accept", follow=False).response
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/en/{slug}/my")
        assert state_of(work, invitation_id) is InvitationState.ACCEPTED
    with person.client.session_transaction() as cookie:
        assert list(cookie["opened"].values()) == [[invitation_id, 1]]
    again = visitor()
    answer = again.submit(again.get(link), button="Open my participation", follow=False).response
    assert answer.headers["Location"] == f"/en/{slug}/my"


def test_declining_with_a_colleague(visitor: Visitors, work: Work, sent: tuple[int, str, str]) -> None:
    invitation_id, link, _ = sent
    person = visitor()
    page = person.get(f"{link}/decline")
    wrong = person.submit(page, {"colleague_name": "Bo Li", "colleague_email": "bo@example", "reason": "Elections."})
    assert wrong.status == 422
    assert wrong.errors
    assert wrong.value("reason").strip() == "Elections."
    half = person.submit(page, {"colleague_name": "Bo Li"})
    assert half.status == 422
    done = person.submit(page, {"colleague_name": "Bo Li", "colleague_email": "Bo@example.org", "reason": "Elections."})
    assert done.heading == "Thank you for telling us"
    again = person.submit(page, {"colleague_name": "Bo Li", "colleague_email": "bo@example.org"})
    assert again.heading == "Thank you for telling us"
    assert state_of(work, invitation_id) is InvitationState.DELEGATED
    with work() as ctx:
        draft = ctx.session.query(Invitation).filter_by(delegated_from_id=invitation_id).one()
        assert (draft.email, draft.state) == ("bo@example.org", InvitationState.DRAFT)
    assert kinds(work) == []


def test_a_change_of_mind(visitor: Visitors, work: Work, sent: tuple[int, str, str]) -> None:
    invitation_id, link, _ = sent
    person = visitor()
    declined = person.submit(person.get(f"{link}/decline"))
    person.submit(declined, button="I would like to take part", follow=False)
    assert state_of(work, invitation_id) is InvitationState.ACCEPTED


def test_whoever_registered_is_led_to_the_participation(app: Flask, visitor: Visitors, work: Work) -> None:
    with work() as ctx:
        invitation = make_registration(ctx, make_event(ctx)).invitation
        link = f"/i/{token(app, invitation)}"
    page = visitor().get(f"{link}/decline")
    assert page.heading == "We have received your registration"
    assert "Do not book travel yet." in page.text


def test_whose_registration_has_ended_reads_to_make_no_arrangements(app: Flask, visitor: Visitors, work: Work) -> None:
    with work() as ctx:
        invitation = make_registration(ctx, make_event(ctx), state=State.DECLINED).invitation
        link = f"/i/{token(app, invitation)}"
    page = visitor().get(link)
    assert page.heading == "We cannot offer you a place"
    assert "Please make no travel arrangements." in page.text
    for words in ("Do not book travel yet.", "I cannot come after all", "Registration is open until"):
        assert words not in page.text


@pytest.mark.parametrize(
    ("fields", "event_fields", "heading"),
    [
        ({"state": InvitationState.EXPIRED}, {}, "The time to answer has run out"),
        ({}, {"state": EventState.CANCELLED}, "This event was cancelled"),
        ({}, {"state": EventState.CLOSED}, "Registration has closed"),
    ],
)
def test_what_cannot_be_answered_has_a_kind_page(
    app: Flask,
    visitor: Visitors,
    work: Work,
    *,
    fields: dict[str, object],
    event_fields: dict[str, object],
    heading: str,
) -> None:
    with work() as ctx:
        invitation = make_invitation(ctx, make_event(ctx, **event_fields), **fields)
        link, invitation_id, state = f"/i/{token(app, invitation)}", invitation.id, invitation.state
    for address in (link, f"{link}/decline"):
        if "closed" in heading and address != link:
            continue  # one may still say no
        page = visitor().get(address)
        assert (page.status, page.heading) == (200, heading)
        assert any(href.startswith("mailto:") for href in page.links().values())
    assert state_of(work, invitation_id) is state


def test_dead_and_tampered_links_lead_to_a_new_one(
    app: Flask, visitor: Visitors, work: Work, sent: tuple[int, str, str]
) -> None:
    invitation_id, link, slug = sent
    person = visitor()
    person.submit(person.get(link), action="/accept", follow=False)
    with work() as ctx:
        service.reissue(ctx, ctx.session.get_one(Invitation, invitation_id))
        draft = make_invitation(ctx, make_event(ctx), state=InvitationState.DRAFT)
        dead = [
            link,
            link[:-1] + ("A" if link[-1] != "A" else "B"),
            f"/i/{token(app, draft)}",
            "/i/x",
            "/i/zzzzzzzzzzzzz-" + "a" * 32,
        ]
        keys: LinkKeys = app.extensions["link_keys"]
        dead.append(f"/i/{keys.token(Purpose.NO_REMINDERS, invitation_id, 2)}")
    for address in (*dead, f"/en/{slug}/my", "/unsubscribe/x", "/interest/x"):
        page = person.get(address)
        assert (page.status, page.heading) == (404, "This link does not open anything"), address
        assert page.links()["Send me my link again"] == "/en/my-link"


def test_the_link_again_answers_alike(visitor: Visitors, work: Work, sent: tuple[int, str, str]) -> None:
    with work() as ctx:
        known = ctx.session.get_one(Invitation, sent[0]).email
    pages = []
    for address in (known, "nobody@example.org", known):
        person = visitor()
        pages.append(person.submit(person.get("/en/my-link"), {"email": address}))
    assert len({(page.status, page.path, page.text) for page in pages}) == 1
    assert kinds(work) == ["invitations/link_again"]
    broken = visitor()
    assert broken.submit(broken.get("/en/my-link"), {"email": "a@b.org\r\nBcc: c@d.org"}).status == 422


def test_asking_too_often_is_answered_with_patience(visitor: Visitors, work: Work) -> None:
    person = visitor()
    page = person.get("/en/my-link")
    answers = [person.submit(page, {"email": f"p{n}@example.org"}).status for n in range(22)]
    assert answers[:20] == [200] * 20
    assert answers[20:] == [429, 429]
    forged = person.client.post("/en/my-link", headers={"X-Forwarded-For": "203.0.113.9"})
    assert forged.status_code in {400, 429}


def test_no_more_reminders(app: Flask, client: FlaskClient, visitor: Visitors, work: Work) -> None:
    with work() as ctx:
        invitation = make_invitation(ctx, make_event(ctx), language="fr")
        link, invitation_id = f"/unsubscribe/{token(app, invitation, Purpose.NO_REMINDERS)}", invitation.id
    assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    with work() as ctx:
        assert ctx.session.get_one(Invitation, invitation_id).no_reminders_at is None
    one_click = client.post(link, data={"List-Unsubscribe": "One-Click"})  # RFC 8058: no cookie, no CSRF token
    assert one_click.status_code == 200
    with work() as ctx:
        assert ctx.session.get_one(Invitation, invitation_id).no_reminders_at is not None
    person = visitor()
    assert person.get(link).tree.get("lang") == "fr"


def test_interest_from_the_form_to_the_confirmation(app: Flask, visitor: Visitors, work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        invited = make_invitation(ctx, event)
        slug, known = event.slug, invited.email
    person = visitor()
    form = person.get(f"/fr/{slug}/interest")
    empty = person.submit(form, {})
    assert (empty.status, len(empty.errors)) == (422, 5)
    said = {"name": "Gwen", "organisation": "Atelier", "country": "FR", "motivation": "Plain words."}
    answers = [
        person.submit(form, {**said, "email": address}) for address in ("gwen@example.org", known, "gwen@example.org")
    ]
    assert len({(page.status, page.text) for page in answers}) == 1
    assert kinds(work) == ["invitations/interest_confirm", "invitations/link_again"]
    with work() as ctx:
        interest = ctx.session.query(Interest).one()
        assert (interest.state, interest.language) == (InterestState.UNCONFIRMED, "fr")
        link = f"/interest/{token(app, interest, Purpose.INTEREST)}"
    page = person.get(link)
    with work() as ctx:
        assert ctx.session.query(Interest).one().state is InterestState.UNCONFIRMED
    for _ in range(2):
        assert person.submit(page).status == 200
    with work() as ctx:
        assert ctx.session.query(Interest).one().state is InterestState.OPEN


def test_interest_is_closed_when_the_event_is_over(visitor: Visitors, work: Work, clock: StoppedClock) -> None:
    with work() as ctx:
        slug = make_event(ctx).slug
    person = visitor()
    form = person.get(f"/en/{slug}/interest")
    clock.advance(days=timedelta(days=90).days)
    assert person.get(f"/en/{slug}/interest").heading == "It is too late for this event"
    assert person.submit(form, {"email": "a@example.org"}).status == 409
    with work() as ctx:
        assert ctx.session.query(Interest).count() == 0
