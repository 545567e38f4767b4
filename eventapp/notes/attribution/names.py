"""Names in a text: found without accents and case, in any order, in several scripts, whole or in part.

Every form of every name stands in one index, so that a text is read once whoever takes part. Hits of one person that
stand together are one finding: two parts of a name are the name, a surname alone is part of one. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from eventapp.notes.attribution import bodies, known, solid
from eventapp.notes.attribution.everyday import EVERYDAY, PARTICLES, TITLES
from eventapp.notes.attribution.known import Form, Known, Person
from eventapp.notes.attribution.letters import SOLID, Atom, atoms
from eventapp.notes.attribution.romanising import SCRIPTS, VOWELLESS, consonants

__all__ = ["Hit", "Index", "Known", "What", "find", "index_of", "words_of"]

_MOST_BETWEEN = 3  # atoms between two parts of one name: particles, initials, one name more
_LEAST_CONSONANTS = 3  # of a name found in another script, all parts together
_LEAST_ALONE = 4  # the same of a surname by itself
_FEW = 3  # people with the same first name whose every mention is looked at
_WITHIN_WORDS = frozenset("-‐‑־’'")
_ARABIC_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_HEBREW_PREFIXES = tuple("והבלמשכ")
_TEXTS_REMEMBERED = 2048


class What(StrEnum):
    """What was found."""

    NAME = "name"
    PART = "part"
    ORGANISATION = "organisation"


class Hit(NamedTuple):
    """A name in a text, from `start` to `end`."""

    start: int
    end: int
    words: str  # as they stand in the text
    what: What
    name: str  # as it is registered; of a part: the words found
    canonical: str  # without accents, case, particles and order
    whose: tuple[str, ...]  # the canonical names of everybody whom it may mean


class _Mention(NamedTuple):
    """An atom that is a form of somebody's name."""

    at: int
    parts: frozenset[int]
    alone: bool
    weight: int  # consonants in common when the scripts differ, else 0


class _Group(NamedTuple):
    """Mentions of one person that stand together."""

    person: int
    first: int
    last: int
    parts: frozenset[int]
    mentions: tuple[_Mention, ...]


