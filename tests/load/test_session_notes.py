"""One note saved by many devices at the same moment, on both engines: one text is kept, all others are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.agenda import service as agenda
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.access import Role
from eventapp.core.context import Actor, ActorKind
from eventapp.core.database import db
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.notes.session_notes import service
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.session_notes.values import EntryValues
from tests.support.factories import make_event, make_member, tr
from tests.support.fixtures import Work

pytestmark = pytest.mark.load

DEVICES = 8
KEY = "the-one-entry"
AtOnce = Callable[[Sequence[str], int], list[str]]


@pytest.fixture
def at_once(app: Flask, work: Work) -> AtOnce:
    """Let devices of one rapporteur save texts of one entry at the same moment, and return what each was told."""
    with work() as ctx:
        event = make_event(ctx)
        event_id, account_id = event.id, make_member(ctx, event, Role.RAPPORTEUR).id
        values = SessionValues(
            kind=SessionKind.PLENARY,
            title=tr("Opening"),
            starts_local=datetime(2024, 11, 7, 9),
            ends_local=datetime(2024, 11, 7, 10),
        )
        session_id = agenda.add_session(ctx, event, values).id
    actor = Actor(ActorKind.STAFF, account_id, "Ada")

    def run(texts: Sequence[str], base: int) -> list[str]:
        start = Barrier(len(texts))

        def save(text: str) -> str:
            with app.app_context():
                with db.engine.connect():
                    pass  # the connection is open before the start
                start.wait()
                try:
                    with unit_of_work(actor) as ctx:
                        event = ctx.session.get_one(Event, event_id)
                        made = EntryValues(EntryKind.IDEA, text)
                        return str(service.save_entry(ctx, event, session_id, KEY, made, base).version)
                except service.StaleEntry:
                    return "stale"

        with ThreadPoolExecutor(len(texts)) as pool:
            return sorted(pool.map(save, texts))

    return run


def kept(work: Work) -> tuple[int, list[str]]:
    with work() as ctx:
        return ctx.session.scalar(select(func.count(SessionNote.id))) or 0, list(
            ctx.session.scalars(select(NoteEntry.text))
        )


def test_of_many_saves_at_once_one_is_kept_and_every_other_is_told(at_once: AtOnce, work: Work) -> None:
    texts = [f"Words of device {number}" for number in range(DEVICES)]
    assert at_once(texts, 0) == ["1"] + ["stale"] * (DEVICES - 1)
    notes, (first,) = kept(work)
    assert (notes, first in texts) == (1, True)

    assert at_once([first] * DEVICES, 0) == ["1"] * DEVICES, "the same save, sent again, is no other text"
    assert at_once([f"{text}, and on" for text in texts], 1) == ["2"] + ["stale"] * (DEVICES - 1)
    assert kept(work)[0] == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # one engine shows that it can fail
def test_without_the_version_check_words_are_lost(at_once: AtOnce, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "refuse_stale", lambda _entry, _base: None)
    told = at_once([f"Words of device {number}" for number in range(DEVICES)], 0)
    assert told == [str(number + 1) for number in range(DEVICES)], "everybody believes that their words are kept"
    assert len(kept(work)[1]) == 1
