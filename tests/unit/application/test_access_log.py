"""Log lines never hold what opens a personal link."""

import pytest

from eventapp.application.access_log import redacted

TOKEN = "1a-3q2-7wYtQm0aXcVb_LkJhGfDsAqWeRtYu"


@pytest.mark.parametrize("room", ["i", "interest", "unsubscribe", "sign-in", "calendar", "follow-up"])
def test_a_token_is_left_out(room):
    line = redacted(f'"GET /{room}/{TOKEN}/accept?lang=fr HTTP/1.1" 200')
    assert TOKEN not in line
    assert line == f'"GET /{room}/-/accept?lang=fr HTTP/1.1" 200'


def test_other_addresses_stay():
    assert redacted("GET /en/barcelona-2024/agenda HTTP/1.1") == "GET /en/barcelona-2024/agenda HTTP/1.1"
