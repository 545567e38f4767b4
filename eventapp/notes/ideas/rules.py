"""What follows from the board alone: codes of rooms, who a writer is without being known, what a vote may hold."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

LONGEST_IDEA = 280
LONGEST_QUESTION = 200
LONGEST_TITLE = 200
MOST_OF_ONE = 20
MOST_ON_BOARD = 1_000
MOST_GROUPS = 40
MOST_DOTS = 10
CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that looks or sounds like another
CODE_LENGTH = 6
_SHAPE_OF_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")


def new_code() -> str:
    """Return a code for the room: 30⁶ are possible, and guessing is limited."""
    return "".join(secrets.choice(CODE_LETTERS) for _n in range(CODE_LENGTH))


def code_of(typed: str) -> str:
    """Return what was typed as a code is written: capitals without spaces and hyphens; empty when it is none."""
    code = re.sub(r"[\s-]+", "", typed[:40]).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


def new_key() -> str:
    """Return what tells one sending of a form from another."""
    return secrets.token_urlsafe(12)


def is_key(key: str) -> bool:
    """Tell whether a form could have made the key."""
    return _SHAPE_OF_KEY.fullmatch(key) is not None


def writer_of(secret: bytes, board_id: int, person: str) -> str:
    """Return by what a board knows somebody: the same for all they write there, and another on every other board.

    `person` is `registration:<id>` or `browser:<random>`; without the secret nobody gets from one to the other.
    """
    return hmac.new(secret, f"idea\x1f{board_id}\x1f{person}".encode(), hashlib.sha256).hexdigest()


def dots_in(wanted: Mapping[int, int]) -> int:
    """Return how many dots somebody wants to put altogether."""
    return sum(max(each, 0) for each in wanted.values())
