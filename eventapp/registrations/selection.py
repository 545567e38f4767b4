"""People ticked on several pages of the list, as an address carries them: the gaps between their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MOST_AT_ONCE = 500
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LONGEST_TEXT = 6000
_LARGEST = 10**9


def pack(ids: Iterable[int]) -> str:
    """Return the ids as a short text: 5, 6, 7 and 40 are "5-2.x"; 500 ids of one event take some 1,500 letters.

    Each part is the gap to the number before, in base 36, and after a hyphen how many numbers follow on directly.
    """
    parts: list[str] = []
    before = start = last = 0
    for each in sorted(set(ids)):
        if last and each == last + 1:
            last = each
            continue
        if last:
            parts.append(_part(start - before, last - start))
            before = last
        start = last = each
    if last:
        parts.append(_part(start - before, last - start))
    return ".".join(parts)


def unpack(text: str) -> list[int]:
    """Return the ids that `pack` wrote, at most as many as can be decided at once; what is no such text is left out."""
    found: list[int] = []
    for each in _numbers(text[:_LONGEST_TEXT]):
        if len(found) == MOST_AT_ONCE:
            break
        found.append(each)
    return found


def read_ids(ticked: Iterable[str], packed: str = "") -> list[int]:
    """Return the ids ticked on this page and those of other pages, each once, at most as many as can be decided."""
    here = [int(text) for text in ticked if text.isascii() and text.isdigit() and len(text) < 10]
    return list(dict.fromkeys([*here, *unpack(packed)]))[:MOST_AT_ONCE]


def _part(gap: int, following: int) -> str:
    return f"{_in_base_36(gap)}-{_in_base_36(following)}" if following else _in_base_36(gap)


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _numbers(text: str) -> Iterator[int]:
    last = 0
    for part in text.split("."):
        gap, _hyphen, following = part.partition("-")
        if not _is_number(gap) or not (_is_number(following) or following == ""):
            return
        start = last + int(gap, 36)
        last = start + int(following or "0", 36)
        if start < 1 or last > _LARGEST:
            return
        yield from range(start, last + 1)


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 6 and all(letter in _DIGITS for letter in text)
