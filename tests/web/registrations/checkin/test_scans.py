"""Scans from phones: each once, at the right time, and answered one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event as sqlalchemy_event

from eventapp.core.database import db
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.states import State
from tests.support.factories import make_event, make_registration
from tests.web.registrations.checkin.conftest import MORNING, Door

KEY, OTHER = "0f0e1c9a-6b8f-4d57-9c5e-1a2b3c4d5e6f", "11111111-2222-4333-8444-555555555555"


def scan(code: str, key: str = KEY, way: str = "scanned", **more: object) -> dict[str, object]:
    return {"key": key, "code": code, "way": way, **more}


def outcomes(answer) -> list[str]:
    assert answer.status_code == 200
    return [each["outcome"] for each in answer.get_json()["answers"]]


def test_a_scan_sent_twice_is_one_check_in_with_the_same_answer(door: Door):
    ana, amina, other = door.staff(), door.person(name="Amina"), door.person()
    first, second = (door.send(ana, scan(amina.code)).get_json() for _n in range(2))
    assert first == second
    assert first["answers"][0]["title"] == "Welcome"
    assert first["answers"][0]["name"] == "Amina"
    assert outcomes(door.send(ana, scan(other.code))) == ["unknown"], "a key belongs to one scan"
    assert outcomes(door.send(door.staff(), scan(amina.code, OTHER))) == ["already"]
    assert len(door.rows()) == 1


def test_each_scan_is_answered_by_itself(door: Door):
    ana, amina, waiting = door.staff(), door.person(), door.person(state=State.WAITLISTED)
    with door.meeting.work() as ctx:
        elsewhere = make_registration(ctx, make_event(ctx), state=State.APPROVED)
    codes = [waiting.code, amina.code, elsewhere.code, "nothing", amina.code]
    answer = door.send(ana, *(scan(code, f"{KEY}{n}") for n, code in enumerate(codes)))
    assert outcomes(answer) == ["not_confirmed", "welcome", "other_event", "unknown", "already"]
    assert answer.get_json()["answers"][0]["confirm"].endswith(f"/people/{waiting.id}/confirm")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_scan_counts_when_it_happened_by_a_clock_put_right(door: Door):
    ana, yesterday, old, ahead, plain = (door.staff(), *(door.person() for _n in range(4)))
    wrong = timedelta(days=-900, hours=5)

    def at(ago: timedelta) -> str:
        return (MORNING + wrong - ago).isoformat().replace("+00:00", "Z")

    door.send(
        ana,
        scan(yesterday.code, KEY + "1", at=at(timedelta(hours=22))),
        scan(old.code, KEY + "2", at=at(timedelta(days=4))),
        scan(ahead.code, KEY + "3", at=at(timedelta(hours=-2))),
        scan(plain.code, KEY + "4", at="no instant"),
        now=at(timedelta(0)),
    )
    first, *others = door.rows()
    assert (first.scanned_at, first.day) == (datetime(2024, 11, 6, 10, 12, tzinfo=UTC), date(2024, 11, 6))
    assert first.recorded_at == MORNING
    assert [each.scanned_at for each in others] == [MORNING] * 3
    assert {each.way for each in others} == {Way.SCANNED}


def test_a_late_scan_does_not_bring_back_what_was_undone_since(door: Door):
    ana, amina = door.staff(), door.person()
    page = door.scan(ana, amina.code)
    door.clock.advance(minutes=10)
    ana.submit(page, action="/undo")
    door.clock.advance(minutes=10)
    now = MORNING + timedelta(minutes=20)
    kept = scan(amina.code, at=(MORNING + timedelta(minutes=5)).isoformat())
    answer = door.send(ana, kept, now=now.isoformat())
    assert outcomes(answer) == ["undone"]
    assert answer.get_json()["answers"][0]["title"] == "Undone at 09:22"
    assert [each.state for each in door.rows()] == [CheckInState.UNDONE]
    assert outcomes(door.send(ana, scan(amina.code, OTHER))) == ["welcome"], "somebody who is here now"


def test_what_is_no_list_of_scans_is_refused_in_plain_words(door: Door):
    ana, amina = door.staff(), door.person()
    token = ana.client.get(f"{door.address}/list").get_json()["csrf"]
    good = scan(amina.code)
    faults = [
        None, [], {}, {"scans": "x"}, {"scans": [1]}, {"scans": [{}]}, {"scans": [{**good, "key": "short"}]},
        {"scans": [{**good, "key": "a key with spaces"}]}, {"scans": [{**good, "code": 5}]},
        {"scans": [{**good, "code": "x" * 41}]}, {"scans": [{**good, "way": "walk_in"}]}, {"scans": [good] * 51},
        {"scans": [{**good, "way": ["scanned"]}]},
    ]  # fmt: skip
    for fault in faults:
        answer = ana.client.post(f"{door.address}/scans", json=fault, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), fault
        assert answer.get_json()["title"] == "This is not a list of scans."
    broken = ana.client.post(
        f"{door.address}/scans", data=b"{", content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert broken.status_code == 400
    assert ana.client.post(f"{door.address}/scans", json={"scans": [good]}).status_code == 400, "no token"
    strange = door.send(ana, {**good, "at": 5, "code": "\0\ud800"}, now=["x"])
    assert outcomes(strange) == ["unknown"]
    assert door.rows() == []


def test_the_list_holds_no_more_than_the_door_shows_in_constant_queries(door: Door):
    ana = door.staff()
    amina = door.person(name="Amina", email="secret@example.org", dietary="halal")
    door.scan(ana, amina.code)
    counted = []
    for more in (0, 30):
        for _n in range(more):
            door.person()
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest, seen=seen):
            seen.append(statement)

        with door.meeting.app.app_context():
            engine = db.engine
        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        sent = ana.client.get(f"{door.address}/list")
        ana.get(f"{door.address}?who=guest")
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        counted.append(len(seen))
    assert [amina.code, "Amina", "City of Example", "approved", "09:12"] in sent.get_json()["people"]
    assert len(sent.get_json()["people"]) == 31
    assert "secret" not in sent.get_data(as_text=True) and "halal" not in sent.get_data(as_text=True)
    assert sent.headers["Cache-Control"] == "no-store"
    assert counted[1] - counted[0] <= 1, "one more for who of those found is there"
