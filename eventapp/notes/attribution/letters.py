"""Texts as atoms: the smallest words without accents and case, each with the place where it stands.

An atom ends at whatever is not a letter and where a capital begins inside a word, so that “Ama_Okafor”,
“AmaOkafor”, “**Ama** Okafor” and “Ama%20Okafor” all hold the same two. Everything here is pure.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes


class Kind(IntEnum):
    """What a character does to the word that it stands in."""

    LETTER = 0
    NOTHING = 1  # invisible, or a mark of Markdown: the word goes on
    GAP = 2
    END = 3  # of a sentence, when a space follows


class Letter(NamedTuple):
    """What is kept of a character."""

    kind: Kind
    folded: str = ""
    capital: bool = False
    cased: bool = False
    script: str = ""


class Atom(NamedTuple):
    """The smallest word, and where it stands in the text as it was written."""

    folded: str
    start: int
    end: int
    capital: bool  # its first letter
    upper: bool  # all its letters, two at least
    cased: bool  # whether its script knows capitals
    script: str
    parted: bool  # whether a sentence or paragraph ends between the atom before and this one
    dotted: bool  # whether a full stop follows


# Letters that Unicode does not take apart, or that people write as another one.
_PLAIN = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ŧ": "t",
        "ŋ": "ng", "ɛ": "e", "ɔ": "o", "ə": "a", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ƙ": "k", "ƴ": "y", "ƒ": "f", "ʋ": "v",
        "ɣ": "g", "ɩ": "i", "ʊ": "u", "ĸ": "k", "ŀ": "l", "ґ": "г", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه",
        "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا", "ء": "", "ς": "σ",
    }
)  # fmt: skip
_DROPPED = frozenset("*~`\\\u034f\u0640\u180b\u180c\u180d\ufe0e\ufe0f")
_SOLID = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "BOPOMOFO")
SOLID = "SOLID"  # scripts whose words stand without spaces between them
_SPECIAL = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"  # entities, as Markdown reads them
    r"|(?:%[0-9A-Fa-f]{2})+"  # addresses
    r"|\]\([^()\n]*\)"  # where a link leads: read after everything else, or it would stand between two names
    r"|</?[A-Za-z][A-Za-z0-9]{0,9} ?/?>"
    r"|(?<=\S)\[(?=[^\]\n]*\]\()"  # a link that begins in a word: Oka[for](…)
    r"|(?<=\w)-[ \t]*\n[ \t]*(?=[a-zà-öø-ÿ])"  # a word parted at the end of a line
)
_LOOKALIKES = str.maketrans("аеорсухіјкмтвнαορνικτυχ", "aeopcyxijkmtbhaopviktux")
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")
_MIXED = frozenset({"CYRILLIC", "GREEK"})


@lru_cache(maxsize=8192)
def letter(char: str) -> Letter:
    """Return what a character is to a word."""
    if char in _DROPPED:
        return Letter(Kind.NOTHING)
    category = unicodedata.category(char)
    if category in {"Cf", "Cc", "Cn"} and not char.isspace():
        return Letter(Kind.NOTHING)
    if category in {"Mn", "Mc", "Me"}:
        return Letter(Kind.NOTHING) if unicodedata.combining(char) else Letter(Kind.LETTER, char, script=_script(char))
    if category[0] != "L" or (category == "Lm" and not unicodedata.decomposition(char) and not _is_kana_mark(char)):
        return Letter(Kind.END if char in ".!?…。؟।" else Kind.GAP)
    script = _script(char)
    if script == SOLID:
        return Letter(Kind.LETTER, unicodedata.normalize("NFKC", char), script=SOLID)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold()).translate(_PLAIN)
    folded = "".join(each for each in decomposed if not unicodedata.combining(each) and each not in _DROPPED)
    plain = unicodedata.normalize("NFKC", char)
    return Letter(Kind.LETTER, folded, plain != plain.lower(), plain.lower() != plain.upper(), script)


def _script(char: str) -> str:
    name = unicodedata.name(char, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ").split(" ")[0]
    return SOLID if name in _SOLID else "LATIN" if name == "MATHEMATICAL" else name


def _is_kana_mark(char: str) -> bool:
    return char in "ーｰ々"


def fold(text: str) -> str:
    """Return the letters of a text without accents, case and all else."""
    return "".join(atom.folded for atom in atoms(text))


def atoms(text: str) -> list[Atom]:
    """Return the atoms of a Markdown text, a file name or an address, in their order; those of links at the end."""
    found: list[Atom] = []
    aside: list[tuple[int, int]] = []
    _Reader(found).read(_characters(text, 0, len(text), aside), text)
    for start, end in aside:
        _Reader(found, parted=True).read(_characters(text, start, end, []), text)
    return found


def _characters(text: str, start: int, end: int, aside: list[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield what is read and where it stands; `aside` gets the targets of links."""
    position = start
    for match in _SPECIAL.finditer(text, start, end):
        for index in range(position, match.start()):
            yield text[index], index, index + 1
        position = match.end()
        piece = match[0]
        if piece.startswith("]("):
            after = text[position : position + 1]
            if not after or unicodedata.category(after)[0] not in "LM":  # else a word goes on: [Oka](…)for
                yield " ", match.start(), position
            aside.append((match.start() + 2, position - 1))
        elif piece[0] == "&":
            for char in html.unescape(piece):
                yield char, match.start(), position
        elif piece[0] == "%":
            for char in unquote_to_bytes(piece).decode("utf-8", "replace"):
                yield char, match.start(), position
        elif piece[0] == "<":
            yield " ", match.start(), position
    for index in range(position, end):
        yield text[index], index, index + 1


