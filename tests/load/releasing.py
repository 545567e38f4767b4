"""A release as an organiser makes it, and what everybody asks for right after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode

from flask import Flask
from lxml import html
from sqlalchemy import select

from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from tests.load import filling
from tests.load.servers import BenchFailed, Server
from tests.load.table import Row

ROUNDS = 5
LANGUAGES = ("en", "fr", "es")


def release_row(app: Flask, server: Server, slug: str) -> Row:
    """Move every session and release, a few times; then ask for page and calendar in each language."""
    headers = filling.organiser(app, "releases@example.org")
    paths = [f"/{language}/{slug}/{what}" for language in LANGUAGES for what in ("agenda", "agenda.ics")]
    for path in paths * 4:
        _ask(server, f"{path}?warm")  # both workers have compiled their templates by then
    commands, answers = [], []
    for number in range(ROUNDS):
        filling.move_all(app, slug, -5 if number % 2 else 5)
        form = _look_over(server, slug, headers)
        commands.append(timed(server, lambda form=form: _release(server, slug, form, headers)))
        answers.append(timed(server, lambda: [_ask(server, path) for path in paths]))
    command, after = (tuple(map(median, zip(*each, strict=True))) for each in (commands, answers))
    whole, processor = command[0] + after[0], command[1] + after[1]
    return Row(
        "release of 300 moved sessions, and page and calendar in 3 languages after it",
        f"{1000 * command[0]:.0f} ms + {1000 * after[0]:.0f} ms, {1000 * processor:.0f} ms of a processor; "
        f"mails to {_people_concerned(app, slug)} people to be looked at",
        "≤ 2 s",
        whole <= 2,
        {"command_seconds": command[0], "answers_seconds": after[0], "processor_seconds": processor},
    )


def first_row(server: Server) -> Row:
    """Ask for a calendar of 1,000 sessions that no cache knows, in each language."""
    times = [
        timed(
            server,
            lambda language=language, number=number: _ask(server, f"/{language}/agenda-1000/agenda.ics?{number}"),
        )
        for number in range(4)
        for language in LANGUAGES
    ]
    wall, processor = map(median, zip(*times[len(LANGUAGES) :], strict=True))
    return Row(
        "agenda.ics of 1,000 sessions, freshly made",
        f"{1000 * wall:.0f} ms, {1000 * processor:.0f} ms of a processor",
        "≤ 1 s",
        wall <= 1,
        {"seconds": wall, "processor_seconds": processor},
    )


def timed(server: Server, act: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that something took, and those that the server's workers spent on it."""
    used, began = server.processor_seconds() or 0, time.perf_counter()
    act()
    return time.perf_counter() - began, (server.processor_seconds() or 0) - used


def _look_over(server: Server, slug: str, headers: dict[str, str]) -> bytes:
    """Return the form of the release page as an organiser's browser sends it: it says which draft was seen."""
    status, _headers, page = server.get(f"/desk/{slug}/agenda/release", headers)
    if status != 200:
        raise BenchFailed(f"the page of a release answers {status}")
    form = next(each for each in html.fromstring(page).forms if "seen_hash" in each.fields)
    return urlencode(form.form_values()).encode()


def _release(server: Server, slug: str, form: bytes, headers: dict[str, str]) -> None:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    status = server.send("POST", f"/desk/{slug}/agenda/release", form, sent)[0]
    if status != 303:
        raise BenchFailed(f"a release answers {status}")


def _ask(server: Server, path: str) -> None:
    status = server.get(path)[0]
    if status != 200:
        raise BenchFailed(f"{path} answers {status}")


def _people_concerned(app: Flask, slug: str) -> int:
    """Return how many people the newest release would write to."""
    with app.app_context():
        newest = select(ReleaseNotices.people).join(Event, Event.id == ReleaseNotices.event_id)
        found = reading().session.scalars(newest.where(Event.slug == slug).order_by(ReleaseNotices.id.desc())).first()
        return found or 0
