"""An event at its end, for the tests of the read-out: a published day, accepted notes, people who took part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes import service as writing
from eventapp.notes.models import Publication
from eventapp.notes.readout import queries, service
from eventapp.notes.readout.rules import InsightValues
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import EntryKind, NoteState
from eventapp.notes.states import PublicationKind
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_invitation, make_member, make_registration, make_theme, tr
from tests.support.fixtures import Work
from tests.support.publishing import publish_now, write_summary
from tests.web.notes.conftest import TEXTS

Staff = Callable[[Any], Visitor]
ARABIC = "البيانات المفتوحة تساعد المدن الصغيرة على الشراء معًا."


@dataclass(frozen=True)
class Closing:
    """Where the tests work, and as whom."""

    event_id: int
    slug: str
    rapporteur: int
    registration: int
    entries: dict[str, int]

    def desk(self, tail: str = "") -> str:
        return f"/desk/{self.slug}/notes/read-out{tail}"

    def public(self, tail: str = "", language: str = "en") -> str:
        return f"/{language}/{self.slug}/read-out{tail}"

    def event(self, ctx: Context) -> Event:
        return ctx.session.get_one(Event, self.event_id)

    def publication(self, ctx: Context) -> Publication:
        return texts.get_publication(ctx, self.event(ctx), PublicationKind.READ_OUT)


@pytest.fixture
def closing(work: Work) -> Closing:
    with work() as ctx:
        event = make_event(ctx)
        make_theme(ctx, event)
        rapporteur = make_member(ctx, event, Role.RAPPORTEUR)
        people = [("FR", 5), ("KE", 1), ("ES", 2)]
        numbers = []
        for country, count in people:
            for number in range(count):
                guest = make_invitation(ctx, event, email=f"{country}{number}@example.org", name=f"Guest {country}")
                numbers.append(
                    make_registration(
                        ctx, event, invitation=guest, state=State.APPROVED, country=country, city=f"Town {country}"
                    ).id
                )
        publish_now(ctx, write_summary(ctx, event, TEXTS))
        note = SessionNote(
            event_id=event.id,
            session_id=1,
            session_title=tr("Opening"),
            starts_local=datetime(2024, 11, 7, 9),
            author_id=rapporteur.id,
            language="en",
            state=NoteState.ACCEPTED,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        ctx.session.add(note)
        ctx.session.flush()
        entries = {}
        for position, (kind, text) in enumerate(
            (
                (EntryKind.IDEA, "Towns could share one buyer. It takes a year to begin."),
                (EntryKind.OUTLOOK, "Next year in three more towns"),
                (EntryKind.RECOMMENDATION, "Publish every question"),
            )
        ):
            entry = NoteEntry(
                note_id=note.id,
                key=f"k{position}",
                position=position,
                kind=kind,
                text=text,
                created_at=ctx.now,
                updated_at=ctx.now,
            )
            ctx.session.add(entry)
            ctx.session.flush()
            entries[kind.value] = entry.id
        return Closing(event.id, event.slug, rapporteur.id, numbers[0], entries)


def compose(ctx: Context, closing: Closing) -> Publication:
    """Write a read-out of two insights and translate it into French all but one paragraph."""
    event = closing.event(ctx)
    publication = service.begin(ctx, event, "en")
    service.save_opening(
        ctx, event, title="Three things we take home", text=f"It began with a wish.\n\n{ARABIC}", base_revision=1
    )
    service.add_insight(
        ctx,
        event,
        InsightValues("Publish the questions", "Not only the answers.", places=[{"name": "Tbilisi", "country": "GE"}]),
    )
    service.add_insight(ctx, event, InsightValues("Buy together", "Small towns gain most.", EntryKind.QUESTION))
    service.take_recommendations(ctx, event)
    composition = queries.compose(ctx, event, publication)
    assert composition.latest is not None
    french = {
        each.key: f"[fr] {each.text}" for each in composition.latest.paragraphs if each.text != "Small towns gain most."
    }
    writing.save_translation(ctx, publication, "fr", french, reviewed=dict.fromkeys(french, True), base_revision=0)
    return publication
