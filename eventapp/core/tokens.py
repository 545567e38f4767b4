"""Personal links: `id` and a MAC over purpose, id and version, so that nothing secret is stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_SHAPE = re.compile(r"([0-9a-z]{1,13})-([A-Za-z0-9_-]{32})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Purpose(StrEnum):
    """What a link is for; a token of one purpose is worthless for another."""

    PARTICIPATION = "participation"
    INTEREST = "interest"
    NO_REMINDERS = "no-reminders"
    CALENDAR = "calendar"
    SIGN_IN = "sign-in"
    QUOTE = "quote"
    FOLLOW_UP = "follow-up"


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if number == 0:
            return digits


@dataclass(frozen=True)
class LinkKeys:
    """The secret keys of personal links, the newest first; older ones still open links."""

    keys: Sequence[bytes]

    def token(self, purpose: Purpose, object_id: int, version: int) -> str:
        """Return the token that opens the object: base-36 id, a hyphen, 192 bits of HMAC-SHA-256."""
        return f"{_base36(object_id)}-{_mac(self.keys[0], purpose, object_id, version)}"

    def object_id(self, token: str) -> int | None:
        """Return the id a token claims, unverified, or None when it has not the shape of a token."""
        match = _SHAPE.fullmatch(token)
        return int(match[1], 36) if match else None

    def opens(self, token: str, purpose: Purpose, object_id: int, version: int) -> bool:
        """Tell in constant time whether the token was made for this purpose, object and version."""
        match = _SHAPE.fullmatch(token)
        if match is None or int(match[1], 36) != object_id:
            return False
        return any(hmac.compare_digest(match[2], _mac(key, purpose, object_id, version)) for key in self.keys)


def _mac(key: bytes, purpose: Purpose, object_id: int, version: int) -> str:
    message = f"{purpose}\x1f{object_id}\x1f{version}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()[:24]
    return base64.urlsafe_b64encode(digest).decode()
