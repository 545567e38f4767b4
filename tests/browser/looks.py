"""Which pages look alike but for their words, so that the walk judges only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from lxml import html

Shape = tuple[str, ...]
Page = TypeVar("Page")


def shapes_of(body: bytes | str) -> frozenset[Shape]:
    """Return each way from the page's body down to an element, by what a style can ask for: no words, no order."""
    return frozenset(_below(html.document_fromstring(body).find("body"), ()))


def apart(pages: Iterable[tuple[Page, frozenset[Shape]]]) -> list[Page]:
    """Return, the fullest first, the pages that have something in them which no fuller one has."""
    seen: set[Shape] = set()
    kept = []
    for page, shapes in sorted(pages, key=lambda each: -len(each[1])):
        if not shapes <= seen:
            kept.append(page)
            seen |= shapes
    return kept


def _below(element: html.HtmlElement, way: Shape) -> Iterator[Shape]:
    if not isinstance(element.tag, str):  # a comment
        return
    said = (element.get(name, "") for name in ("role", "type"))
    way = (*way, " ".join([element.tag, *said, *sorted(element.classes), *sorted(element.keys())]))
    yield way
    for child in element:
        yield from _below(child, way)
