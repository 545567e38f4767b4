"""Organisations in a text: by their whole name, its words in any order, or by their acronym in capitals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence

from eventapp.notes.attribution import known
from eventapp.notes.attribution.everyday import CONCEPTS, EVERYDAY, NOT_ACRONYMS, NOT_OF_A_BODY, VAGUE_BODIES
from eventapp.notes.attribution.letters import Atom, atoms

Found = tuple[int, int, str, str]  # start, end, name, canonical name


class Bodies:
    """The organisations of the participants, but for those that are public."""

    def __init__(self, names: Iterable[str], public: Collection[str]) -> None:
        free = {frozenset(known.body_words(text)) for text in public}
        shortened = {acronym for text in public for acronym, _own in known.acronyms(text)} | NOT_ACRONYMS
        self._words: dict[frozenset[str], str] = {}
        self._acronyms: dict[str, tuple[str, str, bool]] = {}
        self._joined: dict[str, tuple[str, str]] = {}
        for name in names:
            words = frozenset(known.body_words(name))
            if not words or words <= VAGUE_BODIES or any(words <= text for text in free):
                continue
            self._words.setdefault(words, name)
            canonical = " ".join(sorted(words))
            for acronym, own in known.acronyms(name):
                if acronym not in shortened:
                    self._acronyms.setdefault(acronym, (name, canonical, own))
            pieces = [piece.folded for piece in atoms(name)]
            if len(pieces) > 1 and len("".join(pieces)) >= 6:
                self._joined.setdefault("".join(pieces), (name, canonical))
        self._by_word: dict[str, list[frozenset[str]]] = {}
        for words in self._words:
            for word in words:
                self._by_word.setdefault(word, []).append(words)

    def find(self, read: Sequence[Atom], text: str, *, loose: bool) -> Iterator[Found]:
        """Yield every organisation in the text."""
        places: dict[str, list[int]] = {}
        for at, atom in enumerate(read):
            word = CONCEPTS.get(atom.folded, atom.folded)
            if word in self._by_word:
                places.setdefault(word, []).append(at)
            if joined := self._joined.get(atom.folded):
                yield atom.start, atom.end, *joined
            yield from self._acronym(atom, text, loose=loose)
        for words, name in self._words.items():
            if all(word in places for word in words):
                if len(words) == 1:
                    yield from self._single(words, name, places, read, loose=loose)
                else:
                    yield from _windows(words, name, places, read)

    def _acronym(self, atom: Atom, text: str, *, loose: bool) -> Iterator[Found]:
        written = text[atom.start : atom.end]
        found = self._acronyms.get(written) if atom.upper else None
        if found is None and loose and len(written) >= 4:
            found = self._acronyms.get(written.upper())
            found = found if found and found[2] else None
        if found is not None:
            yield atom.start, atom.end, found[0], found[1]

    def _single(
        self, words: frozenset[str], name: str, places: dict[str, list[int]], read: Sequence[Atom], *, loose: bool
    ) -> Iterator[Found]:
        (word,) = words
        if word in EVERYDAY or len(word) < 3:
            return
        shouted = name.isupper()  # an acronym is found as one
        for at in places[word]:
            atom = read[at]
            if loose or not atom.cased or (atom.upper if shouted else atom.capital):
                yield atom.start, atom.end, name, word


def _windows(words: frozenset[str], name: str, places: dict[str, list[int]], read: Sequence[Atom]) -> Iterator[Found]:
    """Yield each stretch that holds all the words, with little more than small words between them."""
    longest = 2 * len(words) + 2
    rarest = min(words, key=lambda word: (len(places[word]), word))
    canonical = " ".join(sorted(words))
    for at in places[rarest]:
        nearest = [_nearest(places[word], at) for word in words]
        start, end = min(nearest), max(nearest)
        if end - start < longest and _is_one(read[start : end + 1], words):
            yield read[start].start, read[end].end, name, canonical


def _is_one(stretch: Sequence[Atom], words: frozenset[str]) -> bool:
    """Tell whether little stands between the words: small words, and one more that is written as a name."""
    strangers = [
        atom
        for atom in stretch
        if CONCEPTS.get(atom.folded, atom.folded) not in words and atom.folded not in NOT_OF_A_BODY
    ]
    named = all(atom.capital or not atom.cased for atom in strangers)
    return named and len(strangers) <= 1 and not any(atom.parted for atom in stretch[1:])


def _nearest(places: Sequence[int], at: int) -> int:
    after = bisect_left(places, at)
    return min(places[max(after - 1, 0) : after + 1], key=lambda each: abs(each - at))
