"""The idea that people take home: asked once, asked again after 90 days, and never against their will."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from eventapp.core.audit import AuditEntry
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import replayable, unit_of_work
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.notes.followup import messages, queries, service
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.followup.states import Outcome, TakeHomeState
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import service as personal_data
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, courier

pytestmark = pytest.mark.both_engines

sqlite_only = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
LAST_AFTERNOON = datetime(2024, 11, 8, 12, 30, tzinfo=UTC)  # the event ends on 8 November, at Madrid
DAY_AFTER = datetime(2024, 11, 9, 9, tzinfo=UTC)
NINETY_DAYS_LATER = datetime(2025, 2, 6, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Here:
    """An event, three who agreed to mails after it, one who did not, one who is not confirmed."""

    event_id: int
    slug: str
    rapporteur: int
    observer: int
    opened: dict[str, list[int]]
    registrations: dict[str, int]


@pytest.fixture
def here(work: Work) -> Here:
    with work() as ctx:
        event = make_event(ctx)
        opened, numbers = {}, {}
        for name, state, agreed in (
            ("en", State.APPROVED, True),
            ("fr", State.APPROVED, True),
            ("es", State.APPROVED, True),
            ("quiet", State.APPROVED, False),
            ("waiting", State.SUBMITTED, True),
        ):
            language = name if len(name) == 2 else "en"
            guest = make_invitation(ctx, event, language=language, email=f"{name}@example.org", name=f"Guest {name}")
            made = make_registration(ctx, event, invitation=guest, state=state, consent_mail_after=agreed)
            opened[name], numbers[name] = [guest.id, guest.link_version], made.id
        staff = [make_member(ctx, event, role).id for role in ("rapporteur", "observer")]
        return Here(event.id, event.slug, *staff, opened, numbers)


def run(work: Work, job: Callable[[Any], int]) -> int:
    with work() as ctx:
        return job(ctx)


def mails(work: Work, kind: str) -> list[tuple[str, MessageState]]:
    with work() as ctx:
        rows = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.recipient)
        return [(each.recipient, each.state) for each in ctx.session.scalars(rows)]


def take_home(work: Work, here: Here, name: str) -> TakeHome:
    with work() as ctx:
        found = queries.find_of(ctx, ctx.session.get_one(Registration, here.registrations[name]))
        assert found is not None
        ctx.session.expunge_all()
        return found


def link(app: Flask, found: TakeHome) -> str:
    keys: LinkKeys = app.extensions["link_keys"]
    return f"/follow-up/{keys.token(Purpose.FOLLOW_UP, found.id, found.link_version)}"


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_from_the_last_afternoon_to_what_became_of_it(
    app: Flask, work: Work, here: Here, clock: StoppedClock, visitor: Callable[[], Visitor], staff: Any
) -> None:
    one = visitor()
    with one.client.session_transaction() as cookie:
        cookie["opened"] = {str(here.event_id): here.opened["quiet"]}
    assert "What do you take home?" not in one.get(f"/en/{here.slug}/my").text
    clock.set(LAST_AFTERNOON)
    mine = one.get(f"/en/{here.slug}/my")
    assert "What do you take home?" in mine.text
    empty = one.submit(mine, {"idea": " "}, action="take-home")
    assert empty.status == 422
    told = one.submit(empty, {"idea": "Buy <b>by the season</b>.", "ask_later": "y"}, action="take-home")
    assert "Buy <b>by the season</b>." in told.text and "take-home" not in str(told.tree.forms)
    assert run(work, service.ask) == 0

    clock.set(DAY_AFTER)
    assert run(work, service.ask) == 3
    assert run(work, service.ask) == 0
    assert [to for to, _state in mails(work, messages.ASKED)] == ["en@example.org", "es@example.org", "fr@example.org"]
    letters = KeepingTransport()
    with app.app_context():
        courier(app, letters).deliver_due()
    french = next(each for each in letters.letters if each.recipient == "fr@example.org")
    address = link(app, take_home(work, here, "fr"))
    assert address in french.text and address in french.html
    assert french.unsubscribe_address is not None and french.unsubscribe_address.endswith(f"{address}/stop")

    guest = visitor()
    page = guest.get(address)
    assert page.response.headers["Cache-Control"] == "no-store" and page.tree.get("lang") == "fr"
    assert take_home(work, here, "fr").state is TakeHomeState.ASKED  # looking changes nothing
    answer = guest.submit(page, {"idea": "Une idée."}, action="follow-up", follow=False)
    assert answer.status == 303
    assert run(work, service.ask_again) == 0

    clock.set(NINETY_DAYS_LATER)
    assert run(work, service.ask_again) == 2
    assert run(work, service.ask_again) == 0
    assert [to for to, _state in mails(work, messages.ASKED_AGAIN)] == ["fr@example.org", "quiet@example.org"]
    page = guest.get(address)
    assert "Une idée." in page.text
    assert guest.submit(page, {"words": "Rien de coché."}, action="follow-up").status == 422
    guest.submit(page, {"outcome": "under_way", "words": "<i>En cours</i>.", "may_share": "y"}, action="follow-up")
    said = take_home(work, here, "fr")
    assert (said.state, said.outcome, said.may_share) == (TakeHomeState.ANSWERED, Outcome.UNDER_WAY, True)
    with work() as ctx:
        audited = " ".join(str(each) for each in ctx.session.scalars(select(AuditEntry.details)))
        assert "season" not in audited and "En cours" not in audited

    desk = staff(here.rapporteur).get(f"/desk/{here.slug}/notes/follow-up")
    assert "Une idée." in desk.text and "<i>En cours</i>." in desk.text and "season" not in desk.text
    assert "Guest fr" not in desk.text and "*" in desk.text  # one answer points at somebody
    report = staff(here.observer).get(f"/desk/{here.slug}/reports")
    assert "What people take home" in report.text and "Une idée." not in report.text


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_one_click_says_no_and_a_forged_link_nothing(
    app: Flask, work: Work, here: Here, clock: StoppedClock, client: FlaskClient, visitor: Callable[[], Visitor]
) -> None:
    clock.set(DAY_AFTER)
    run(work, service.ask)
    address = link(app, take_home(work, here, "en"))
    for forged in (
        address[:-1] + ("A" if address[-1] != "A" else "B"),
        "/follow-up/zzzzzzzzzzzz-" + "A" * 32,
        "/follow-up/x",
    ):
        for tail in ("", "/stop"):
            assert client.get(forged + tail).status_code == 404
            assert client.post(forged + tail, data={"List-Unsubscribe": "One-Click"}).status_code in {400, 404}
    keys: LinkKeys = app.extensions["link_keys"]
    other = keys.token(Purpose.PARTICIPATION, take_home(work, here, "en").id, 1)
    assert client.get(f"/follow-up/{other}").status_code == 404

    guest = visitor()
    assert client.get(f"{address}/stop").status_code == 200
    assert client.head(f"{address}/stop").status_code == 200
    assert take_home(work, here, "en").state is TakeHomeState.ASKED
    for _again in range(2):
        clicked = client.post(f"{address}/stop", data={"List-Unsubscribe": "One-Click"})
        assert (clicked.status_code, clicked.get_data(as_text=True)) == (200, "OK\n")
    assert take_home(work, here, "en").state is TakeHomeState.STOPPED
    assert mails(work, messages.ASKED)[0] == ("en@example.org", MessageState.CANCELLED)

    stopped = guest.get(address)
    assert "no more questions" in stopped.text
    assert client.post(f"{address}/resume").status_code == 400  # a person's button carries its form
    page = guest.submit(stopped, action="/resume")
    assert take_home(work, here, "en").state is TakeHomeState.ASKED
    guest.submit(page, {"idea": "An idea."}, action="follow-up")
    guest.submit(guest.get(f"{address}/stop"), action="/stop")
    clock.set(NINETY_DAYS_LATER)
    assert run(work, service.ask_again) == 0
    guest.submit(guest.get(address), action="/resume")
    with work() as ctx:
        ctx.session.get_one(Registration, here.registrations["en"]).state = State.REVOKED
    assert run(work, service.ask_again) == 0
    assert client.get(address).status_code == 404


def test_who_is_erased_is_counted_and_not_asked(work: Work, here: Here, clock: StoppedClock) -> None:
    clock.set(DAY_AFTER)
    assert run(work, service.ask) == 3
    with work() as ctx:
        for name in ("en", "fr"):
            service.tell(ctx, ctx.session.get_one(Registration, here.registrations[name]), "Mine.", wants_mail=True)
    with work() as ctx:
        personal_data.carry_out(ctx, ctx.session.get_one(Event, here.event_id), here.opened["en"][0])
    clock.set(NINETY_DAYS_LATER)
    assert run(work, service.ask_again) == 1
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        counts = queries.count(ctx, event, conceal=False)
        assert (counts.asked, counts.told, counts.asked_again) == (3, 2, 1)
        assert queries.count(ctx, event, conceal=True).told is None
        ideas = ctx.session.scalars(select(TakeHome.idea).where(TakeHome.registration_id.is_(None))).all()
        assert ideas == [""]


def test_nobody_of_an_old_a_cancelled_or_a_short_lived_event_is_asked(
    work: Work, here: Here, clock: StoppedClock
) -> None:
    clock.set(datetime(2024, 12, 20, 9, tzinfo=UTC))
    assert run(work, service.ask) == 0
    clock.set(DAY_AFTER)
    with work() as ctx:
        ctx.session.get_one(Event, here.event_id).state = "cancelled"  # type: ignore[assignment]
    assert run(work, service.ask) == 0


@pytest.fixture
def at_once(app: Flask) -> Callable[[Callable[[Any], int]], list[int]]:
    """Let four workers do the same job at once; return what each did, in order."""

    def work_at(job: Callable[[Any], int]) -> int:
        while True:
            try:
                with app.app_context(), unit_of_work() as ctx:
                    return job(ctx)
            except OperationalError as error:
                if not replayable(error):
                    raise

    def run_four(job: Callable[[Any], int]) -> list[int]:
        with ThreadPoolExecutor(4) as pool:
            return sorted(pool.map(work_at, [job] * 4))

    return run_four


def test_several_workers_ask_each_person_once(work: Work, here: Here, clock: StoppedClock, at_once: Any) -> None:
    clock.set(DAY_AFTER)
    assert at_once(service.ask) == [0, 0, 0, 3]
    tell_and_wait(work, here, clock)
    assert at_once(service.ask_again) == [0, 0, 0, 1]
    assert len(mails(work, messages.ASKED_AGAIN)) == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite knows one writer at a time anyway
@pytest.mark.usefixtures("engine")
def test_without_the_locks_the_same_workers_write_four_mails(
    work: Work, here: Here, clock: StoppedClock, at_once: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_and_wait(work, here, clock)
    all_have_looked = Barrier(4)

    def look(ctx: Any, _event: Event, _limit: int) -> list[TakeHome]:
        found = list(ctx.session.scalars(select(TakeHome)))
        all_have_looked.wait(30)
        return found

    monkeypatch.setattr(service, "_one_at_a_time", lambda _ctx, _event: None)
    monkeypatch.setattr(queries, "list_to_ask_again", look)
    at_once(service.ask_again)
    assert len(mails(work, messages.ASKED_AGAIN)) == 4


def tell_and_wait(work: Work, here: Here, clock: StoppedClock) -> None:
    """Write down an idea after the event, and let 90 days go by."""
    clock.set(DAY_AFTER)
    with work() as ctx:
        service.tell(ctx, ctx.session.get_one(Registration, here.registrations["en"]), "Mine.", wants_mail=True)
    clock.set(NINETY_DAYS_LATER)
