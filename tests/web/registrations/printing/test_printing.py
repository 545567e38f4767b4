"""Badges and certificates: ordered on a page, made by a worker once, fetched, forgotten."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.application import worker
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.pdf import PdfEngine, PdfFailed
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import press, retention, service
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.states import PrintState
from eventapp.registrations.states import State
from tests.support import pdfs
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_member
from tests.web.registrations.printing.conftest import House, person

pytestmark = pytest.mark.both_engines


def test_badges_from_the_page_to_the_paper(house: House) -> None:
    page = house.desk.get(house.address())
    assert "Make all 3 badges" in page.text
    job_id = house.order(kind="badge_sheets", order="organisation")
    assert house.order(kind="badge_sheets", order="organisation") == job_id, "sent twice, it is one job"
    page = house.desk.get(house.address(f"/{job_id}"))
    assert "3 people. It will be begun in a moment." in page.text
    assert page.tree.xpath("//*[@data-look-again]")
    assert "Look again" in page.links(), "without JavaScript"
    assert house.desk.client.get(house.address(f"/{job_id}/document")).status_code == 404

    assert house.make() == 1
    page = house.desk.get(house.address(f"/{job_id}"))
    assert "Ready, for 3 people." in page.text
    assert not page.tree.xpath("//*[@data-look-again]")
    pdf = house.document(job_id)
    pdfs.assert_accessible(pdf, language="en")
    assert [words for _depth, words in pdfs.bookmarks(pdf)] == ["Jean Petit", "王小明", "Amina Diallo"]
    words = pdfs.text_of(pdf)
    assert "Zoo of Dakar Senegal Français · English Category" in words
    assert "Olga" not in words
    assert len(pdfs.pages_of(pdf)) == 1
    assert "example.org" not in words, "no private data"
    with house.work() as ctx:
        job = ctx.session.get_one(PrintJob, job_id)
        entries = select(AuditEntry.action).where(AuditEntry.object_type == "print_job").order_by(AuditEntry.id)
        actions = list(ctx.session.scalars(entries))
        assert actions == ["ask", "start", "finish"]
        assert (job.done, job.people, job.finished_at) == (3, 3, ctx.now)


def test_only_new_people_and_only_those_ticked(house: House) -> None:
    house.order(kind="badges", whom="ticked", id=[str(house.people["Amina Diallo"]), str(house.people["Olga Remote"])])
    house.make()
    page = house.desk.get(house.address())
    assert "Only the 2 new ones" in page.text
    job_id = house.order("new", kind="badges")
    house.make()
    pdf = house.document(job_id)
    assert [words for _depth, words in pdfs.bookmarks(pdf)] == ["Jean Petit", "王小明"]
    assert len(pdfs.pages_of(pdf)) == 2, "one a page"


def test_who_has_no_badge_yet_is_who_was_not_printed_as_they_are_called_now(house: House) -> None:
    def change(who: str, **values: Any) -> None:
        with house.work() as ctx:
            for field, value in values.items():
                setattr(ctx.session.get_one(Registration, house.people[who]), field, value)

    house.order(kind="badges")
    change("Jean Petit", name="Jean Le Grand")
    change("王小明", state=State.WITHDRAWN)
    house.make()
    change("王小明", state=State.APPROVED)
    change("Amina Diallo", organisation="Zoo of Thiès")
    page = house.desk.get(house.address())
    assert "Only the 2 new ones" in page.text
    house.order("new", kind="badges")
    house.make()
    assert "Only the" not in house.desk.get(house.address()).text
    page = house.desk.get(house.address())
    nobody = house.desk.submit(page, {"kind": "badges"}, action="/badges", press=("whom", "ticked"))
    assert (nobody.status, nobody.errors) == (
        422,
        ["Nobody is chosen. Tick at least one person, or widen the filters."],
    )
    wrong = house.desk.submit(page, {"kind": "certificates"}, action="/badges", press=("whom", "all"))
    assert wrong.status == 422
    listed = house.desk.get(house.address("?search=zoo&state=submitted&mode=remote"))
    assert "Make 1 badge" in listed.text, "filters of the list are kept, but badges are for those confirmed in person"


def test_a_certificate_is_for_those_who_were_there_in_their_language(house: House) -> None:
    page = house.desk.get(house.address("?what=certificates"))
    assert "The event is not over yet." in page.text
    assert "Make 2 certificates" in page.text
    job_id = house.order(query="?what=certificates")
    house.make()
    pdf = house.document(job_id)
    pdfs.assert_accessible(pdf, language="en")
    amina, jean = (" ".join(text.split()) for text in pdfs.pages_of(pdf))
    assert "Amina Diallo" in amina
    assert "Solutions locales" in amina
    assert "Barcelone, 7 et 8 novembre 2024" in amina
    assert "jeudi 7 novembre" in amina, "not all days"
    assert "Ville de Barcelone" in amina
    assert "Soluciones locales" in jean
    assert "jueves" not in jean


def test_participants_fetch_their_own_certificate_after_the_event(house: House, clock: StoppedClock) -> None:
    def opened(name: str) -> Any:
        client = house.app.test_client()
        with house.work() as ctx:
            invitation_id = ctx.session.get_one(Registration, house.people[name]).invitation_id
        with client.session_transaction() as cookie:
            cookie["opened"] = {str(house.event_id): [invitation_id, 1]}
        return client

    my = f"/fr/{house.slug}/my"
    assert opened("Amina Diallo").get(f"{my}/certificate").status_code == 404, "not before the end"
    page = opened("Amina Diallo").get(my).get_data(as_text=True)
    assert 'class="qr"' in page
    clock.set(datetime(2024, 11, 9, 8, tzinfo=UTC))
    page = opened("Amina Diallo").get(my).get_data(as_text=True)
    assert f"{my}/certificate" in page
    assert 'class="qr"' not in page, "there is no door any more"
    first = opened("Amina Diallo").get(f"{my}/certificate")
    assert first.data == opened("Amina Diallo").get(f"/en/{house.slug}/my/certificate").data, "same input, same bytes"
    pdfs.assert_accessible(first.data, language="fr")
    assert opened("王小明").get(f"{my}/certificate").status_code == 404, "the check-in was undone"
    assert f"{my}/certificate" not in opened("王小明").get(my).get_data(as_text=True)


def test_who_may_print_and_for_which_event(house: House, staff: Any) -> None:
    job_id = house.order(kind="badges")
    with house.work() as ctx:
        event = ctx.session.get_one(Event, house.event_id)
        observer = make_member(ctx, event, Role.OBSERVER).id
        elsewhere = make_event(ctx)
        other = make_member(ctx, elsewhere, Role.OWNER).id
        slug = elsewhere.slug
    assert staff(observer).get(house.address()).status == 403
    assert "Badges and certificates" not in staff(observer).get(f"/desk/{house.slug}/registrations?state=all").text
    for rest in (f"/{job_id}", f"/{job_id}/document"):
        assert staff(other).get(f"/desk/{slug}/badges{rest}").status == 404


def test_a_job_that_fails_is_shown_and_made_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> bytes:
        raise PdfFailed("the document took too long: Amina Diallo")

    job_id = house.order(kind="badges")
    with monkeypatch.context() as broken:
        broken.setattr(PdfEngine, "render", refuse)
        assert house.make() == 1
    page = house.desk.get(house.address(f"/{job_id}"))
    assert "The document could not be made." in page.text
    assert house.job(job_id).problem == "PdfFailed", "no words of the document"
    page = house.desk.submit(page, action="/retry")
    assert "It will be begun in a moment." in page.text
    assert house.make() == 1
    assert house.job(job_id).state is PrintState.DONE


def test_a_worker_that_stops_gives_its_job_back_and_one_that_died_loses_it(
    house: House, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "TELL_EVERY_SECONDS", 0.0)
    job_id = house.order(kind="badges")
    asked = iter([False, False, False])
    with house.app.app_context():
        assert house.press.make_next(lambda: next(asked, True))
    given_back = house.job(job_id)
    assert (given_back.state, given_back.done, given_back.choice["starts"]) == (PrintState.WAITING, 0, 0)

    with house.work() as ctx:
        dead = service.claim(ctx, clock.machine_now())
    assert dead is not None
    assert house.make() == 0, "somebody else has it"
    with house.work() as ctx:
        ctx.session.get_one(PrintJob, job_id).started_at = clock.machine_now() - service.LEASE - timedelta(seconds=1)
    assert house.make() == 1
    with house.work() as ctx, pytest.raises(service.LeaseLost):
        service.finish(ctx, dead, b"late", {})
    with house.work() as ctx, pytest.raises(service.LeaseLost):
        service.note_progress(ctx, dead, 2)
    assert house.job(job_id).state is PrintState.DONE
    assert house.document(job_id).startswith(b"%PDF")


def test_of_several_workers_one_gets_the_job(house: House, clock: StoppedClock) -> None:
    house.order(kind="badges")
    together = threading.Barrier(4)

    def take() -> service.Claim | None:
        together.wait()
        with house.work() as ctx:
            return service.claim(ctx, clock.machine_now())

    with ThreadPoolExecutor(4) as workers:
        claims = [each.result() for each in [workers.submit(take) for _worker in range(4)]]
    assert len([each for each in claims if each is not None]) == 1


def test_the_worker_makes_what_waits(house: House) -> None:
    job_id = house.order(kind="badge_sheets")
    with house.app.app_context():
        worker.run(once=True)
    assert house.job(job_id).state is PrintState.DONE


def test_a_job_that_kills_its_workers_is_given_up(house: House, clock: StoppedClock) -> None:
    job_id = house.order(kind="badges")
    for _time in range(service.MOST_STARTS):
        with house.work() as ctx:
            assert service.claim(ctx, clock.machine_now()) is not None
            job = ctx.session.get_one(PrintJob, job_id)
            job.started_at = clock.machine_now() - service.LEASE
    assert house.make() == 0
    assert house.job(job_id).state is PrintState.FAILED


def test_documents_are_forgotten_but_not_who_has_a_badge(house: House) -> None:
    first = house.order(kind="badges")
    second = house.order(whom="ticked", kind="badge_sheets", id=[str(house.people["Jean Petit"])])
    assert house.make() == 2
    with house.work() as ctx:
        ctx.session.get_one(PrintJob, first).finished_at = ctx.now - service.KEPT
        assert service.purge(ctx) == 1
        assert service.purge(ctx) == 0
    assert "deleted by now" in house.desk.get(house.address(f"/{first}")).text
    assert house.document(second)
    with house.work() as ctx:
        retention.forget_documents(ctx, house.event_id)
        person(ctx, ctx.session.get_one(Event, house.event_id), "Late Comer", "Elsewhere")
    assert house.desk.client.get(house.address(f"/{second}/document")).status_code == 404
    assert "Only the 1 new one" in house.desk.get(house.address()).text


def test_somebody_who_withdrew_meanwhile_is_not_printed(house: House) -> None:
    job_id = house.order(kind="badges")
    with house.work() as ctx:
        ctx.session.get_one(Registration, house.people["Jean Petit"]).state = State.WITHDRAWN
    house.make()
    assert "Jean" not in pdfs.text_of(house.document(job_id))
    assert house.job(job_id).people == 2
