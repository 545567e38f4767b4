"""The pure rules of signing in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventapp.accounts.rules import browser_in_words, code_of, is_code, own_path, version_of

KEY, OLD = b"k" * 32, b"o" * 32


def test_a_code_has_six_digits_and_depends_on_everything() -> None:
    codes = {code_of(KEY, 1, 1), code_of(KEY, 2, 1), code_of(KEY, 1, 2), code_of(OLD, 1, 1)}
    assert len(codes) == 4
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_a_code_made_with_an_older_key_is_still_good() -> None:
    assert is_code(code_of(OLD, 1, 1), [KEY, OLD], 1, 1)
    assert not is_code(code_of(OLD, 1, 1), [KEY], 1, 1)


@pytest.mark.parametrize("typed", ["", "١٢٣٤٥٦", "12345", "1234567", "é" * 6, "\x00"])
def test_other_typing_is_simply_wrong(typed: str) -> None:
    assert not is_code(typed, [KEY], 1, 1)


def test_a_challenge_whose_id_comes_again_has_another_version() -> None:
    at = datetime(2024, 9, 12, 7, 0, tzinfo=UTC)
    assert version_of(at) != version_of(at + timedelta(milliseconds=1))


@pytest.mark.parametrize("path", ["/desk/", "/desk/x/registrations?q=a%20b&page=2", "/a#b", "/é"])
def test_own_paths_are_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/126.0 Safari/537 Edg/126.0", "Edge, Linux"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_as_people_know_them(header: str, words: str) -> None:
    assert browser_in_words(header) == words
