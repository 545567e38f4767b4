"""A name in two scripts: the consonants that its usual romanisations share, so that one finds the other.

No standard is followed to the letter, for people are not: Serhii, Sergei and Serguei are one name. Vowels are left
out, as Arabic and Hebrew do not write them. Coarse by intent; who compares asks for two parts of a name. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

_MOST_READINGS = 12
# Each letter by the classes of consonants that it may stand for; "" for a vowel or nothing.
_CYRILLIC = {
    "б": "B", "в": "F", "г": "GH", "д": "D", "ж": "S-", "з": "S", "к": "K", "л": "L", "м": "M", "н": "N", "п": "P",
    "р": "R", "с": "S", "т": "T", "ф": "F", "х": "H", "ц": "S", "ч": "S", "ш": "S", "щ": "S", "ђ": "D", "ћ": "S",
    "џ": "S", "љ": "L", "њ": "N", "ќ": "K", "ѓ": "G", "ғ": "G", "қ": "K", "ң": "N", "ҳ": "H", "һ": "H",
}  # fmt: skip
_GREEK = {
    "β": "FB", "γ": "G-", "δ": "D", "ζ": "S", "θ": "T", "κ": "K", "λ": "L", "μ": "M", "ν": "N", "ξ": "KS", "π": "P",
    "ρ": "R", "σ": "S", "τ": "T", "φ": "F", "χ": "H",
}  # fmt: skip
_ARABIC = {
    "ب": "BP", "پ": "P", "ت": "T", "ث": "T", "ج": "JG", "چ": "S", "ح": "H", "خ": "H", "د": "D", "ذ": "DS", "ر": "R",
    "ز": "S", "ژ": "S", "س": "S", "ش": "S", "ص": "S", "ض": "D", "ط": "T", "ظ": "DS", "غ": "GH", "ف": "F", "ق": "K",
    "ك": "K", "گ": "G", "ل": "L", "م": "M", "ن": "N", "ه": "H", "و": "-F",
}  # fmt: skip
_HEBREW = {
    "ב": "BF", "ג": "G", "ד": "D", "ה": "H-", "ו": "-F", "ז": "S", "ח": "H", "ט": "T", "כ": "KH", "ך": "KH", "ל": "L",
    "מ": "M", "ם": "M", "נ": "N", "ן": "N", "ס": "S", "פ": "PF", "ף": "PF", "צ": "S", "ץ": "S", "ק": "K", "ר": "R",
    "ש": "S", "ת": "T",
}  # fmt: skip
_LETTERS = {"CYRILLIC": _CYRILLIC, "GREEK": _GREEK, "ARABIC": _ARABIC, "HEBREW": _HEBREW}
SCRIPTS = frozenset(_LETTERS)
VOWELLESS = frozenset({"ARABIC", "HEBREW"})
_GREEK_PAIRS = (
    ("μπ", "β"),
    ("ντ", "δ"),
    ("γκ", "κ"),
    ("τζ", "ζ"),
    ("τσ", "σ"),
    ("ψ", "πσ"),
    ("αυ", "αβ"),
    ("ευ", "εβ"),
)
_LATIN = (
    (re.compile("shch|tsch|sch|tch|sh|zh|cz|sz|tz|ts|ss"), ("S",)),
    (re.compile("ch"), ("S", "H")),
    (re.compile("dzh|dj|dsch"), ("J", "S")),
    (re.compile("kh"), ("H",)),
    (re.compile("gh"), ("G", "H")),
    (re.compile("dh"), ("D", "DH")),
    (re.compile("th"), ("T",)),
    (re.compile("ph"), ("F",)),
    (re.compile("ck|qu|q|k"), ("K",)),
    (re.compile("mp(?=$|[aeiou])"), ("MP", "B")),
    (re.compile("nt(?=$|[aeiou])"), ("NT", "D")),
    (re.compile("x"), ("KS", "H", "S")),
    (re.compile("c(?=[eiy])"), ("S",)),
    (re.compile("c"), ("K", "S")),
    (re.compile("j"), ("", "J", "S")),
    (re.compile("g"), ("G", "J", "H")),
    (re.compile("w"), ("", "F")),
    (re.compile("v|f"), ("F",)),
    (re.compile("h(?=$|[^aeiouy])"), ("", "H")),
    (re.compile("h"), ("H", "")),
    (re.compile("z|s"), ("S",)),
    (re.compile("b"), ("B",)),
)
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=16_384)
def consonants(folded: str, script: str) -> frozenset[str]:
    """Return the readings of a folded word as classes of consonants; none for a script that is not known."""
    folded = _DOUBLED.sub(r"\1", folded)
    if script == "LATIN":
        classes = list(_latin_classes(folded))
    elif script in _LETTERS:
        for pair, single in _GREEK_PAIRS if script == "GREEK" else ():
            folded = folded.replace(pair, single)
        known = _LETTERS[script]
        classes = [tuple("" if each == "-" else each for each in known.get(char, "-")) for char in folded]
        if folded.startswith("ж"):
            classes[0] = ("S", "J", "")
        if folded and folded[-1] in "هה":
            classes[-1] = ("", "H")
    else:
        return frozenset()
    if "ξ" in folded:
        classes = [("KS",) if char == "ξ" else each for char, each in zip(folded, classes, strict=True)]
    found: set[str] = set()
    for reading in product(*classes):
        found.add("".join(reading))
        if len(found) >= _MOST_READINGS:
            break
    return frozenset(found - {""})


def _latin_classes(folded: str) -> list[tuple[str, ...]]:
    position = 0
    found: list[tuple[str, ...]] = []
    while position < len(folded):
        for pattern, readings in _LATIN:
            if match := pattern.match(folded, position):
                found.append(readings)
                position = match.end()
                break
        else:
            if folded[position] in "dlmnprt":
                found.append((folded[position].upper(),))
            position += 1
    return found
