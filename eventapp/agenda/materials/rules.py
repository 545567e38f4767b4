"""What a material may be: which files, which addresses."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from urllib.parse import urlsplit

from eventapp.core.text import clean_line
from eventapp.core.uploads import MediaType

MOST_BYTES = 10_000_000
MOST_IN_SESSION = 30
LONGEST_ADDRESS = 500
SUFFIX = {
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
    MediaType.WEBP: "webp",
    MediaType.GIF: "gif",
    MediaType.PDF: "pdf",
    MediaType.DOCX: "docx",
    MediaType.XLSX: "xlsx",
    MediaType.PPTX: "pptx",
    MediaType.ODT: "odt",
    MediaType.ODS: "ods",
    MediaType.ODP: "odp",
}
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"})
_NOT_IN_NAME = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]+')


def is_link(address: str) -> bool:
    """Tell whether the address leads to a page of the web: whole, of http or https, without a password in it.

    Letters that nobody sees, or that turn the direction of others round, would show another address than they lead to.
    """
    if not address or len(address) > LONGEST_ADDRESS or _NOT_IN_ADDRESS.search(address):
        return False
    if any(unicodedata.category(letter) in _UNSEEN for letter in address):
        return False
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        ascii_host(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and has_host and parts.username is None


def ascii_host(address: str) -> str:
    """Return the host of a web address as the network knows it (`xn--…`). Raises `ValueError` when it knows none."""
    return (urlsplit(address).hostname or "").encode("idna").decode()


def name_of(filename: str, media_type: MediaType) -> str:
    """Return the file's own name, harmless, with the suffix of what the file really is."""
    suffix = SUFFIX[media_type]
    stem = clean_line(_NOT_IN_NAME.sub(" ", PurePath(filename).name))
    base, _dot, ending = stem.rpartition(".")
    if base and ending.casefold() in (suffix, "jpeg"):
        stem = base
    return f"{stem.strip(' .')[:150] or 'file'}.{suffix}"
