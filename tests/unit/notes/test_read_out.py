"""The read-out's parts and its snapshot; and a comment that arrives while it is being issued, on both engines."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask

from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import unit_of_work
from eventapp.notes import queries
from eventapp.notes.comments import queries as comment_queries
from eventapp.notes.comments import service as comments
from eventapp.notes.paragraphs import Paragraph, Printed
from eventapp.notes.publishing import service as publishing
from eventapp.notes.readout import gathering, refusals, rules
from eventapp.notes.readout.rules import InsightWords
from eventapp.notes.readout.snapshot import (
    Balance,
    BalanceLine,
    BalanceTable,
    InsightEntry,
    PlaceEntry,
    ResourceEntry,
    Snapshot,
    SummaryEntry,
    ThemeEntry,
    from_json,
    to_json,
)
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration
from tests.support.fixtures import Work
from tests.web.notes.reading_out import Closing, closing, compose

__all__ = ["closing"]
PATIENCE = 30


def test_a_snapshot_comes_back_from_json_as_it_went() -> None:
    whole = Snapshot(
        insights=(
            InsightEntry(
                "insight:3", "p1", "idea", 1, (PlaceEntry("Tbilisi", "GE"),), Translated(en="Opening"), 14, 23
            ),
        ),
        themes=(ThemeEntry(1, Translated(en="Water", fr="L’eau"), "https://example.org"),),
        summaries=(SummaryEntry(1, date(2024, 11, 7), 2, "en", {"en": (Printed("title", "One", "en"),)}),),
        resources=(ResourceEntry("Guide", "", None, "", "fr", "https://example.org", "", "", "", 0),),
        balance=Balance(
            57,
            39,
            18,
            None,
            3,
            (BalanceTable(Translated(en="Country"), (BalanceLine(Translated(en="France"), 5),), 2),),
        ),
        annex=({"comment": 1, "said": "x"},),
        contact="team@example.org",
    )
    assert from_json(json.loads(json.dumps(to_json(whole)))) == whole
    assert from_json({}) == Snapshot()


def test_parts_keep_their_order_and_an_insight_its_heading() -> None:
    keys = iter("abcdefgh")
    first = rules.insight_paragraphs((), InsightWords("``` not a fence", "One.\n\nTwo."), "insight:2", keys.__next__)
    assert [(each.key, each.text) for each in first] == [("a", "``` not a fence"), ("b", "One."), ("c", "Two.")]
    again = rules.insight_paragraphs(first, InsightWords("Quite another", "Two."), "insight:2", keys.__next__)
    assert [(each.key, each.text) for each in again] == [("a", "Quite another"), ("c", "Two.")]

    parts = {
        "outlook": [Paragraph("o", "Later.")],
        "insight:2": again,
        "insight:1": [Paragraph("x", "Heading")],
        "introduction": [Paragraph("i", "Hello.")],
    }
    whole = rules.assemble("Title", parts, [1, 2])
    assert [each.key for each in whole] == ["title", "i", "x", "a", "c", "o"]
    assert rules.assemble("Title", rules.parts_of(whole)) == whole
    assert rules.insight_ids(rules.parts_of(whole)) == [1, 2]
    strayed = rules.parts_of([Paragraph("title", "T"), Paragraph("s", "Strayed.", "")])
    assert list(strayed) == ["introduction"]


@pytest.mark.parametrize(
    ("note", "heading"),
    [
        ("Towns could share. It takes long.", "Towns could share"),
        ("Why\nnot?", "Why not?"),
        ("word " * 60, ("word " * 32).strip()[:159].rsplit(" ", 1)[0] + "…"),
    ],
)
def test_the_first_sentence_of_a_note_is_a_heading(note: str, heading: str) -> None:
    assert rules.heading_from(note) == heading
    assert len(rules.heading_from(note)) <= rules.LONGEST_HEADING


@pytest.mark.parametrize(  # SQLite knows one writer at a time whatever the guard does
    ("engine", "guarded"), [("sqlite", True), ("postgresql", True), ("postgresql", False)]
)
def test_no_comment_slips_past_while_the_read_out_is_issued(
    app: Flask, work: Work, closing: Closing, engine: str, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work() as ctx:
        read_out = compose(ctx, closing)
        publishing.submit(ctx, read_out)
        latest = queries.find_latest_revision(ctx, read_out, "en")
        assert latest is not None
        publishing.approve(ctx, read_out, seen=latest.number)
    written, at_the_lock, issued = threading.Event(), threading.Event(), threading.Event()
    hold = refusals.hold_comments

    def hold_or_not(ctx: Context, event: object) -> None:
        at_the_lock.set()
        if guarded:
            hold(ctx, event)  # type: ignore[arg-type]

    monkeypatch.setattr(gathering, "hold_comments", hold_or_not)
    monkeypatch.setattr(refusals, "hold_comments", hold_or_not)

    def comment() -> None:
        with app.app_context(), unit_of_work() as ctx:
            summary = queries.get_publication(ctx, closing.event(ctx), PublicationKind.SUMMARY, 1)
            person = ctx.session.get_one(Registration, closing.registration)
            comments.write(ctx, person, summary, comments.Words("", "Wait for me.", "en", False, "one"))
            ctx.session.flush()
            written.set()
            if engine != "sqlite":  # there the other cannot even begin before this is committed
                assert (at_the_lock if guarded else issued).wait(PATIENCE)

    def issue() -> bool:
        assert written.wait(PATIENCE)
        try:
            with app.app_context(), unit_of_work() as ctx:
                publishing.publish(ctx, closing.publication(ctx), tell=False)
        except DomainError:
            return False
        finally:
            issued.set()
        return True

    tasks: list[Callable[[], object]] = [comment, issue]
    with ThreadPoolExecutor(2) as pool:
        _, was_issued = [each.result(PATIENCE) for each in [pool.submit(task) for task in tasks]]
    assert was_issued is not guarded
    with work() as ctx:
        assert comment_queries.count_unanswered(ctx, closing.event(ctx)) == 1
