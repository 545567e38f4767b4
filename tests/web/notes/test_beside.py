"""Writing beside the notes: what was noted gets into the text and stays linked to the paragraph that it became."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.models import Revision, Source
from eventapp.notes.session_notes.states import EntryKind, NoteState
from eventapp.notes.states import PublicationKind
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, tr
from tests.support.fixtures import Work
from tests.support.noting import make_entry, make_note
from tests.web.notes.conftest import Place

pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),  # what a page says does not depend on the engine
    pytest.mark.usefixtures("engine"),
]

Staff = Callable[[Any], Visitor]
WRITE = "/texts/summary-2/write"


@dataclass(frozen=True)
class Notes:
    """The ids of what was noted on the second day, and elsewhere."""

    point: int
    quote: int
    later: int
    private: int
    foreign: int


@pytest.fixture
def notes(work: Work, place: Place) -> Notes:
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        morning = event.starts_on + timedelta(days=1)
        hours = [
            {
                "starts_local": datetime.combine(morning, time(9)),
                "session_title": tr("Buying together", "Acheter ensemble"),
            },
            {
                "starts_local": datetime.combine(morning, time(14)),
                "session_title": tr("What citizens ask", "Ce qu’ils demandent"),
            },
        ]
        first, later = (make_note(ctx, event, **each) for each in hours)
        hidden = make_note(ctx, event, state=NoteState.PRIVATE, **hours[0])
        foreign = make_note(ctx, make_event(ctx))
        quote = make_entry(ctx, first, kind=EntryKind.QUOTE, text="We bought\n\nthe cheapest.", speaker="Ada")
        point = make_entry(ctx, first, text="Lisbon shares its contracts with three towns.")
        return Notes(
            point=point.id,
            quote=quote.id,
            later=make_entry(ctx, later, text="Ask before the plan is drawn.").id,
            private=make_entry(ctx, hidden, text="Nobody reads this.").id,
            foreign=make_entry(ctx, foreign, text="Of another event.").id,
        )


def send(writer: Visitor, page: Page, press: tuple[str, str] = ("action", "save"), **values: Any) -> Page:
    return writer.submit(page, values, action="/write", press=press)


def sources(work: Work, place: Place) -> dict[str, list[int]]:
    """Return the notes behind each paragraph of the second day, by the paragraph's text."""
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        status = queries.get_status(ctx, event, PublicationKind.SUMMARY, 2)
        assert status.publication is not None and status.source.latest is not None
        words = {each.key: each.text for each in status.source.latest.paragraphs}
        return {words[key]: ids for key, ids in queries.list_sources(ctx, status.publication).items() if key in words}


def test_a_text_starts_from_the_notes_and_stays_linked_when_it_is_reworded(
    work: Work, staff: Staff, place: Place, notes: Notes
) -> None:
    writer = staff(place.rapporteur)
    empty = writer.get(place.address(WRITE))
    assert "Nobody reads this." not in empty.text and "Of another event." not in empty.text
    started = send(writer, empty, press=("action", "start"), language="fr")
    assert started.value("text").strip() == (
        "## Acheter ensemble\n\nLisbon shares its contracts with three towns.\n\n> We bought\n> the cheapest.\n\n"
        "## Ce qu’ils demandent\n\nAsk before the plan is drawn."
    )
    reworded = started.value("text").replace("shares its contracts with three towns", "buys together with three towns")
    saved = send(writer, started, language="fr", title="Jour deux", text=reworded)
    assert saved.status == 200
    assert sources(work, place) == {
        "Lisbon buys together with three towns.": [notes.point],
        "> We bought\n> the cheapest.": [notes.quote],
        "Ask before the plan is drawn.": [notes.later],
    }
    assert "Used in paragraph 2" in saved.text
    again = send(writer, saved, text="Before all.\n\n" + saved.value("text").replace("Lisbon buys", "Lisbon now buys"))
    assert "Used in paragraph 3" in again.text
    assert sources(work, place)["Lisbon now buys together with three towns."] == [notes.point]


def test_one_note_is_added_under_its_session_and_forged_ones_are_left_out(
    work: Work, staff: Staff, place: Place, notes: Notes
) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address(WRITE))
    text = "## Buying together\n\nWords of mine.\n\n## The end\n\nGood bye."
    added = send(writer, page, press=("add", str(notes.point)), title="Day two", text=text)
    assert "Words of mine.\n\nLisbon shares its contracts with three towns.\n\n## The end" in added.value("text")
    added = send(writer, added, press=("add", str(notes.later)))
    assert added.value("text").strip().endswith("## What citizens ask\n\nAsk before the plan is drawn.")
    assert added.text.count("In the text, not saved yet") == 2
    with work() as ctx:
        assert ctx.session.scalars(select(Source)).all() == []
    text = added.value("text") + "\n\nNobody reads this.\n\nOf another event."
    forged = [str(each) for each in (notes.point, notes.later, notes.private, notes.foreign)]
    send(writer, added, text=text, added=[*forged, "9" * 30, "x", "-1"])
    assert sources(work, place) == {
        "Lisbon shares its contracts with three towns.": [notes.point],
        "Ask before the plan is drawn.": [notes.later],
    }


def test_the_notes_behind_a_paragraph_are_chosen(work: Work, staff: Staff, place: Place, notes: Notes) -> None:
    writer = staff(place.rapporteur)
    send(writer, writer.get(place.address(WRITE)), title="Day two", text="Towns buy together.\n\nOthers ask first.")
    with work() as ctx:
        saved = ctx.session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert saved is not None
        key = saved.paragraphs[1].key
    links = place.address("/texts/summary-2/links")
    assert "No note stands behind this paragraph." in writer.get(links).text
    chosen = writer.get(f"{links}?paragraph={key}")
    assert len(chosen.tree.xpath("//input[@type='checkbox']")) == 3
    done = writer.submit(chosen, {"notes": [str(notes.point), str(notes.quote)]}, action=f"/links/{key}")
    assert done.status == 200
    assert sources(work, place) == {"Towns buy together.": [notes.point, notes.quote]}
    for ids in ([notes.private], [notes.foreign], [notes.point, 10**9]):
        assert writer.submit(chosen, {"notes": list(map(str, ids))}, action=f"/links/{key}").status == 404
    assert writer.submit(chosen, {"notes": None}, action=f"/links/{key}").status == 200
    assert sources(work, place) == {}
    token = chosen.value("csrf_token")
    for gone in ("title", "pdeadbeef"):
        answer = writer.client.post(f"{links}/{gone}", data={"csrf_token": token, "notes": str(notes.point)})
        assert answer.status_code == 404
