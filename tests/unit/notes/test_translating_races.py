"""Translators who save at the same moment, on both engines."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from eventapp.core.context import Context
from eventapp.notes import queries
from eventapp.notes.models import Publication
from eventapp.notes.paragraphs import Paragraph, by_key
from eventapp.notes.translating import service
from eventapp.notes.translating.rules import Sent
from tests.support.factories import make_event
from tests.support.fixtures import Work
from tests.support.publishing import write_summary
from tests.unit.notes.test_service import parallel


def test_of_those_who_save_at_once_only_the_same_paragraph_clashes(app: Flask, work: Work) -> None:
    with work() as ctx:
        text = "One.\n\nTwo.\n\nThree."
        summary = write_summary(
            ctx, make_event(ctx), {"en": ("Title", text), "fr": ("Titre", "Un.\n\nDeux.\n\nTrois.")}
        )
        keys = [each.key for each in summary_paragraphs(ctx, summary, "en")]
        number = summary.id

    def saving(key: str, words: str) -> Callable[[Context], object]:
        def command(ctx: Context) -> object:
            publication = ctx.session.get_one(Publication, number)
            sent = {key: Sent(words, True)}
            return service.save(ctx, publication, "fr", sent, base_revision=1, source_revision=1)

        return command

    outcomes = parallel(
        app,
        [
            saving(keys[0], "T"),
            saving(keys[1], "A."),
            saving(keys[1], "B."),
            saving(keys[2], "C."),
            saving(keys[3], "D."),
        ],
    )

    assert [type(each).__name__ for each in outcomes].count("Clash") == 1, outcomes
    assert isinstance(outcomes[1], service.Clash) or isinstance(outcomes[2], service.Clash)
    with work() as ctx:
        saved = by_key(summary_paragraphs(ctx, ctx.session.get_one(Publication, number), "fr"))
        assert [saved[key].text for key in (keys[0], keys[2], keys[3])] == ["T", "C.", "D."]
        assert saved[keys[1]].text in {"A.", "B."}


def summary_paragraphs(ctx: Context, summary: Publication, language: str) -> tuple[Paragraph, ...]:
    found = queries.find_latest_revision(ctx, summary, language)
    assert found is not None
    return found.paragraphs