class _Reader:
    """Joins characters to atoms."""

    def __init__(self, found: list[Atom], *, parted: bool = False) -> None:
        self._found = found
        self._parted = parted
        self._letters: list[tuple[Letter, int, int]] = []

    def read(self, characters: Iterator[tuple[str, int, int]], text: str) -> None:
        """Append the atoms of the characters to what was found."""
        ended = False  # a full stop, and no space yet
        for char, start, end in characters:
            read = letter(char)
            if read.kind is Kind.LETTER:
                self._add(read, start, end)
                ended = False
            elif read.kind is not Kind.NOTHING:
                self._close(dotted=char == ".")
                if read.kind is Kind.END:
                    ended = True
                elif char.isspace():
                    self._parted |= ended and not self._initial()
                    if char == "\n" and _PARAGRAPH.match(text, start):
                        self._parted = True
                elif char in ";|":
                    self._parted |= char == ";"
        self._close(dotted=False)

    def _initial(self) -> bool:
        """Tell whether the last atom is an initial or a title, whose full stop ends nothing."""
        return bool(self._found) and len(self._found[-1].folded) <= 3 and self._found[-1].capital

    def _add(self, read: Letter, start: int, end: int) -> None:
        if self._letters:
            before = self._letters[-1][0]
            if (read.script == SOLID) != (before.script == SOLID):
                self._close(dotted=False)
            elif read.capital and not before.capital and before.cased:
                self._close(dotted=False)  # AmaOkafor
            elif before.capital and not read.capital and read.cased and len(self._letters) > 1:
                last = self._letters.pop()
                if self._letters[-1][0].capital:  # NDiaye
                    self._close(dotted=False)
                self._letters.append(last)
        self._letters.append((read, start, end))

    def _close(self, *, dotted: bool) -> None:
        if not self._letters:
            return
        read = [each for each, _start, _end in self._letters]
        folded = "".join(each.folded for each in read)
        scripts = {each.script for each in read if each.script}
        if len(scripts) > 1 and "LATIN" in scripts and scripts & _MIXED:
            folded, scripts = folded.translate(_LOOKALIKES), {"LATIN"}
        if scripts == {SOLID}:
            folded = unicodedata.normalize("NFC", folded)  # syllables of Hangul that were taken apart
        if folded:
            upper = len(read) > 1 and all(each.capital for each in read if each.cased) and read[0].cased
            self._found.append(
                Atom(
                    folded,
                    self._letters[0][1],
                    self._letters[-1][2],
                    read[0].capital,
                    upper,
                    read[0].cased,
                    next(iter(scripts), ""),
                    self._parted,
                    dotted,
                )
            )
            self._parted = False
        self._letters = []
