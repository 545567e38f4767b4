"""The rules of signing in: how long, how often, where to next; pure functions."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

CHALLENGE_LIFETIME = timedelta(minutes=10)
COMMAND_LINK_LIFETIME = timedelta(hours=1)
MAX_TRIES = 5
SESSION_LIFETIME = timedelta(days=7)
IDLE_LIMIT = timedelta(hours=12)

_CODE_DIGITS = 6
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def version_of(created_at: datetime) -> int:
    """Return what tells a challenge from an earlier one whose id was used again: its instant in milliseconds."""
    return int(created_at.timestamp() * 1000)


def code_of(key: bytes, challenge_id: int, version: int, purpose: str = "sign-in-code") -> str:
    """Return the six digits of the challenge, which nobody can work out without the key; others for each purpose."""
    digest = hmac.new(key, f"{purpose}\x1f{challenge_id}\x1f{version}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest, 'big') % 10**_CODE_DIGITS:0{_CODE_DIGITS}}"


def is_code(typed: str, keys: Sequence[bytes], challenge_id: int, version: int, purpose: str = "sign-in-code") -> bool:
    """Tell in constant time whether these are the challenge's digits; spaces and hyphens between them do not matter."""
    digits = re.sub(r"[\s-]", "", typed)
    codes = [code_of(key, challenge_id, version, purpose) for key in keys]
    matches = [hmac.compare_digest(digits.encode(), code.encode()) for code in codes]
    return any(matches)


def own_path(address: str | None) -> str | None:
    """Return the address if it is a path of this very site, else None: nobody is led elsewhere by a link to us."""
    if not address or not address.startswith("/") or address.startswith("//") or _UNSAFE.search(address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def browser_in_words(user_agent: str) -> str:
    """Return browser and system of a User-Agent header, such as `Firefox, Windows`; empty when neither is known."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(word for word in (browser, system) if word)
