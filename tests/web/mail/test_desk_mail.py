"""The desk's mail: what went out, what failed, and nothing that belongs to the recipient alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event as sqlalchemy_event

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.database import db
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail import service
from eventapp.mail.drafts import PersonalLinkRef, SecretRef
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_member
from tests.support.fixtures import Work
from tests.support.mail import a_draft

Staff = Callable[[Account], Visitor]


@pytest.fixture
def event(work: Work) -> Event:
    with work() as ctx:
        return make_event(ctx)


@pytest.fixture
def organiser(work: Work, event: Event, staff: Staff) -> Visitor:
    with work() as ctx:
        account = make_member(ctx, event, Role.ORGANISER)
    return staff(account)


def put(work: Work, event: Event, state: MessageState = MessageState.QUEUED, **fields: object) -> int:
    with work() as ctx:
        message = service.enqueue(ctx, a_draft(event_id=event.id, **fields))
        message.state = state
        return message.id


def test_the_list_shows_filters_and_searches(work: Work, event: Event, organiser: Visitor) -> None:
    put(work, event, recipient="amina@example.org", recipient_name="Amina Ndiaye", subject="First words")
    put(work, event, MessageState.FAILED, recipient="luis@example.org", subject="Second words")
    address = f"/desk/{event.slug}/mail"
    everything = organiser.get(address).text
    assert "First words" in everything
    assert "Second words" in everything
    for query, shown, left_out in [
        ("?state=failed", "Second words", "First words"),
        ("?q=NDIAYE", "First words", "Second words"),
        ("?q=luis%40", "Second words", "First words"),
        ("?q=100%25", "No mail like that", "words"),
        ("?kind=accounts/sign_in_asked&q=first", "First words", "Second words"),
        ("?state=nonsense&page=-3", "First words", "No mail like that"),
    ]:
        text = organiser.get(address + query).text
        assert shown in text, query
        assert left_out not in text, query


def test_an_empty_list_says_what_will_be_here(event: Event, organiser: Visitor) -> None:
    assert "No mail yet" in organiser.get(f"/desk/{event.slug}/mail").text


def test_fifty_a_page_with_the_same_number_of_queries_however_many(
    work: Work, event: Event, organiser: Visitor, app: object
) -> None:
    def queries(address: str) -> int:
        counted: list[str] = []

        def count(_c: object, _k: object, statement: str, *_rest: object) -> None:
            counted.append(statement)

        with app.app_context():  # type: ignore[attr-defined]
            engine = db.engine
        sqlalchemy_event.listen(engine, "before_cursor_execute", count)
        try:
            assert organiser.get(address).status == 200
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    address = f"/desk/{event.slug}/mail"
    put(work, event)
    queries(address)  # what the first request remembers for the next ones is not asked again
    few = queries(address)
    with work() as ctx:
        for n in range(60):
            service.enqueue(ctx, a_draft(event_id=event.id, subject=f"Subject {n}"))
    assert queries(address) == few
    assert "1–50 of 61" in organiser.get(address).text
    assert "51–61 of 61" in organiser.get(f"{address}?page=2").text
    assert "51–61 of 61" in organiser.get(f"{address}?page=99").text


def test_the_detail_shows_words_for_what_belongs_to_the_recipient(work: Work, event: Event, organiser: Visitor) -> None:
    message_id = put(
        work,
        event,
        values={"minutes": 10, "max_tries": 5},
        links={"sign_in": PersonalLinkRef(Purpose.PARTICIPATION, 12)},
        secrets={"code": SecretRef("sign_in_code", 12)},
    )
    page = organiser.get(f"/desk/{event.slug}/mail/{message_id}")
    assert "[personal link]" in page.text
    assert "[secret code]" in page.text
    assert "own-link-" not in page.body
    assert "own-secret-" not in page.body


def test_what_a_mail_holds_is_shown_as_text(work: Work, event: Event, organiser: Visitor) -> None:
    message_id = put(work, event, subject="<script>alert(1)</script>", recipient_name="<b>Bold</b>")
    page = organiser.get(f"/desk/{event.slug}/mail/{message_id}")
    assert "<script>alert(1)" not in page.body
    assert "<b>Bold" not in page.body


def test_a_failed_mail_says_why_and_is_sent_again(work: Work, event: Event, organiser: Visitor) -> None:
    message_id = put(work, event, MessageState.FAILED)
    with work() as ctx:
        ctx.session.get_one(OutboxMessage, message_id).last_error = "550 5.1.1 no such user"
    assert "1" in organiser.get(f"/desk/{event.slug}/mail").tree.xpath("string(//*[@class='count'][1])")
    page = organiser.get(f"/desk/{event.slug}/mail/{message_id}")
    assert "550 5.1.1 no such user" in page.text
    after = organiser.submit(page, button="Send again")
    assert "in the queue again" in after.text
    assert "Put back into the queue" in after.text
    with work() as ctx:
        assert ctx.session.get_one(OutboxMessage, message_id).state is MessageState.QUEUED
    again = organiser.submit(page, button="Send again")
    assert again.status == 409


def test_mail_that_has_not_failed_offers_no_second_sending(work: Work, event: Event, organiser: Visitor) -> None:
    message_id = put(work, event, MessageState.SENT)
    assert "Send again" not in organiser.get(f"/desk/{event.slug}/mail/{message_id}").text


@pytest.mark.parametrize("role", [Role.RAPPORTEUR, Role.REVIEWER, Role.OBSERVER, Role.DESK])
def test_other_roles_see_no_mail(work: Work, event: Event, staff: Staff, role: Role) -> None:
    message_id = put(work, event, MessageState.FAILED)
    with work() as ctx:
        account = make_member(ctx, event, role)
    person = staff(account)
    assert person.get(f"/desk/{event.slug}/mail").status == 403
    assert person.get(f"/desk/{event.slug}/mail/{message_id}").status == 403
    assert f"/desk/{event.slug}/mail" not in person.get(f"/desk/{event.slug}/").links().values()


def test_another_events_mail_does_not_exist(work: Work, event: Event, organiser: Visitor) -> None:
    with work() as ctx:
        other = make_event(ctx)
    message_id = put(work, other, MessageState.FAILED)
    assert organiser.get(f"/desk/{event.slug}/mail/{message_id}").status == 404
    assert organiser.get(f"/desk/{other.slug}/mail/{message_id}").status == 404
    token = organiser.get(f"/desk/{event.slug}/mail").form("/sign-out").fields["csrf_token"]
    answer = organiser.client.post(f"/desk/{event.slug}/mail/{message_id}/retry", data={"csrf_token": token})
    assert answer.status_code == 404
    assert organiser.get(f"/desk/{event.slug}/mail/{2**40}").status == 404
