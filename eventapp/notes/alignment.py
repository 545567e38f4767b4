"""How the pieces of two texts lie side by side: what stayed in its place, and what stands in between."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_MOST_COMPARED = 10_000  # pairs; a longer passage without a word of its own is shown as replaced


def aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Yield (is it the same, old, new) for both lists from start to end.

    What stands once in both holds the rest in its place (Cohen's "patience diff"), so that the longest texts are
    compared in a moment; only short passages in between are compared in full.
    """
    work = [(old, new, False)]
    while work:
        old, new, same = work.pop()
        if same or not (old and new):
            if old or new:
                yield same, old, new
            continue
        start, end = _ends(old, new)
        if start or end:
            middle = old[start : len(old) - end], new[start : len(new) - end]
            work += [
                (old[len(old) - end :], new[len(new) - end :], True),
                (*middle, False),
                (old[:start], new[:start], True),
            ]
            continue
        once = _once(old), _once(new)
        pairs = [(once[0][each], place) for each, place in once[1].items() if each in once[0]]
        pairs.sort()
        anchors = [pairs[index] for index in longest_rising([place for _, place in pairs])]
        if anchors:
            done = (0, 0)
            parts = []
            for here, there in anchors:
                parts += [
                    (old[done[0] : here], new[done[1] : there], False),
                    (old[here : here + 1], new[there : there + 1], True),
                ]
                done = here + 1, there + 1
            work += [(old[done[0] :], new[done[1] :], False), *reversed(parts)]
        elif len(old) * len(new) <= _MOST_COMPARED:
            for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
                None, old, new, autojunk=False
            ).get_opcodes():
                yield kind == "equal", old[old_from:old_to], new[new_from:new_to]
        else:
            yield False, old, new


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many are the same at the start, and of the rest at the end."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    shorter -= start
    end = next((place for place in range(shorter) if old[-1 - place] != new[-1 - place]), shorter)
    return start, end


def _once(pieces: Sequence[str]) -> dict[str, int]:
    """Return the place of each piece that stands there just once."""
    counts = Counter(pieces)
    return {piece: place for place, piece in enumerate(pieces) if counts[piece] == 1}


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """Return the indices of a longest rising run among the numbers, all different (patience sorting)."""
    tops: list[int] = []  # the smallest number that ends a run of each length
    ends: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tops, number)
        before.append(ends[place - 1] if place else None)
        if place == len(tops):
            tops.append(number)
            ends.append(index)
        else:
            tops[place], ends[place] = number, index
    run: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        run.append(last)
        last = before[last]
    return run[::-1]
