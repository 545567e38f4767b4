"""What a resource may be: which links, which files, and when two links are one."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit, urlunsplit

from eventapp.agenda.materials.rules import LONGEST_ADDRESS, MOST_BYTES, SUFFIX, ascii_host, is_link, name_of

__all__ = ["LONGEST_ADDRESS", "MOST_BYTES", "SUFFIX", "ascii_host", "is_link", "name_of"]

LONGEST_TITLE = 200
LONGEST_TEXT = 500
MOST_OF_ONE = 20
MOST_PIXELS = 40_000_000
_SHAPE_OF_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)


def new_key() -> str:
    """Return what tells one sending of a form from another."""
    return secrets.token_urlsafe(12)


def is_key(key: str) -> bool:
    """Tell whether a form could have made the key."""
    return _SHAPE_OF_KEY.fullmatch(key) is not None


def address_of(url: str) -> str:
    """Return a web address as it is kept: scheme and host in small letters, without the port that goes unsaid."""
    parts = urlsplit(url)
    host, usual = (parts.hostname or "").lower(), {"http": 80, "https": 443}[parts.scheme.lower()]
    host = f"[{host}]" if ":" in host else host
    place = host if parts.port in (None, usual) else f"{host}:{parts.port}"
    return urlunsplit((parts.scheme.lower(), place, parts.path or "/", parts.query, parts.fragment))


def same_place(url: str) -> str:
    """Return what two addresses of one page have in common: without scheme, `www.`, fragment and closing slash."""
    parts = urlsplit(address_of(url))
    query = f"?{parts.query}" if parts.query else ""
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/") + query


def from_note(text: str) -> tuple[str, str, str]:
    """Return title, text and link of a resource as somebody noted it; the link is empty when the note has none."""
    found = _ADDRESS_IN_TEXT.search(text)
    url = found[0].rstrip(".,;:!?") if found else ""
    rest = re.sub(re.escape(url) + r"[).,;:!?\]]*", " ", text) if url else text
    words = " ".join(rest.split()).strip(" –—-:,;")
    title = words or url.partition("://")[2]
    if len(title) <= LONGEST_TITLE:
        return title, "", url if is_link(url) else ""
    cut = title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    return cut, title[:LONGEST_TEXT], url if is_link(url) else ""
