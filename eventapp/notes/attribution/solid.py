"""Names in scripts that put no spaces between words: found as they are, wherever they stand in a row of letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eventapp.notes.attribution.known import Person
from eventapp.notes.attribution.letters import SOLID, Atom


class Spellings:
    """All spellings of all such names in one pattern."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._whose = {spelling: person for person in people for spelling in person.solid if len(spelling) > 1}
        longest_first = sorted(self._whose, key=lambda each: (-len(each), each))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def find(self, read: Sequence[Atom]) -> Iterator[tuple[int, int, str, str]]:
        """Yield start, end, name and canonical name of each that stands in the text; spaces between do not count."""
        if self._pattern is None:
            return
        row: list[Atom] = []
        for atom in (*read, None):
            if atom is not None and atom.script == SOLID and not (row and atom.parted):
                row.append(atom)
                continue
            yield from self._in_row(row)
            row = [atom] if atom is not None and atom.script == SOLID else []

    def _in_row(self, row: Sequence[Atom]) -> Iterator[tuple[int, int, str, str]]:
        text = "".join(atom.folded for atom in row)
        for match in self._pattern.finditer(text) if self._pattern else ():
            person = self._whose[match[0]]
            yield _place(row, match.start()), _place(row, match.end() - 1) + 1, person.name, person.canonical


def _place(row: Sequence[Atom], index: int) -> int:
    """Return where in the written text a letter of the row stands."""
    for atom in row:
        if index < len(atom.folded):
            return min(atom.start + index, atom.end - 1)
        index -= len(atom.folded)
    raise AssertionError("the letter is not in the row")
