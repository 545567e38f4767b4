"""Texts as paragraphs that keep their identity while they are rewritten, and where their translations stand.

A paragraph is what stands between blank lines of the Markdown; a fenced block is one whatever it holds. It keeps
its key from revision to revision, so that translations, notes and comments stay with it. Everything here is pure.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from eventapp.notes.likeness import holders_of, likest, pair, shared, weight, words_of
from eventapp.notes.states import ParagraphState

TITLE = "title"  # the key of the first paragraph
_WENT_INTO = 0.6  # from this part of the words on, a paragraph was joined to another, or split off it
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


class Paragraph(NamedTuple):
    """A paragraph of a revision; `of` and `reviewed` are about translations only."""

    key: str
    text: str  # Markdown; empty when it is not translated
    part: str = ""  # of the read-out: "introduction", "insight:12" …; empty in a text without parts
    of: str = ""  # `fingerprint` of the source that it renders
    reviewed: bool = False


class Printed(NamedTuple):
    """A paragraph of an edition, in the language in which it could be published."""

    key: str
    text: str
    language: str  # not the page's language while the translation is pending
    part: str = ""


def new_key() -> str:
    """Return a key that no other paragraph has."""
    return f"p{secrets.token_hex(5)}"


def fingerprint(text: str) -> str:
    """Return what tells one source text from another: 64 bits of its SHA-256, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def split(text: str) -> list[str]:
    """Return the paragraphs of a Markdown text, without the blank lines between them."""
    found: list[list[str]] = [[]]
    fence = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if fence:
            found[-1].append(line.rstrip())
            mark = line.strip()
            if len(mark) >= len(fence) and mark == fence[0] * len(mark):
                fence = ""
        elif not line.strip():
            if found[-1]:
                found.append([])
        else:
            if opened := _FENCE.match(line):
                fence = opened[1]
            found[-1].append(line.rstrip() + ("  " if line.endswith("  ") else ""))  # two spaces break a line
    return ["\n".join(lines).rstrip() for lines in found if lines]


def title_of(paragraphs: Sequence[Paragraph]) -> str:
    """Return the text of the title."""
    return paragraphs[0].text if paragraphs and paragraphs[0].key == TITLE else ""


def text_of(paragraphs: Iterable[Paragraph], part: str | None = None) -> str:
    """Return the Markdown of all paragraphs but the title, or of those of one part."""
    return "\n\n".join(
        each.text for each in paragraphs if each.key != TITLE and each.text and part in (None, each.part)
    )


def rewrite(
    before: Sequence[Paragraph],
    title: str,
    text: str,
    *,
    part: str = "",
    fresh: Callable[[], str] = new_key,
) -> tuple[Paragraph, ...]:
    """Return a source text as one of its parts was rewritten: title, then `text` in paragraphs, then the other parts.

    A paragraph that stayed, moved or was reworded keeps its key; one that is new gets a fresh one.
    """
    old = [each for each in before if each.key != TITLE and each.part == part]
    others = [each for each in before if each.key != TITLE and each.part != part]
    return (Paragraph(TITLE, title), *replace_part(old, text, part=part, fresh=fresh), *others)


def replace_part(
    old: Sequence[Paragraph], text: str, *, part: str, fresh: Callable[[], str] = new_key
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of one part of a source text as it was rewritten, keys kept where they can be."""
    new = split(text)
    pairs = pair([each.text for each in old], new)
    return tuple(
        Paragraph(old[pairs[index]].key if index in pairs else fresh(), words, part) for index, words in enumerate(new)
    )


def heirs(
    wanted: Sequence[Paragraph], before: Sequence[Paragraph], after: Sequence[Paragraph]
) -> list[tuple[str, str]]:
    """Return (old key, new key) of each of the wanted old paragraphs that went into another: joined to it, or split.

    A paragraph that has gone went into the one that has most of its words now; one that is new and has most of its
    words from an old one, which was changed, was split off it. Headings have no heirs and are none.
    """
    old, new = by_key(before), by_key(after)
    changed = [each for each in after if each.text and each.key != TITLE and not each.text.startswith("#")]
    words = {
        each.key: words_of(each.text) for each in changed if each.key not in old or old[each.key].text != each.text
    }
    holders = holders_of(words)
    found = []
    for each in wanted:
        if each.key in new and new[each.key].text == each.text:
            continue
        mine = words_of(each.text)
        common = {key: shared(mine, words[key]) for key in likest(mine, words, holders)}
        went_into = {key for key in common if key not in old and common[key] > _WENT_INTO * weight(words[key])}
        if each.key not in new and common:
            most = max(common, key=lambda key: common[key])
            if common[most] > _WENT_INTO * weight(mine):
                went_into.add(most)
        found += [(each.key, key) for key in words if key in went_into]
    return found


def paragraph_state(source: Paragraph, twin: Paragraph | None) -> ParagraphState:
    """Tell where the translation of a paragraph stands."""
    if twin is None or not twin.text:
        return ParagraphState.MISSING
    if twin.of != fingerprint(source.text):
        return ParagraphState.OUTDATED
    return ParagraphState.REVIEWED if twin.reviewed else ParagraphState.DRAFT


def by_key(paragraphs: Iterable[Paragraph]) -> dict[str, Paragraph]:
    """Return the paragraphs by their keys."""
    return {each.key: each for each in paragraphs}


def states(source: Sequence[Paragraph], twins: Sequence[Paragraph]) -> dict[str, ParagraphState]:
    """Return the state of every paragraph of the source in another language, by key."""
    found = by_key(twins)
    return {each.key: paragraph_state(each, found.get(each.key)) for each in source if each.text}


def translate(
    source: Sequence[Paragraph],
    before: Sequence[Paragraph],
    texts: Mapping[str, str],
    reviewed: Mapping[str, bool],
) -> tuple[Paragraph, ...]:
    """Return a translation with the texts (by key) that were sent, in the order of the source.

    What was not sent stays as it is, outdated or not; what was sent renders the source as it stands now. A twin
    whose source has gone is left out: the revision before keeps it.
    """
    found = by_key(before)
    made = []
    for each in source:
        twin = found.get(each.key)
        if each.key in texts:
            words = "\n\n".join(split(texts[each.key]))
            made.append(
                Paragraph(each.key, words, each.part, fingerprint(each.text), bool(words and reviewed.get(each.key)))
            )
        else:
            made.append(twin._replace(part=each.part) if twin else Paragraph(each.key, "", each.part))
    return tuple(made)


def as_deep(source: str, twin: str) -> str:
    """Return a translation as far indented as its source, so that it stays in the point of the list that it is in."""
    depth = source[: len(source) - len(source.lstrip(" "))]
    return "\n".join(line if not line or line.startswith(depth) else depth + line for line in twin.split("\n"))


def printed(
    languages: Sequence[str], source_language: str, texts: Mapping[str, Sequence[Paragraph]]
) -> dict[str, tuple[Printed, ...]]:
    """Return what an edition shows in each language: reviewed translations, the source where there is none."""
    source = [each for each in texts[source_language] if each.text]
    pages = {}
    for language in languages:
        twins = by_key(texts.get(language, ()))
        pages[language] = tuple(_printed(each, twins.get(each.key), language, source_language) for each in source)
    return pages


def _printed(source: Paragraph, twin: Paragraph | None, language: str, source_language: str) -> Printed:
    if language != source_language and twin and paragraph_state(source, twin) is ParagraphState.REVIEWED:
        return Printed(source.key, as_deep(source.text, twin.text), language, source.part)
    return Printed(source.key, source.text, source_language, source.part)
