"""A long summary for the bench: the longest that may be written, in two editions, a third of it not translated."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from eventapp.core.context import SYSTEM
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import unit_of_work
from eventapp.demo.content import SLUG
from eventapp.events.queries import find_event
from eventapp.notes import service
from eventapp.notes.publishing import service as publishing
from tests.support.publishing import publish_now, write_summary

PARAGRAPHS = 240
DAY = 2


def pages(app: Flask) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Publish it, then yield title, address and headers of each page to be measured."""
    publish_long_summary(app)
    page = f"/fr/{SLUG}/summaries/{DAY}"
    for name, path in (("long summary", page), ("its second edition, word by word", f"{page}/editions/2")):
        yield f"{name}, gzip", path, {"Accept-Encoding": "gzip"}
        yield f"{name}, not compressed", path, {}


def publish_long_summary(app: Flask) -> None:
    """Publish the summary of day two with a heading, a list or a quote in every fifth paragraph, and an erratum."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = find_event(ctx.session, SLUG)
        assert event is not None
        first, second = event.languages[:2]
        written = [_paragraph(number) for number in range(PARAGRAPHS)]
        summary = write_summary(ctx, event, {first: ("Day two", "\n\n".join(written))}, number=DAY)
        publish_now(ctx, summary)
        written[7] += " One more sentence."
        source = service.save_source(ctx, summary, title="Day two", text="\n\n".join(written), base_revision=1)
        texts = {each.key: each.text for each in source.paragraphs[: 2 * PARAGRAPHS // 3]}
        service.save_translation(ctx, summary, second, texts, reviewed=dict.fromkeys(texts, True), base_revision=0)
        publishing.publish(ctx, summary, Translated({first: "One sentence more"}), tell=False)


def _paragraph(number: int) -> str:
    mark = ("## ", "- ", "> ", "", "")[number % 5]
    words = f"What the {number} tables of the room had in common was said in **one** sentence of twelve words. "
    return mark + (f"Point {number}" if mark == "## " else words * 2).strip()
