"""Invented names, and the ways in which a name is written that must not hide it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

DATA = Path(__file__).parents[1] / "unit" / "notes" / "data" / "invented_names.txt"
# Not what the guard uses: what somebody types on a keyboard without these letters.
_TYPED = str.maketrans("łŁøØđĐðÐħĦıƏəɔƆŋŊɛ", "lLoOdDdDhHiAaoOnNe")
_SMALL = {"de", "la", "los", "del", "dos", "da", "d’", "van", "van der", "zu", "von", "y", "i", "e"}


class Invented(NamedTuple):
    """A name as it is registered, every spelling of it, and the romanised one of a name in another script."""

    registered: str
    spellings: tuple[str, ...]
    twin: str


def invented_names() -> list[Invented]:
    """Return all 200."""
    found = []
    for line in DATA.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        registered, _bar, twin = line.partition(" | ")
        own, _bracket, latin = registered.partition(" (")
        found.append(Invented(registered, (own, latin.rstrip(")")) if latin else (own,), twin))
    return found


def plain(text: str) -> str:
    """Return the text as somebody types it without accents."""
    typed = text.translate(_TYPED)
    for char, instead in (("ß", "ss"), ("æ", "ae"), ("Æ", "Ae"), ("œ", "oe"), ("Œ", "Oe"), ("þ", "th"), ("Þ", "Th")):
        typed = typed.replace(char, instead)
    return "".join(char for char in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(char))


def guises(name: str) -> Iterator[tuple[str, str]]:
    """Yield (what it is, text) for a name as texts write it."""
    words = name.split()
    spaced = ord(name[0]) < 0x0E00 or ord(name[0]) in range(0x1E00, 0x2000)
    yield "as it is", f"Then {name} spoke."
    yield "decomposed", f"Then {unicodedata.normalize('NFD', name)} spoke."
    yield "fat", f"As **{words[0]}** *{' '.join(words[1:])}* said." if len(words) > 1 else f"As **{name}** said."
    yield "lines", "As " + "\n".join(words) + " said."
    yield "quote", "> We paid too much.\n> — " + name
    yield "unseen", "As " + " ".join(word[:2] + "\u200b\u00ad" + word[2:] for word in words) + " said."
    yield "entity", f"As &#{ord(name[0])};{name[1:]} said."
    yield "address", f"[more](https://example.org/people/{quote('-'.join(words))}?x=1)"
    yield "others'", f"We saw {name}’s budget."
    yield "turned", f"({words[-1]}, {' '.join(words[:-1])})" if len(words) > 1 else f"({name})"
    if not spaced:
        return
    cut = len(words[-1]) // 2
    yield "linked in part", f"As {' '.join(words[:-1])} [{words[-1][:cut]}](https://a.example){words[-1][cut:]} said."
    yield "linked in part", f"As {' '.join(words[:-1])} {words[-1][:cut]}[{words[-1][cut:]}](https://a.example) said."
    yield "capitals", f"As {name.upper()} said."
    yield "typed", f"As {plain(name)} said."
    yield "typed small", f"as {plain(name).lower()} said"
    yield "elided", f"L’avis d’{name} compte."
    yield "short", f"As {words[0][0]}. {' '.join(words[1:])} said."
    yield "short, turned", f"{words[-1]} {words[0][0]}. said so."


def file_names(name: str) -> Iterator[tuple[str, str]]:
    """Yield (what it is, text) for a name as file names write it."""
    words = name.split()
    yield "underscores", f"notes_{'_'.join(words)}_final.pdf"
    yield "hyphens", f"2024-11-07-{'-'.join(plain(word) for word in words)}.docx"
    yield "dots", f"{'.'.join(reversed(words))}.pptx"
    yield "run together", "".join(plain(word)[:1].upper() + plain(word)[1:] for word in words) + ".pdf"
    yield "escaped", quote(f"CV {name}.pdf")
