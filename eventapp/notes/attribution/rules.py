"""What follows from the words alone: which rule is the strictest, and whether a text holds the words of a quote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from eventapp.events.states import AttributionRule
from eventapp.notes.attribution.letters import atoms
from eventapp.notes.attribution.names import What

LONGEST_REASON = 1_000
LONGEST_WORDS = 2_000
_STRICTEST_FIRST = tuple(AttributionRule)  # Chatham House, consented, on the record
_SHARED_RUN = 5  # words in a row that make a passage a quote
_SHORTEST_QUOTE = 3


def strictest(rules: Iterable[AttributionRule], otherwise: AttributionRule) -> AttributionRule:
    """Return the rule that protects most, `otherwise` when there is none."""
    return min(rules, key=_STRICTEST_FIRST.index, default=otherwise)


def name_hash(what: What, canonical: str) -> str:
    """Return what an override keeps instead of the name (given without accents, case and order)."""
    return hashlib.sha256(f"{what}:{canonical}".encode()).hexdigest()


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a text without accents, case and punctuation."""
    return tuple(atom.folded for atom in atoms(text))


def holds(text: str, words: str) -> bool:
    """Tell whether the text has just these words in a row; accents, case and punctuation apart."""
    run, wanted = plain_words(text), plain_words(words)
    return bool(wanted) and any(
        run[at : at + len(wanted)] == wanted for at in range(len(run) - len(wanted) + 1) if run[at] == wanted[0]
    )


def runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Return every five words in a row; all of them when there are less, none of two or one."""
    words = tuple(words)
    if len(words) < _SHORTEST_QUOTE:
        return set()
    if len(words) <= _SHARED_RUN:
        return {words}
    return {words[at : at + _SHARED_RUN] for at in range(len(words) - _SHARED_RUN + 1)}


def shares_run(text: str, quotes: Iterable[tuple[str, ...]]) -> bool:
    """Tell whether the text has one of these runs of words."""
    words = plain_words(text)
    by_length: dict[int, set[tuple[str, ...]]] = {}
    for run in quotes:
        by_length.setdefault(len(run), set()).add(run)
    return any(
        words[at : at + length] in wanted
        for length, wanted in by_length.items()
        for at in range(len(words) - length + 1)
    )
