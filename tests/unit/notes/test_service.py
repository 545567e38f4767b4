"""Saving, translating, restoring and publishing texts, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail.models import OutboxMessage
from eventapp.notes import paragraphs, queries, service
from eventapp.notes.models import Edition, Publication, Revision
from eventapp.notes.publishing import service as publishing
from eventapp.notes.states import ParagraphState, PublicationKind, PublicationState
from eventapp.registrations.states import State
from tests.support.factories import make_event, make_invitation, make_member, make_registration, tr
from tests.support.fixtures import Work
from tests.support.publishing import publish_now, write_summary


@pytest.fixture
def event_id(work: Work) -> int:
    with work() as ctx:
        return make_event(ctx).id


def event_of(ctx: Context, event_id: int) -> Event:
    return ctx.session.get_one(Event, event_id)


def opened(ctx: Context, event_id: int) -> Publication:
    return service.open_publication(ctx, event_of(ctx, event_id), PublicationKind.SUMMARY, 1)


def save(ctx: Context, event_id: int, **values: Any) -> Revision:
    values = {"title": "Day one", "text": "What we heard.", "base_revision": 0, **values}
    return service.save_source(ctx, opened(ctx, event_id), **values)


def revisions(ctx: Context) -> list[tuple[str, int, str]]:
    rows = ctx.session.scalars(select(Revision).order_by(Revision.id))
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
        assert entries[1].details == {"language": "en", "revision": 2}
        assert entries[0].actor_id == author.id
        assert "words" not in str([entry.details for entry in entries])


def test_a_stale_save_is_refused_and_the_same_one_is_kept_once(work: Work, event_id: int) -> None:
    for _again in range(2):
        with work() as ctx:
            assert save(ctx, event_id).number == 1
    with work() as ctx:
        save(ctx, event_id, text="Theirs.", base_revision=1)
    with pytest.raises(service.StaleText) as refused, work() as ctx:
        save(ctx, event_id, text="Mine.", base_revision=1)
    assert refused.value.theirs == 2
    with work() as ctx:
        assert [text for _, _, text in revisions(ctx)] == ["What we heard.", "Theirs."]


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
                service.open_publication(ctx, event, PublicationKind.SUMMARY, number, language)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["write", "fr", "es", "restore", "restore fr"]),
        st.integers(0, 4),
        st.booleans(),
    ),
    min_size=4,
    max_size=10,
)
TEXTS = [
    "One.\n\nTwo towns buy.",
    "Two towns buy.\n\nOne.",
    "Two towns buy together.",
    "One.\n\nThree.\n\nTwo.",
    "New.",
]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_what_is_stored_after_any_changes_is_what_was_saved(work: Work, changes: list[tuple[str, int, bool]]) -> None:
    """Revisions never change, a restored one is equal to the last paragraph, and counts are those of the paragraphs."""
    with work() as ctx:
        event_id = make_event(ctx).id
        save(ctx, event_id)
    saved: dict[tuple[str, int], tuple[paragraphs.Paragraph, ...]] = {}
    for action, which, reviewed in changes:
        with work() as ctx:
            publication = opened(ctx, event_id)
            language = "en" if action in {"write", "restore"} else action[-2:]
            latest = queries.find_latest_revision(ctx, publication, language)
            base = latest.number if latest else 0
            if action == "write":
                made = save(ctx, event_id, text=TEXTS[which], base_revision=base)
            elif action.startswith("restore"):
                if latest is None:
                    continue
                old = which % latest.number + 1
                made = service.restore(ctx, publication, language, revision=old, base_revision=base)
                assert made.paragraphs == queries.get_revision(ctx, publication, language, old).paragraphs
            else:
                source = queries.find_latest_revision(ctx, publication, "en")
                assert source is not None
                key = source.paragraphs[which % len(source.paragraphs)].key
                made = service.save_translation(
                    ctx, publication, language, {key: f"Mots {which}"}, reviewed={key: reviewed}, base_revision=base
                )
            saved[language, made.number] = made.paragraphs
    with work() as ctx:
        event = event_of(ctx, event_id)
        for (language, number), made_of in saved.items():
            assert queries.get_revision(ctx, opened(ctx, event_id), language, number).paragraphs == made_of
        status = queries.get_status(ctx, event, PublicationKind.SUMMARY, 1)
        assert status.source.latest is not None
        for each in status.languages[1:]:
            stands = paragraphs.states(status.source.latest.paragraphs, each.latest.paragraphs if each.latest else ())
            assert sum(each.counts.values()) == len(stands)
            assert each.to_do == sum(state is not ParagraphState.REVIEWED for state in stands.values())


def test_a_changed_paragraph_is_outdated_in_its_translations_alone(work: Work, event_id: int) -> None:
    with work() as ctx:
        write_summary(ctx, event_of(ctx, event_id), {"en": ("A", "One.\n\nTwo."), "fr": ("Ah", "Un.\n\nDeux.")})
    with work() as ctx:
        save(ctx, event_id, title="A", text="One, at last.\n\nTwo.", base_revision=1)
        status = queries.get_status(ctx, event_of(ctx, event_id), PublicationKind.SUMMARY, 1)
        assert status.language("fr").counts == {ParagraphState.REVIEWED: 2, ParagraphState.OUTDATED: 1}
        assert status.language("es").counts == {ParagraphState.MISSING: 3}


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
def approved(work: Work, event_id: int) -> int:
    with work() as ctx:
        summary = write_summary(
            ctx,
            event_of(ctx, event_id),
            {"en": ("Day one", "What we heard."), "fr": ("Premier jour", "Ce que nous avons entendu.")},
        )
        publishing.submit(ctx, summary)
        publishing.approve(ctx, summary, seen=1)
    return event_id


def publish(ctx: Context, event_id: int, **options: Any) -> Edition:
    return publishing.publish(ctx, opened(ctx, event_id), **options)


def test_publishing_freezes_the_texts_and_tells_the_confirmed_who_asked(work: Work, approved: int) -> None:
    with work() as ctx:
        event = event_of(ctx, approved)
        for language in ("en", "fr", "es"):
            guest = make_invitation(ctx, event, language=language)
            make_registration(ctx, event, invitation=guest, state=State.APPROVED, wants_summaries=True)
        make_registration(ctx, event, state=State.APPROVED)
        make_registration(ctx, event, state=State.WITHDRAWN, wants_summaries=True)
        make_registration(ctx, make_event(ctx), state=State.APPROVED, wants_summaries=True)
        version = event.public_version
    with work() as ctx:
        publish(ctx, approved)
    with work() as ctx:
        save(ctx, approved, text="Later words.", base_revision=1)
    with work() as ctx:
        event = event_of(ctx, approved)
        edition = ctx.session.scalars(select(Edition)).one()
        assert edition.number == 1
        assert [each.text for each in edition.paragraphs["en"]] == ["Day one", "What we heard."]
        assert [each.language for each in edition.paragraphs["es"]] == ["en", "en"]
        assert edition.revisions == {"en": 1, "fr": 1}
        assert event.public_version == version + 1
        mails = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [mail.language for mail in mails] == ["en", "fr", "es"]
        assert "Premier jour" in mails[1].text_body
        for mail in mails:
            address = f"http://localhost/{mail.language}/{event.slug}/summaries/1"
            assert address in mail.text_body
            assert address in mail.html_body
        assert queries.get_status(ctx, event, PublicationKind.SUMMARY, 1).has_news


def test_publishing_twice_is_once(app: Flask, work: Work, approved: int) -> None:
    with work() as ctx:
        make_registration(ctx, event_of(ctx, approved), state=State.APPROVED, wants_summaries=True)
    seen = {"en": 1, "fr": 1}
    outcomes = parallel(app, [lambda ctx: publish(ctx, approved, seen=seen).number] * 2)
    assert outcomes == [1, 1]
    with work() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Edition)) == 1
        assert ctx.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_what_was_changed_is_approved_anew_and_a_later_edition_says_why(work: Work, approved: int) -> None:
    with work() as ctx:
        save(ctx, approved, text="Saved meanwhile.", base_revision=1)
        assert opened(ctx, approved).state is PublicationState.DRAFTING
    with pytest.raises(Conflict), work() as ctx:
        publishing.submit(ctx, opened(ctx, approved))
        publishing.approve(ctx, opened(ctx, approved), seen=1)
    with work() as ctx:
        publish_now(ctx, opened(ctx, approved))
    with work() as ctx:
        save(ctx, approved, text="Mended.", base_revision=2)
    with pytest.raises(DomainError) as refused, work() as ctx:
        publish(ctx, approved)
    assert refused.value.field == "note"
    with work() as ctx:
        assert publish(ctx, approved, note=tr("A figure was wrong")).number == 2


def test_nothing_is_published_of_an_event_that_is_not_public(work: Work) -> None:
    with work() as ctx:
        event_id = make_event(ctx, state=EventState.DRAFT).id
        save(ctx, event_id)
    with pytest.raises(DomainError), work() as ctx:
        publish_now(ctx, opened(ctx, event_id))
