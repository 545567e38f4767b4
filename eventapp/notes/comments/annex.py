"""The annex of the read-out: every comment that was answered, with its outcome and the reason, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes.addresses import slug_of
from eventapp.notes.comments import places, queries
from eventapp.notes.comments.models import Comment

Entry = dict[str, Any]


def annex(ctx: Context, event: Event) -> list[Entry]:
    """Return one entry a comment whose answer is released, by text and paragraph; everything in it is JSON.

    Keys: `comment` (its number), `text` (address of the publication), `number`, `titles` and `paragraphs`
    ({language: words}; no paragraphs: about the whole), `said`, `language`, `signed` (empty: a participant),
    `outcome` (a `CommentState`), `reason` ({language: words}).
    """
    released = queries.list_released(ctx, event)
    editions = texts.latest_editions(ctx, sorted({each.publication_id for each in released}))
    entries = []
    for group in places.grouped(ctx, released, event.languages[0]):
        publication = group.place.publication
        titles = {
            language: places.place_in(editions[publication.id], publication, language, "").title
            for language in event.languages
        }
        for comment in group.comments:
            entries.append(
                {
                    "comment": comment.id,
                    "text": slug_of(publication.kind, publication.number),
                    "number": publication.number,
                    "titles": titles,
                    "paragraphs": _paragraphs(ctx, event, comment),
                    "said": comment.text,
                    "language": comment.language,
                    "signed": comment.signed,
                    "outcome": comment.state.value,
                    "reason": comment.reason.as_dict(),
                }
            )
    return entries


def without_erased(ctx: Context, event: Event, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries of an earlier annex, without the words and names of people who were erased since."""
    numbers = [entry["comment"] for entry in entries]
    rows = ctx.session.execute(
        select(Comment.id, Comment.text, Comment.signed).where(Comment.event_id == event.id, Comment.id.in_(numbers))
    )
    kept = {number: (text, signed) for number, text, signed in rows}
    left = []
    for entry in entries:
        text, signed = kept.get(entry["comment"], ("", ""))
        left.append({**entry, "said": entry["said"] if text else "", "signed": entry["signed"] if signed else ""})
    return left


def _paragraphs(ctx: Context, event: Event, comment: Comment) -> dict[str, str]:
    found = {language: places.places_of(ctx, [comment], language)[comment.id].paragraph for language in event.languages}
    return {language: each.text for language, each in found.items() if each is not None}
