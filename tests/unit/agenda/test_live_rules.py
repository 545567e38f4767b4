"""What is on, what is next, how late, and what is a link: pure rules of the day itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.agenda.live import rules
from eventapp.agenda.live.rules import Phase, is_link, moment, most_at_once, still_late
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.agenda.states import SessionKind
from eventapp.core.translated import Translated

T0 = datetime(2024, 11, 7, tzinfo=UTC)


def entry(id: int, starts: str, ends: str, kind: SessionKind = SessionKind.PLENARY, **more: object) -> SessionEntry:
    values = {
        "id": id,
        "uid": f"uid-{id}",
        "kind": kind,
        "title": Translated(en=f"Session {id}"),
        "text": Translated(),
        "theme": None,
        "place_id": None,
        "place": Translated(),
        "starts_local": datetime.fromisoformat(f"2024-11-{starts}"),
        "ends_local": datetime.fromisoformat(f"2024-11-{ends}"),
        "languages": (),
        "interpretation": False,
        "streamed": False,
        "people": (),
        **more,
    }
    return SessionEntry(**values)  # type: ignore[arg-type]


def agenda(*sessions: SessionEntry) -> Snapshot:
    return Snapshot(
        title=Translated(en="Event"),
        place=Translated(en="Barcelona"),
        venue=Translated(),
        zone="Europe/Madrid",
        starts_on=date(2024, 11, 7),
        ends_on=date(2024, 11, 8),
        languages=("en",),
        contact_email="team@example.org",
        hosts=(),
        themes=(),
        sessions=sessions,
    )


TWO_DAYS = agenda(
    entry(1, "07T09:00", "07T10:00"),
    entry(2, "07T10:00", "07T10:30", SessionKind.BREAK),
    entry(3, "07T10:30", "07T12:00"),
    entry(4, "07T10:30", "07T12:00"),
    entry(5, "07T14:00", "07T15:00"),
    entry(6, "07T15:00", "07T16:00", cancelled=True),
    entry(7, "08T09:30", "08T11:00"),
)


@pytest.mark.parametrize(
    ("wall", "phase", "on", "next_ids", "next_day"),
    [
        ("06T18:00", Phase.BEFORE, [], [[1]], date(2024, 11, 7)),
        ("07T08:00", Phase.BEFORE, [], [[1]], None),
        ("07T09:00", Phase.ON, [1], [[2], [3, 4]], None),  # a pause, and what follows it
        ("07T10:29", Phase.ON, [2], [[3, 4]], None),
        ("07T10:30", Phase.ON, [3, 4], [[5]], None),
        ("07T13:00", Phase.PAUSE, [], [[5]], None),
        ("07T14:30", Phase.ON, [5], [[7]], date(2024, 11, 8)),
        ("07T15:30", Phase.BETWEEN, [], [[7]], date(2024, 11, 8)),  # what is cancelled is never on
        ("08T10:00", Phase.ON, [7], [], None),
        ("08T11:00", Phase.OVER, [], [], None),
    ],
)
def test_where_the_event_is(
    wall: str, phase: Phase, on: list[int], next_ids: list[list[int]], next_day: date | None
) -> None:
    found = moment(TWO_DAYS, {}, datetime.fromisoformat(f"2024-11-{wall}+01:00"))
    assert found.phase is phase
    assert [each.session.id for each in found.on] == on
    assert [[session.id for session in slot.sessions] for slot in found.slots] == next_ids
    assert found.next_day == next_day


def test_nothing_at_all() -> None:
    assert moment(agenda(), {}, T0).phase is Phase.EMPTY
    assert moment(agenda(entry(1, "07T09:00", "07T10:00", cancelled=True)), {}, T0).phase is Phase.EMPTY


def test_a_delay_moves_begin_and_end_and_ends_with_the_session() -> None:
    def at(wall: str) -> rules.Moment:
        return moment(TWO_DAYS, {1: 10}, datetime.fromisoformat(f"2024-11-07T{wall}+01:00"))

    (waiting,) = at("09:05").on
    assert not waiting.has_begun
    assert waiting.begins_local == datetime(2024, 11, 7, 9, 10)
    both = at("10:09").on
    assert [(each.session.id, each.late) for each in both] == [(1, 10), (2, 0)]
    assert both[0].has_begun
    assert both[0].ends_local == datetime(2024, 11, 7, 10, 10)
    assert [each.session.id for each in at("10:10").on] == [2]
    before, after = datetime(2024, 11, 7, 9, 9, tzinfo=UTC), datetime(2024, 11, 7, 9, 10, tzinfo=UTC)
    assert still_late(TWO_DAYS, {1: 10, 6: 5, 99: 5}, before) == {1: 10}  # not what is cancelled or unknown
    assert still_late(TWO_DAYS, {1: 10}, after) == {}


def test_the_hour_that_comes_twice_counts_once() -> None:
    night = agenda(entry(1, "03T01:00", "03T02:00"))
    night = Snapshot(**{**night.__dict__, "zone": "America/New_York", "sessions": night.sessions})
    starts, ends = night.instants(night.sessions[0])
    assert ends - starts == timedelta(hours=2)  # clocks go back at 02:00
    assert moment(night, {}, ends - timedelta(minutes=1)).phase is Phase.ON
    assert moment(night, {}, ends).phase is Phase.OVER


spans = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(
    lambda span: (T0 + timedelta(minutes=span[0]), T0 + timedelta(minutes=span[0] + span[1]))
)


@settings(max_examples=60)
@given(st.lists(spans, max_size=8))
def test_most_at_once_is_what_a_clock_would_count(periods: list[tuple[datetime, datetime]]) -> None:
    minutes = [T0 + timedelta(minutes=n) for n in range(60)]
    counted = max(sum(start <= each < end for start, end in periods) for each in minutes)
    assert most_at_once(periods) == counted


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("https://meet.example.org/j/123?pwd=a%20b#x", True),
        ("http://meet.example.org", True),
        ("HTTPS://MEET.EXAMPLE.ORG/x", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//meet.example.org/x", False),
        ("https:meet.example.org", False),
        ("https://", False),
        ("https://team:secret@meet.example.org/", False),
        ("https://meet.example.org\\@evil.example.org/", False),
        ("https://meet.example.org/a b", False),
        ("https://meet.example.org/a\nLocation: x", False),
        ("https://meet.example.org:99999/", False),
        ("https://[::1", False),
        ("https://mеet.example.org/", False),  # a Cyrillic letter
        ("https://meet.example.org/" + "x" * 500, False),
        ("", False),
    ],
)
def test_what_is_a_link(text: str, accepted: bool) -> None:
    assert is_link(text) is accepted
