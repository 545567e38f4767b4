"""A file that people gave us on its way out: to be saved, never to be opened in our page."""

from __future__ import annotations

import unicodedata
from typing import Protocol
from urllib.parse import quote


class Kept(Protocol):
    """A file with what it is and what it is called."""

    @property
    def media_type(self) -> str:
        """Return what the bytes are."""
        ...

    @property
    def filename(self) -> str:
        """Return its harmless name."""
        ...


def headers_of(file: Kept) -> dict[str, str]:
    """Return the headers with which the file goes out: what it is, and the name it is saved under (RFC 6266)."""
    return {"Content-Type": file.media_type, "Content-Disposition": f"attachment; {_name(file.filename)}"}


def _name(filename: str) -> str:
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    if plain == filename:
        return f'filename="{filename}"'
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
