"""Who must not be found: people and their organisations, and every way in which their names are written.

A name is a sequence of words, a word a sequence of atoms. The atoms that tell people apart are its *parts*; a form is
what an atom of a text may look like, with the parts that it stands for. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations, product
from typing import NamedTuple

from eventapp.notes.attribution.everyday import CONCEPTS, EVERYDAY, NOT_OF_A_BODY, PARTICLES, SUFFIXES, TITLES
from eventapp.notes.attribution.letters import SOLID, Atom, atoms

_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ß": "ss", "æ": "a", "œ": "o",
              "ŋ": "n"}  # fmt: skip
_PREFIXES = ("dela", "delos", "vander", "vanden", "van", "von", "abdel", "abdul", "abdal", "abdou", "al", "el", "mac",
             "mc", "ben", "ibn", "bin", "abd")  # fmt: skip
_LONGEST_REORDERED = 4


class Known(NamedTuple):
    """Somebody who takes part or speaks, and where they work; either may be empty."""

    name: str
    organisation: str = ""


class Form(NamedTuple):
    """What an atom may look like, and which parts of the name it stands for."""

    text: str
    parts: frozenset[int]
    alone: bool  # whether it tells who is meant by itself
    account: bool = False  # an initial run together with a name: what addresses hold, and many ordinary words too


@dataclass(frozen=True)
class Word:
    """One word of a name; `parts` are the numbers of its atoms that count."""

    pieces: tuple[Atom, ...]
    parts: tuple[int, ...]
    original: str

    @property
    def joined(self) -> str:
        """Return all its atoms in one, as people write who leave hyphens and apostrophes out."""
        return "".join(piece.folded for piece in self.pieces)


@dataclass(frozen=True)
class Person:
    """A name taken apart."""

    name: str
    words: tuple[Word, ...]
    parts: tuple[Atom, ...]
    surnames: frozenset[int]  # parts that tell by themselves who is meant
    solid: tuple[str, ...] = field(default=())  # spellings in a script without spaces between words

    @property
    def canonical(self) -> str:
        """Return the name without accents, case, particles and order."""
        return " ".join(sorted({*(part.folded for part in self.parts), *self.solid}))

    def initials(self) -> dict[str, set[int]]:
        """Return the parts by their first letters."""
        found: dict[str, set[int]] = {}
        for number, part in enumerate(self.parts):
            for initial in {part.folded[0], part.folded[:2]}:  # Œ is one letter, and folds to two
                found.setdefault(initial, set()).add(number)
        return found


def parse(name: str) -> Person | None:
    """Take a name apart; None when nothing of it is a name."""
    texts = [_words_of(part) for part in reversed(name.split(","))] if name.count(",") == 1 else [_words_of(name)]
    words = [word for part in texts for word in part if not _is_title(word)]
    solid = [word for word in words if word[1][0].script == SOLID]
    words = [word for word in words if word[1][0].script != SOLID]
    counts = [word for word in words if not _is_particle(word)]
    if len(counts) < 2:  # “Ben Carter”, “Al Gore”: what is a particle elsewhere tells people apart here
        counts = words
    taken: list[Atom] = []
    built: list[Word] = []
    longest = max((len(piece.folded) for _, pieces in counts for piece in pieces), default=0)
    for word in words:
        text, pieces = word
        numbers = []
        for piece in pieces if word in counts else ():
            inner = len(pieces) > 1 and piece.folded in PARTICLES
            if (len(piece.folded) > 1 or longest == 1) and not inner:
                numbers.append(len(taken))
                taken.append(piece)
        built.append(Word(tuple(pieces), tuple(numbers), text))
    if not taken and not solid:
        return None
    return Person(name, tuple(built), tuple(taken), _surnames(built), tuple(_solid_spellings(solid)))


def _words_of(text: str) -> list[tuple[str, list[Atom]]]:
    return [(word, pieces) for word in text.split() if (pieces := atoms(word))]


def _is_title(word: tuple[str, list[Atom]]) -> bool:
    text, pieces = word
    folded = "".join(piece.folded for piece in pieces)
    shortened = text.endswith(".") and folded in TITLES
    return shortened or folded in SUFFIXES or folded in {"dr", "dra", "prof", "mr", "mrs", "ms", "mme", "sra", "phd"}


def _is_particle(word: tuple[str, list[Atom]]) -> bool:
    text, pieces = word
    return all(piece.folded in PARTICLES or len(piece.folded) == 1 for piece in pieces) and not (
        len(pieces) == 1 and pieces[0].upper and len(text) > 2
    )


def _surnames(words: Sequence[Word]) -> frozenset[int]:
    """Return the parts of the words in capitals where others are not, else of all but the first word."""
    counting = [word for word in words if word.parts]
    shouted = [word for word in counting if all(piece.upper for piece in word.pieces)]
    chosen = shouted if shouted and len(shouted) < len(counting) else counting[1:] or counting
    return frozenset(part for word in chosen for part in word.parts)


def _solid_spellings(words: Sequence[tuple[str, list[Atom]]]) -> Iterator[str]:
    spelt = ["".join(piece.folded for piece in pieces) for _text, pieces in words]
    if not spelt:
        return
    orders = permutations(spelt) if len(spelt) <= 3 else [tuple(spelt)]
    yield from dict.fromkeys("".join(order) for order in orders)


def forms(person: Person) -> Iterator[Form]:
    """Yield every form of the person's name; the same text may come more than once."""
    for word in person.words:
        for number in word.parts:
            part = person.parts[number]
            alone = number in person.surnames
            for spelling in spellings(part, word.original):
                yield Form(spelling, frozenset({number}), alone)
                if alone and part.script == "LATIN" and len(spelling) >= 5:
                    yield Form(spelling + "s", frozenset({number}), True)
            for rest in _without_prefix(part):
                yield Form(rest, frozenset({number}), False)
        if len(word.pieces) > 1 and word.parts:
            covered = frozenset(word.parts)
            for joined in spellings_of_word(word):
                yield Form(joined, covered, covered <= person.surnames)
    yield from _run_together(person)


