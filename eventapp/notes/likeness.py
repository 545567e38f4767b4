"""Which paragraphs of a rewritten text are those of the text before, by their words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eventapp.notes.alignment import aligned

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")  # where words are not parted, every letter is one
_REWORDED = 0.4  # in its place, from this likeness on, a paragraph is the same one reworded
_MOVED = 0.6  # it must be more alike when it is elsewhere as well
_COMMON = 40  # a word of more paragraphs says nothing about which of them it is

Words = Counter[str]


def pair(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return, by its index, of each new paragraph that goes on the index of the old one, each used once.

    First what stayed or moved as it was, then what was reworded between the same neighbours, then what was moved and
    reworded. A paragraph that was split goes on in its likest piece; two that became one go on in the likest of them.
    """
    pairs = dict(_unchanged(old, new))
    kept = set(pairs.values())
    before = {index: words_of(text) for index, text in enumerate(old) if index not in kept}
    after = {index: words_of(text) for index, text in enumerate(new) if index not in pairs}
    for old_run, new_run in _gaps(pairs, before, after):
        pairs.update(_likest(old_run, new_run, before, after, _REWORDED))
        if len(old_run) == len(new_run):  # rewritten altogether, yet what stands in its place: look at it again
            taken = set(pairs.values())
            for here, there in zip(old_run, new_run, strict=True):
                if here not in taken and there not in pairs:
                    pairs[there] = here
    taken = set(pairs.values())
    left = [index for index in before if index not in taken], [index for index in after if index not in pairs]
    pairs.update(_likest(*left, before, after, _MOVED))
    return pairs


def words_of(text: str) -> Words:
    """Return how often each word stands in the text, whatever its case."""
    return Counter(_WORD.findall(text.casefold()))


def shared(one: Words, other: Words) -> int:
    """Return how many letters of words two texts share: short words, which every text has, weigh little."""
    if len(other) < len(one):
        one, other = other, one
    return sum(len(word) * min(count, other[word]) for word, count in one.items() if word in other)


def weight(words: Words) -> int:
    """Return how many letters the words have."""
    return sum(len(word) * count for word, count in words.items())


def holders_of(texts: Mapping[str, Words]) -> dict[str, list[str]]:
    """Return the keys of the texts that have each word."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, words in texts.items():
        for word in words:
            found[word].append(key)
    return found


def likest(words: Words, texts: Mapping[str, Words], holders: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the keys of the few texts that may share most words with these."""
    common: Counter[str] = Counter()
    for word, count in words.items():
        if len(holders.get(word, ())) <= _COMMON:
            for key in holders.get(word, ()):
                common[key] += len(word) * min(count, texts[key][word])
    return [key for key, _rough in common.most_common(8)]


def _unchanged(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (new, old) of what says the same: what stayed in its place first, then what was moved."""
    here = there = 0
    gone: defaultdict[str, deque[int]] = defaultdict(deque)
    come: list[int] = []
    for same, old_texts, new_texts in aligned(old, new):
        if same:
            yield from ((there + step, here + step) for step in range(len(new_texts)))
        else:
            for step, text in enumerate(old_texts):
                gone[text].append(here + step)
            come += range(there, there + len(new_texts))
        here, there = here + len(old_texts), there + len(new_texts)
    for index in come:
        if gone[new[index]]:
            yield index, gone[new[index]].popleft()


def _gaps(pairs: Mapping[int, int], before: Iterable[int], after: Iterable[int]) -> list[tuple[list[int], list[int]]]:
    """Return the runs of what changed, old and new, that follow the same paragraph."""
    followers: defaultdict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    stayed = {here: there for there, here in pairs.items()}
    last, previous = -1, -2
    for here in before:
        if here != previous + 1:
            last = stayed.get(here - 1, -1)  # the new place of what stands before the run
        followers[last][0].append(here)
        previous = here
    last, previous = -1, -2
    for there in after:
        if there != previous + 1:
            last = there - 1
        followers[last][1].append(there)
        previous = there
    return [(old_run, new_run) for old_run, new_run in followers.values() if old_run and new_run]


def _likest(
    old: Sequence[int],
    new: Sequence[int],
    before: Mapping[int, Words],
    after: Mapping[int, Words],
    at_least: float,
) -> Iterator[tuple[int, int]]:
    """Yield (new, old) of what is alike enough, the likest first."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for here in old:
        for word in before[here]:
            holders[word].append(here)
    weights = {here: weight(before[here]) for here in old}
    found = []
    for there in new:
        words = after[there]
        common: Counter[int] = Counter()
        for word, count in words.items():
            if len(holders.get(word, ())) <= _COMMON:
                for here in holders.get(word, ()):
                    common[here] += len(word) * min(count, before[here][word])
        mine = weight(words)
        for here, _rough in common.most_common(5):
            likeness = 2 * shared(words, before[here]) / (mine + weights[here])
            if likeness >= at_least:
                found.append((-likeness, abs(here - there), there, here))
    taken: set[int] = set()
    done: set[int] = set()
    for _likeness, _distance, there, here in sorted(found):
        if here not in taken and there not in done:
            taken.add(here)
            done.add(there)
            yield there, here
