"""Ticks in an address: short, and whatever somebody writes there is no error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.registrations.selection import MOST_AT_ONCE, pack, read_ids, unpack


def test_the_text_is_as_documented():
    assert pack([40, 6, 5, 7, 5]) == "5-2.x"
    assert unpack("5-2.x") == [5, 6, 7, 40]
    assert pack([]) == ""


@settings(max_examples=60)
@given(st.sets(st.integers(1, 10**9 - 1), max_size=MOST_AT_ONCE))
def test_what_is_packed_is_unpacked(ids: set[int]):
    assert unpack(pack(ids)) == sorted(ids)


def test_five_hundred_people_of_a_large_event_fit_into_an_address():
    assert len(pack(range(1_000_000, 1_100_000, 200))) < 2000


@pytest.mark.parametrize("text", ["", ".", "-", "1..2", "1-", "0", "zzzzzzz", "1-zzzzzz", "é", "1.-5", "%", "5" * 9000])
def test_any_text_is_read_without_an_error_and_within_bounds(text: str):
    assert len(unpack(text)) <= MOST_AT_ONCE
    assert all(0 < each <= 10**9 for each in unpack(text))


def test_ticks_of_this_page_and_of_others_come_together_once():
    assert read_ids(["7", "x", "²", "5", "99999999999"], "5-2.x") == [7, 5, 6, 40]
    assert len(read_ids(map(str, range(1, 900)), "1-zz")) == MOST_AT_ONCE
