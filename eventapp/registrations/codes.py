"""The code on a badge: eight letters and digits that are read aloud, typed and scanned; it opens nothing."""

from __future__ import annotations

import re
import secrets

# Crockford's base 32: no I, L, O and U, which are taken for 1, 1, 0 and V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_MISREAD = str.maketrans("ILO", "110")


def new_code() -> str:
    """Return a random code, 40 bits."""
    number = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[number >> 5 * position & 31] for position in range(LENGTH))


def read_code(typed: str) -> str | None:
    """Return the code that was typed or scanned, however it was written, or None when it cannot be one."""
    letters = re.sub(r"[\s-]", "", typed).upper().translate(_MISREAD)
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None


def spaced(code: str) -> str:
    """Return the code as it is printed, in two halves."""
    return f"{code[:4]}-{code[4:]}"