def spellings(part: Atom, original: str = "") -> list[str]:
    """Return the ways in which the letters of a part are written without its accents."""
    found = [part.folded]
    written = original.casefold()
    if any(char in written for char in _SPELT_OUT):
        spelt = written
        for char, instead in _SPELT_OUT.items():
            spelt = spelt.replace(char, instead)
        found += [piece.folded for piece in atoms(spelt)] if len(atoms(written)) == 1 else []
    if part.script == "LATIN":
        for pair, single in _DIGRAPHS:
            if pair in part.folded:
                found.append(part.folded.replace(pair, single))
        if part.folded.startswith("al") and len(part.folded) > 5:
            found.append("el" + part.folded[2:])
    if part.script == "ARABIC":
        found.append(part.folded[2:] if part.folded.startswith("ال") and len(part.folded) > 4 else "ال" + part.folded)
    return list(dict.fromkeys(found))


def spellings_of_word(word: Word) -> list[str]:
    """Return a word of several atoms written as one."""
    choices = [spellings(piece) for piece in word.pieces]
    return ["".join(choice) for _index, choice in zip(range(8), product(*choices), strict=False)]


def _without_prefix(part: Atom) -> Iterator[str]:
    """Yield what follows “dela”, “van” or “abdel” at the head of a part: others write them apart."""
    for prefix in _PREFIXES:
        if part.folded.startswith(prefix) and len(part.folded) - len(prefix) >= 4:
            yield part.folded[len(prefix) :]


def _run_together(person: Person) -> Iterator[Form]:
    """Yield the name written as one word, as addresses and file names do, initials instead of names included."""
    counting = [word for word in person.words if word.parts]
    whole = frozenset(part for word in counting for part in word.parts)
    for first in range(len(person.words)):  # “delacruz”: the particles before a word, and the word
        if not person.words[first].parts:
            after = first
            while after < len(person.words) and not person.words[after].parts:
                after += 1
            if after < len(person.words):
                text = "".join(word.joined for word in person.words[first : after + 1])
                covered = frozenset(person.words[after].parts)
                yield Form(text, covered, covered <= person.surnames)
    if len(counting) < 2:
        return
    yield Form("".join(word.joined for word in person.words), whole, True)
    if len(counting) <= _LONGEST_REORDERED:
        for size in range(2, len(counting) + 1):
            for order in permutations(counting, size):
                covered = frozenset(part for word in order for part in word.parts)
                yield Form("".join(word.joined for word in order), covered, True)
    for one, other in permutations(counting, 2):
        covered = frozenset({*one.parts, *other.parts})
        if len(other.joined) >= 4:
            yield Form(one.joined[0] + other.joined, covered, True, account=True)
            yield Form(other.joined + one.joined[0], covered, True, account=True)


def body_words(organisation: str) -> tuple[str, ...]:
    """Return the words that count in the name of an organisation, generic ones by what they mean."""
    found = [piece.folded for piece in atoms(organisation)]
    return tuple(dict.fromkeys(CONCEPTS.get(each, each) for each in found if each not in NOT_OF_A_BODY))


def acronyms(organisation: str) -> Iterator[tuple[str, bool]]:
    """Yield the acronyms of an organisation as they are written, and whether it uses them itself."""
    pieces = atoms(organisation)
    for piece in pieces:
        written = organisation[piece.start : piece.end]
        if piece.upper and len(written) >= 3 and not all(each.upper for each in pieces if len(each.folded) > 3):
            yield written, True
    if len(pieces) == 1 and pieces[0].upper:
        yield organisation[pieces[0].start : pieces[0].end], True
    counting = [piece for piece in pieces if piece.folded not in NOT_OF_A_BODY and not piece.upper]
    if 3 <= len(counting) <= 8:
        yield "".join(piece.folded[0] for piece in counting).upper(), False


def is_everyday(text: str) -> bool:
    """Tell whether a part of a name is as likely an ordinary word."""
    return text in EVERYDAY or len(text) < 3
