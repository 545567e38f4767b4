"""Whatever a file holds, it is read or refused in words; what it says twice or badly harms nobody."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.agenda.exchange import words
from eventapp.agenda.exchange.files import read_file
from eventapp.agenda.exchange.reading import MOST_BYTES, Fault, Reading
from eventapp.agenda.exchange.resolving import Known, Outcome, resolve

DAY = date(2024, 11, 7)
NOTHING = Known("Europe/Madrid", ("en", "fr"), (DAY,), {}, (), {}, {}, {}, {}, {})
GOOD: dict[str, Any] = {
    "format": "eventapp-agenda",
    "version": 1,
    "sessions": [
        {
            "uid": "279950d4-c849-4c4b-947a-a5bafd1a71f1",
            "kind": "plenary",
            "title": {"en": "Opening"},
            "starts_local": "2024-11-07T09:00",
            "ends_local": "2024-11-07T10:00",
            "people": [{"role": "chair", "state": "confirmed", "name": "Awa"}],
        }
    ],
    "themes": [],
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def read(content: bytes) -> Reading:
    return read_file(content, zone="Europe/Madrid", language="en", languages=("en", "fr"))


def fault_of(content: bytes) -> str:
    with pytest.raises(Fault) as found:
        read(content)
    assert words.fault(found.value)
    return found.value.code


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b"<schedule>", b"{", b"date,start,end,title\n", b"PK\x03\x04"]))
def test_any_bytes_are_read_or_refused(tail: bytes, head: bytes) -> None:
    try:
        resolve(read(head + tail).sessions, NOTHING)
    except Fault as fault:
        assert words.fault(fault)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([*GOOD, *GOOD["sessions"][0], "theme", "languages", "capacity", "place"]), ANYTHING)
def test_any_value_in_any_field_of_our_json_is_read_or_refused(name: str, value: Any) -> None:
    session = {**GOOD["sessions"][0], **({} if name in GOOD else {name: value})}
    document = {**GOOD, "sessions": [session], **({name: value} if name in GOOD else {})}
    try:
        reading = read(json.dumps(document).encode())
    except Fault as fault:
        assert words.fault(fault)
        return
    for found in resolve(reading.sessions, NOTHING):
        assert len(words.reasons(found)) == len(found.faults)
        json.dumps(found.read.title.as_dict(), ensure_ascii=False).encode()  # as a database keeps it


def test_the_file_says_what_it_is_whatever_its_name() -> None:
    row = "date,start,end,title\n2024-11-07,09:00,10:00,Opening\n"
    schedule = (
        '<?xml version="1.0" encoding="UTF-16"?><schedule><day date="2024-11-07"><room name="A"><event id="1">'
        "<start>09:00</start><duration>01:00</duration><title>Opening</title></event></room></day></schedule>"
    )
    contents = [
        row.encode(),
        row.encode("utf-16"),
        schedule.encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    ]
    assert [[each.title["en"] for each in read(content).sessions] for content in contents] == [["Opening"]] * 4


def test_files_that_are_none_of_these_are_refused() -> None:
    other = json.dumps({**GOOD, "version": 2}).encode()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.txt", "nothing")
    laughs = b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><schedule>&b;&b;</schedule>'
    assert [
        fault_of(content)
        for content in (
            b"",
            b" " * (MOST_BYTES + 1),
            b"{",
            b"[]",
            other,
            b"%PDF-1.7",
            zipped.getvalue(),
            laughs,
            laughs.decode().encode("utf-16"),
            b"title,start\nOpening,09:00\n",
            b"date,start,end,title\n",
        )
    ] == [
        "empty",
        "too_large",
        "not_json",
        "not_our_json",
        "other_version",
        "table_not_a_table",
        "table_not_a_table",
        "xml_with_entities",
        "xml_with_entities",
        "missing_columns",
        "no_session",
    ]


def test_sessions_without_a_key_are_known_by_title_and_turn() -> None:
    rows = "date,start,end,title\n2024-11-07,12:00,13:00,Lunch\n2024-11-08,12:00,13:00,Lunch\n"
    found = resolve(read(rows.encode()).sessions, NOTHING)
    assert [(each.read.key, each.outcome) for each in found] == [
        ("title:lunch#1", Outcome.NEW),
        ("title:lunch#2", Outcome.NEW),
    ]


def test_a_session_far_from_the_event_and_one_in_the_skipped_hour_are_left_out() -> None:
    rows = (
        "date,start,end,title\n1999-11-07,12:00,13:00,Past\n2025-03-30,02:30,03:30,Skipped\n0001-01-01,9:00,9:30,No\n"
    )
    found = resolve(read(rows.encode()).sessions, NOTHING)
    assert [list(each.faults) for each in found] == [["far_away"], ["unclear_time"], ["starts"]]


def test_a_session_that_comes_twice_in_a_file_is_written_once() -> None:
    twice = {**GOOD, "sessions": GOOD["sessions"] * 2}
    found = resolve(read(json.dumps(twice).encode()).sessions, NOTHING)
    assert [(each.outcome, list(each.faults)) for each in found] == [(Outcome.NEW, []), (Outcome.REFUSED, ["twice"])]
