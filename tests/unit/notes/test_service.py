"""Saving and publishing day summaries, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries, service
from eventapp.notes.models import Summary, SummaryEdition, SummaryRevision
from eventapp.notes.states import LanguageState
from eventapp.registrations.states import State
from tests.support.factories import make_account, make_event, make_invitation, make_member, make_registration
from tests.support.fixtures import Work


@pytest.fixture
def event_id(work: Work) -> int:
    with work() as ctx:
        return make_event(ctx).id


def event_of(ctx: Context, event_id: int) -> Event:
    return ctx.session.get_one(Event, event_id)


def save(ctx: Context, event_id: int, language: str = "en", **values: Any) -> SummaryRevision:
    values = {"title": "Day one", "text": "What we heard.", "base_revision": 0, **values}
    return service.save_text(ctx, event_of(ctx, event_id), 1, language, **values)


def revisions(ctx: Context) -> list[tuple[str, int, str]]:
    rows = ctx.session.scalars(select(SummaryRevision).order_by(SummaryRevision.id))
    return [(row.language, row.number, row.text) for row in rows]


def test_each_save_is_a_revision_and_the_audit_holds_no_text(work: Work, event_id: int) -> None:
    with work() as ctx:
        author = make_member(ctx, event_of(ctx, event_id), Role.RAPPORTEUR)
        who = Actor(ActorKind.STAFF, author.id, author.name)
    with work(who) as ctx:
        first = save(ctx, event_id, text="Secret words.")
        save(ctx, event_id, text="Other words.", base_revision=first.number)
    with work() as ctx:
        assert revisions(ctx) == [("en", 1, "Secret words."), ("en", 2, "Other words.")]
        entries = ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [entry.action for entry in entries] == ["save", "save"]
        assert entries[1].details == {"language": "en", "revision": 2, "fields": ["text"]}
        assert entries[0].actor_id == author.id
        assert "words" not in str([entry.details for entry in entries])


def test_the_same_save_twice_is_one_revision(work: Work, event_id: int) -> None:
    for _again in range(2):
        with work() as ctx:
            assert save(ctx, event_id).number == 1
    with work() as ctx:
        assert len(revisions(ctx)) == 1


def test_a_stale_save_is_refused_and_names_what_was_saved(work: Work, event_id: int) -> None:
    with work() as ctx:
        save(ctx, event_id)
    with work() as ctx:
        save(ctx, event_id, text="Theirs.", base_revision=1)
    with pytest.raises(service.StaleText) as refused, work() as ctx:
        save(ctx, event_id, text="Mine.", base_revision=1)
    assert refused.value.theirs == 2
    with work() as ctx:
        assert [text for _, _, text in revisions(ctx)] == ["What we heard.", "Theirs."]


def test_languages_are_saved_independently(work: Work, event_id: int) -> None:
    with work() as ctx:
        save(ctx, event_id, "en")
        save(ctx, event_id, "fr", text="Ce que nous avons entendu.")
        save(ctx, event_id, "en", text="More.", base_revision=1)
        day = queries.get_day(ctx, event_of(ctx, event_id), 1)
        assert day.revisions == {"en": 2, "fr": 1}
        assert [status.state for status in day.languages] == [
            LanguageState.DRAFT,
            LanguageState.DRAFT,
            LanguageState.MISSING,
        ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": "\n "}, "text"),
        ({"title": "x" * 301}, "title"),
        ({"text": "x" * 60_001}, "text"),
    ],
)
def test_incomplete_texts_are_refused(work: Work, event_id: int, values: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused, work() as ctx:
        save(ctx, event_id, **values)
    assert refused.value.field == field


def test_days_and_languages_that_the_event_has_not_are_not_found(work: Work, event_id: int) -> None:
    with work() as ctx:
        event = event_of(ctx, event_id)
        for number, language in ((0, "en"), (3, "en"), (1, "de")):
            with pytest.raises(NotFound):
                service.save_text(ctx, event, number, language, title="A", text="B", base_revision=0)


def test_restoring_an_old_text_makes_a_new_revision(work: Work, event_id: int) -> None:
    with work() as ctx:
        save(ctx, event_id, text="Old.")
        save(ctx, event_id, text="New.", base_revision=1)
        service.restore(ctx, event_of(ctx, event_id), 1, "en", revision=1, base_revision=2)
        assert [text for _, _, text in revisions(ctx)] == ["Old.", "New.", "Old."]


def parallel(app: Flask, commands: list[Callable[[Context], object]]) -> list[object]:
    """Run the commands at once, each in a unit of work of its own, and return what each gave or raised."""
    gate = threading.Barrier(len(commands))
    outcomes: list[object] = [None] * len(commands)

    def run(index: int, command: Callable[[Context], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                with unit_of_work() as ctx:
                    outcomes[index] = command(ctx)
            except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
                outcomes[index] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(commands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def two_writers(app: Flask, work: Work, event_id: int) -> tuple[list[object], list[tuple[str, int, str]]]:
    outcomes = parallel(
        app,
        [
            lambda ctx: save(ctx, event_id, text="Text of A.").number,
            lambda ctx: save(ctx, event_id, text="Text of B.").number,
        ],
    )
    with work() as ctx:
        return outcomes, revisions(ctx)


def test_of_two_writers_at_once_one_is_told(app: Flask, work: Work, event_id: int) -> None:
    outcomes, saved = two_writers(app, work, event_id)

    assert sorted(type(each).__name__ for each in outcomes) == ["StaleText", "int"]
    assert len(saved) == 1


def test_without_the_check_a_writer_would_be_overwritten(
    app: Flask, work: Work, event_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "refuse_stale", lambda *_: None)
    outcomes, saved = two_writers(app, work, event_id)

    assert all(isinstance(each, int) for each in outcomes), "the negative control must lose a text silently"
    assert len(saved) == 2


@pytest.fixture
def written(work: Work, event_id: int) -> Iterator[int]:
    with work() as ctx:
        save(ctx, event_id, "en")
        save(ctx, event_id, "fr", title="Premier jour", text="Ce que nous avons entendu.")
    yield event_id


def publish(ctx: Context, event_id: int, **options: Any) -> SummaryEdition:
    return service.publish(ctx, queries.get_summary(ctx, event_of(ctx, event_id), 1), **options)


def test_publishing_freezes_the_texts_and_tells_the_confirmed_who_asked(work: Work, written: int) -> None:
    with work() as ctx:
        event = event_of(ctx, written)
        for language in ("en", "fr", "es"):
            guest = make_invitation(ctx, event, language=language)
            make_registration(ctx, event, invitation=guest, state=State.APPROVED, wants_summaries=True)
        make_registration(ctx, event, state=State.APPROVED)
        make_registration(ctx, event, state=State.WITHDRAWN, wants_summaries=True)
        make_registration(ctx, make_event(ctx), state=State.APPROVED, wants_summaries=True)
        version = event.public_version
    with work() as ctx:
        publish(ctx, written)
    with work() as ctx:
        save(ctx, written, "en", text="Later words.", base_revision=1)
    with work() as ctx:
        event = event_of(ctx, written)
        edition = ctx.session.scalars(select(SummaryEdition)).one()
        assert edition.number == 1
        assert edition.texts["en"] == "What we heard."
        assert edition.revisions == {"en": 1, "fr": 1}
        assert event.public_version == version + 1
        mails = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [mail.language for mail in mails] == ["en", "fr", "es"]
        assert "Premier jour" in mails[1].text_body
        for mail in mails:
            address = f"http://localhost/{mail.language}/{event.slug}/summaries/1"
            assert address in mail.text_body
            assert address in mail.html_body
        states = [status.state for status in queries.get_day(ctx, event, 1).languages]
        assert states == [LanguageState.CHANGED, LanguageState.PUBLISHED, LanguageState.MISSING]


def test_publishing_twice_is_once(app: Flask, work: Work, written: int) -> None:
    with work() as ctx:
        make_registration(ctx, event_of(ctx, written), state=State.APPROVED, wants_summaries=True)
    seen = {"en": 1, "fr": 1}
    outcomes = parallel(app, [lambda ctx: publish(ctx, written, seen=seen).number] * 2)
    assert outcomes == [1, 1]
    with work() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(SummaryEdition)) == 1
        assert ctx.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_a_second_edition_says_what_changed(work: Work, written: int) -> None:
    with work() as ctx:
        make_registration(ctx, event_of(ctx, written), state=State.APPROVED, wants_summaries=True)
        publish(ctx, written)
        save(ctx, written, "en", text="Mended.", base_revision=1)
    with pytest.raises(DomainError) as refused, work() as ctx:
        publish(ctx, written, tell=False)
    assert refused.value.field == "note"
    with work() as ctx:
        assert publish(ctx, written, note="A figure was wrong", tell=False).number == 2
    with work() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
        save(ctx, written, "en", text="Mended again.", base_revision=2)
        publish(ctx, written, note="Another figure", tell=True)
        assert ctx.session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


def test_what_was_not_seen_is_not_published(work: Work, written: int) -> None:
    with work() as ctx:
        save(ctx, written, "en", text="Saved meanwhile.", base_revision=1)
    with pytest.raises(Conflict), work() as ctx:
        publish(ctx, written, seen={"en": 1, "fr": 1})
    with work() as ctx:
        assert ctx.session.scalars(select(SummaryEdition)).all() == []


def test_nothing_is_published_of_an_event_that_is_not_public(work: Work) -> None:
    with work() as ctx:
        event_id = make_event(ctx, state=EventState.DRAFT).id
        save(ctx, event_id)
    with pytest.raises(DomainError), work() as ctx:
        publish(ctx, event_id)


def test_the_list_of_days_runs_a_constant_number_of_queries(work: Work, written: int) -> None:
    with work() as ctx:
        assert [day.number for day in queries.list_days(ctx, event_of(ctx, written))] == [1, 2]
        assert queries.count_waiting(ctx, event_of(ctx, written)) == 1
        publish(ctx, written)
        assert queries.count_waiting(ctx, event_of(ctx, written)) == 0
        assert ctx.session.scalar(select(func.count()).select_from(Summary)) == 1
        assert make_account(ctx).id