def find(text: str, people: Sequence[Known], *, public: Collection[str] = (), loose: bool = False) -> list[Hit]:
    """Return every name of the people and their organisations in a text, a file name or an address, in its order.

    `public` are names that everybody may read, such as the event's own title, places and hosts: their words are no
    parts of names, and hosts are no finding. `loose` finds surnames in small letters too, as in file names.
    """
    return index_of(tuple(people), frozenset(public)).find(text, loose=loose)


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts without accents and case."""
    return frozenset(atom.folded for text in texts for atom in atoms(text))


@lru_cache(maxsize=8)
def index_of(people: tuple[Known, ...], public: frozenset[str], towns: frozenset[str] = frozenset()) -> Index:
    """Return the index of the people; made anew only when they, or what is public, change.

    `towns` (and countries) are no parts of names either, but bodies may well be called after them.
    """
    return Index(people, public, towns)


class Index:
    """The forms of all names by what an atom of a text looks like."""

    def __init__(self, people: Sequence[Known], public: Collection[str], towns: Collection[str] = ()) -> None:
        names = list(dict.fromkeys(each.name for each in people if each.name.strip()))
        self._people = [person for name in names if (person := known.parse(name)) is not None]
        self._public = words_of([*public, *towns])
        self._given = _given_names(self._people)
        self._forms: dict[str, list[tuple[int, Form]]] = {}
        self._sounds: dict[tuple[bool, str], list[tuple[int, Form]]] = {}
        for number, person in enumerate(self._people):
            for form in dict.fromkeys(known.forms(person)):
                self._forms.setdefault(form.text, []).append((number, form))
            self._sound(number, person)
        self._initials = [person.initials() for person in self._people]
        self._solid = solid.Spellings(self._people)
        self._bodies = bodies.Bodies(
            dict.fromkeys(each.organisation for each in people if each.organisation.strip()), public
        )
        self._read: dict[tuple[str, bool], tuple[Hit, ...]] = {}

    def _sound(self, number: int, person: Person) -> None:
        for part_number, part in enumerate(person.parts):
            spelt = [part.folded]
            if part.script == "ARABIC":  # with the article and without, and in one with the name before
                spelt = known.spellings(part)
            covered = frozenset({part_number})
            self._add_sounds(number, part.script, spelt, covered, alone=part_number in person.surnames)
            if part.script == "ARABIC" and part_number:
                joined = [person.parts[part_number - 1].folded + each for each in spelt]
                self._add_sounds(number, part.script, joined, covered | {part_number - 1}, alone=False)

    def _add_sounds(
        self, number: int, script: str, spelt: Iterable[str], parts: frozenset[int], *, alone: bool
    ) -> None:
        for reading in {reading for each in spelt for reading in consonants(each, script)}:
            self._sounds.setdefault((script == "LATIN", reading), []).append((number, Form(reading, parts, alone)))

    def find(self, text: str, *, loose: bool = False) -> list[Hit]:
        """Return every name in a text, in its order."""
        key = (text, loose)
        if key not in self._read:
            if len(self._read) >= _TEXTS_REMEMBERED:
                self._read.clear()
            self._read[key] = tuple(self._find(text, loose=loose))
        return list(self._read[key])

    def _find(self, text: str, *, loose: bool) -> list[Hit]:
        read = atoms(text)
        lower = {atom.folded for atom in read if atom.cased and not atom.capital}
        mentions: dict[int, list[_Mention]] = {}
        found = [list(self._mentions(at, read, text, loose=loose)) for at in range(len(read))]
        for at, here in enumerate(found):
            tells = len(here) <= _FEW or _has_company(at, found, read) or _is_title(read, at)
            for person, mention in here:
                if tells or mention.alone:
                    mentions.setdefault(person, []).append(mention)
        whole: list[Hit] = []
        sounding: list[Hit] = []
        parts: list[Hit] = []
        for person, mine in mentions.items():
            for group in self._groups(person, mine, read):
                if self._is_name(group, read):
                    by_sound = all(mention.weight for mention in group.mentions)
                    (sounding if by_sound else whole).append(self._whole(group, read, text))
                else:
                    parts += self._parts(group, read, text, lower, loose=loose)
        for start, end, name, canonical in self._solid.find(read):
            whole.append(Hit(start, end, text[start:end], What.NAME, name, canonical, (canonical,)))
        for start, end, name, canonical in self._bodies.find(read, text, loose=loose):
            whole.append(Hit(start, end, text[start:end], What.ORGANISATION, name, canonical, (canonical,)))
        kept = _without_covered(whole)
        kept = sorted(kept + _apart_from(_without_covered(sounding), kept), key=lambda hit: (hit.start, -hit.end))
        return sorted([*kept, *_not_within(_merged(parts), kept)], key=lambda hit: (hit.start, -hit.end, hit.name))

    def _mentions(self, at: int, read: Sequence[Atom], text: str, *, loose: bool) -> Iterator[tuple[int, _Mention]]:
        atom = read[at]
        if atom.script == SOLID:
            return
        after = read[at + 1] if at + 1 < len(read) and not read[at + 1].parted else None
        if after is not None and text[atom.end : after.start] in _WITHIN_WORDS:  # Oka-for
            for person, form in self._forms.get(atom.folded + after.folded, ()):
                yield person, _Mention(at, form.parts, form.alone, 0)
        small = atom.cased and not atom.capital
        if small and not loose and atom.folded in EVERYDAY:
            return
        account = loose or text[atom.end : atom.end + 1] == "@"
        for spelt in _readings(atom):
            for person, form in self._forms.get(spelt, ()):
                if form.account and not account:
                    continue
                yield person, _Mention(at, form.parts, form.alone, 0)
        latin = atom.script == "LATIN"
        if (not latin and atom.script not in SCRIPTS) or (small and not loose) or not self._sounds:
            return
        spellings = [atom.folded] if latin else _readings(atom)
        if atom.script == "ARABIC" and after is not None and after.script == "ARABIC":
            spellings += [atom.folded + each for each in _readings(after)]  # two words that others write as one
        for spelt in spellings:
            for reading in consonants(spelt, atom.script):
                for person, form in self._sounds.get((not latin, reading), ()):
                    own = next(iter(form.parts))
                    vowelless = {atom.script, self._people[person].parts[own].script} & VOWELLESS
                    alone = form.alone and len(reading) >= _LEAST_ALONE and not vowelless
                    yield person, _Mention(at, form.parts, alone, len(reading))

    def _groups(self, person: int, mentions: Sequence[_Mention], read: Sequence[Atom]) -> Iterator[_Group]:
        together: list[_Mention] = []
        for mention in mentions:
            if together and not _stand_together(together[-1].at, mention.at, read):
                yield self._group(person, together, read)
                together = []
            together.append(mention)
        if together:
            yield self._group(person, together, read)

    def _group(self, person: int, mentions: Sequence[_Mention], read: Sequence[Atom]) -> _Group:
        first, last = mentions[0].at, mentions[-1].at
        parts = frozenset().union(*(mention.parts for mention in mentions))
        initials = self._initials[person]
        for step, limit in ((-1, first), (1, last)):
            at = limit + step
            while 0 <= at < len(read) and abs(at - limit) <= _MOST_BETWEEN and not _parted(at, step, read):
                atom = read[at]
                meant = initials.get(atom.folded, set()) - parts if _is_letter(atom) else set()
                if meant and (atom.capital or atom.dotted or not atom.cased):
                    parts |= {min(meant)}
                    first, last = min(first, at), max(last, at)
                elif atom.folded not in PARTICLES and not _is_letter(atom):
                    break
                at += step
        return _Group(person, first, last, parts, tuple(mentions))

    def _is_name(self, group: _Group, read: Sequence[Atom]) -> bool:
        person = self._people[group.person]
        weights = {mention.at: mention.weight for mention in group.mentions}
        if all(weights.values()):
            vowelless = read[group.first].script in VOWELLESS or person.parts[0].script in VOWELLESS
            if sum(weights.values()) < _LEAST_CONSONANTS + vowelless:
                return False
        if len(person.parts) == 1:
            atom = read[group.mentions[0].at]
            return bool(group.parts) and (atom.capital or not atom.cased) and not known.is_everyday(atom.folded)
        if len(group.parts) < 2:
            return False
        return not any(group.parts <= set(word.parts) for word in person.words[:1])  # Jean-Pierre alone

    def _whole(self, group: _Group, read: Sequence[Atom], text: str) -> Hit:
        person = self._people[group.person]
        start, end = read[group.first].start, read[group.last].end
        return Hit(start, end, text[start:end], What.NAME, person.name, person.canonical, (person.canonical,))

    def _parts(
        self, group: _Group, read: Sequence[Atom], text: str, lower: Collection[str], *, loose: bool
    ) -> Iterator[Hit]:
        person = self._people[group.person]
        for mention in group.mentions:
            atom = read[mention.at]
            if self._tells(mention, read, lower, loose=loose):
                words = text[atom.start : atom.end]
                yield Hit(atom.start, atom.end, words, What.PART, words, atom.folded, (person.canonical,))

    def _tells(self, mention: _Mention, read: Sequence[Atom], lower: Collection[str], *, loose: bool) -> bool:
        """Tell whether a part of a name says by itself who is meant."""
        atom = read[mention.at]
        if len(atom.folded) < 2:
            return False
        if atom.cased and atom.capital and _is_title(read, mention.at):
            return True
        if not mention.alone or atom.folded in self._given or known.is_everyday(atom.folded):
            return False
        if atom.folded in self._public or atom.folded.removesuffix("s") in self._public:
            return False
        if not atom.cased or loose:
            return len(atom.folded) >= 3
        begins = mention.at == 0 or atom.parted
        return atom.capital and not (begins and atom.folded in lower)


def _given_names(people: Sequence[Person]) -> frozenset[str]:
    """Return what is somebody's first name and nobody's last: common among people, so no part that tells."""
    first = {person.parts[0].folded for person in people if len(person.parts) > 1}
    last = {person.parts[-1].folded for person in people if len(person.parts) > 1}
    return frozenset(first - last)


def _readings(atom: Atom) -> list[str]:
    """Return the forms under which an atom is looked up: as it is, and without what its script writes to its head."""
    found = [atom.folded]
    prefixes = {"ARABIC": _ARABIC_PREFIXES, "HEBREW": _HEBREW_PREFIXES}.get(atom.script, ())
    for prefix in prefixes:
        if atom.folded.startswith(prefix) and len(atom.folded) - len(prefix) >= 2:
            found.append(atom.folded[len(prefix) :])
    return found


def _has_company(at: int, found: Sequence[Collection[object]], read: Sequence[Atom]) -> bool:
    """Tell whether another name or an initial stands near; a common first name without one tells nothing."""
    near = range(max(at - _MOST_BETWEEN - 1, 0), min(at + _MOST_BETWEEN + 2, len(read)))
    return any(_is_letter(read[other]) or (found[other] and read[other].folded != read[at].folded) for other in near)


def _parted(at: int, step: int, read: Sequence[Atom]) -> bool:
    """Tell whether a sentence ends between the atom and the one that it was reached from."""
    return read[at if step > 0 else at + 1].parted and not (step < 0 and read[at].dotted)


def _stand_together(one: int, other: int, read: Sequence[Atom]) -> bool:
    """Tell whether two mentions may belong to one name by what stands between them."""
    between = range(one + 1, other)
    if len(between) > _MOST_BETWEEN or any(read[at].parted for at in range(one + 1, other + 1)):
        return False
    strangers = 0
    for at in between:
        atom = read[at]
        if atom.folded in PARTICLES or _is_letter(atom):
            continue
        if atom.cased and not atom.capital:
            return False
        strangers += 1
    return strangers <= 1


def _is_letter(atom: Atom) -> bool:
    """Tell whether the atom is a single letter, as initials are."""
    return atom.end - atom.start == 1 and atom.script != SOLID


def _is_title(read: Sequence[Atom], at: int) -> bool:
    if not at:
        return False
    before = read[at - 1]
    return (
        before.folded in TITLES and len(before.folded) > 1 and not read[at].parted and (before.capital or before.dotted)
    )


def _without_covered(hits: Iterable[Hit]) -> list[Hit]:
    """Leave out hits inside a longer one of the same kind, and repetitions."""
    kept: list[Hit] = []
    widest: dict[What, Hit] = {}
    for hit in sorted(set(hits), key=lambda each: (each.start, -each.end)):
        before = widest.get(hit.what)
        if before is None or before.end < hit.end or (before.start, before.end) == (hit.start, hit.end):
            kept.append(hit)
            widest[hit.what] = hit
    return kept


def _apart_from(sounding: Iterable[Hit], sure: Sequence[Hit]) -> list[Hit]:
    """Leave out names found by their sound where one stands letter by letter."""
    names = [hit for hit in sure if hit.what is What.NAME]
    return [hit for hit in sounding if not any(each.start < hit.end and hit.start < each.end for each in names)]


def _not_within(parts: Iterable[Hit], whole: Sequence[Hit]) -> list[Hit]:
    """Leave out the parts of names that stand inside one of the hits, which are in their order."""
    starts = [hit.start for hit in whole]
    reach = list(accumulate((hit.end for hit in whole), max))
    kept = []
    for hit in parts:
        before = bisect_right(starts, hit.start)
        if not before or reach[before - 1] < hit.end:
            kept.append(hit)
    return kept


def _merged(parts: Iterable[Hit]) -> list[Hit]:
    """Return one hit where one word is part of several names."""
    found: dict[tuple[int, int], Hit] = {}
    whose: dict[tuple[int, int], set[str]] = {}
    for hit in parts:
        found.setdefault((hit.start, hit.end), hit)
        whose.setdefault((hit.start, hit.end), set()).update(hit.whose)
    return [hit._replace(whose=tuple(sorted(whose[place]))) for place, hit in found.items()]
