"""Where comments belong: the text, and the paragraph as it was published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_

from eventapp.core import markdown
from eventapp.core.context import Context
from eventapp.notes import queries
from eventapp.notes.addresses import slug_of
from eventapp.notes.comments.models import Comment
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import TITLE, Printed
from eventapp.notes.publishing import hooks
from eventapp.notes.publishing.readings import read_in
from eventapp.notes.states import PublicationState


@dataclass(frozen=True)
class Place:
    """A text, and one of its paragraphs unless it is about the whole; `gone`: the latest edition has it no more."""

    publication: Publication
    title: str
    title_language: str
    paragraph: Printed | None
    gone: bool

    @property
    def slug(self) -> str:
        """Return how addresses name the text."""
        return slug_of(self.publication.kind, self.publication.number)

    @property
    def page(self) -> tuple[str, dict[str, object]] | None:
        """Return endpoint and values of the public page of the text, at the paragraph; None when it has none."""
        endpoint = hooks.PAGES.get(self.publication.kind)
        if endpoint is None:
            return None
        values: dict[str, object] = {"number": self.publication.number} if self.publication.number else {}
        if self.paragraph is not None and not self.gone:
            values["_anchor"] = self.paragraph.key
        return endpoint, values

    @property
    def takes_comments(self) -> bool:
        """Tell whether one can comment on the text now."""
        return self.publication.state is PublicationState.PUBLISHED


@dataclass(frozen=True)
class Group:
    """The comments about one place."""

    place: Place
    comments: Sequence[Comment]


def in_short(paragraph: Printed, longest: int = 160) -> str:
    """Return the beginning of a paragraph as plain words, cut at a word."""
    words = " ".join(markdown.plain(paragraph.text).removeprefix("> ").split())
    return words if len(words) <= longest else words[:longest].rsplit(" ", 1)[0].rstrip(" ,;:–—") + "…"


def find_paragraph(edition: Edition, language: str, key: str) -> Printed | None:
    """Return a paragraph as the page in the language shows it; the title is none."""
    if not key or key == TITLE:
        return None
    printed = edition.paragraphs.get(language) or edition.paragraphs[edition.source_language]
    return next((each for each in printed if each.key == key), None)


def place_in(edition: Edition, publication: Publication, language: str, key: str) -> Place:
    """Return the place of a paragraph in the latest edition; a paragraph that is not there any more is gone."""
    read = read_in(language, publication, edition)
    found = find_paragraph(edition, language, key)
    return Place(publication, read.title, read.written_in, found, gone=bool(key) and key != TITLE and found is None)


def places_of(ctx: Context, comments: Sequence[Comment], language: str) -> dict[int, Place]:
    """Return the place of each comment by its number; what has gone is read from the edition it was said about."""
    latest = queries.latest_editions(ctx, sorted({each.publication_id for each in comments}))
    found: dict[int, Place] = {}
    gone: list[Comment] = []
    for comment in comments:
        edition = latest[comment.publication_id]
        place = place_in(edition, comment.publication, language, comment.paragraph_key)
        found[comment.id] = place
        if place.gone:
            gone.append(comment)
    earlier = _editions(ctx, {(each.publication_id, each.edition_number) for each in gone})
    for comment in gone:
        edition = earlier[comment.publication_id, comment.edition_number]
        before = found[comment.id]
        paragraph = find_paragraph(edition, language, comment.paragraph_key)
        found[comment.id] = Place(before.publication, before.title, before.title_language, paragraph, gone=True)
    return found


def grouped(ctx: Context, comments: Sequence[Comment], language: str) -> list[Group]:
    """Return the comments by place: texts in their order, the whole text first, then paragraphs as they stand."""
    places = places_of(ctx, comments, language)
    latest = queries.latest_editions(ctx, sorted({each.publication_id for each in comments}))
    order = {
        (publication_id, each.key): number
        for publication_id, edition in latest.items()
        for number, each in enumerate(edition.paragraphs[edition.source_language], start=1)
    }
    by_place: dict[tuple[int, str], list[Comment]] = {}
    for comment in comments:
        by_place.setdefault((comment.publication_id, comment.paragraph_key), []).append(comment)

    def rank(key: tuple[int, str]) -> tuple[int, int, int, int]:
        publication = places[by_place[key][0].id].publication
        kind = list(type(publication.kind)).index(publication.kind)
        return kind, publication.number, order.get(key, len(order) + 1 if key[1] else 0), by_place[key][0].id

    return [Group(places[by_place[key][0].id], by_place[key]) for key in sorted(by_place, key=rank)]


def _editions(ctx: Context, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Edition]:
    rows = ctx.session.scalars(
        select(Edition).where(tuple_(Edition.publication_id, Edition.number).in_(sorted(wanted)))
    )
    return {(each.publication_id, each.number): each for each in rows}
