"""A material's file on its way out: to be saved, never to be opened in our page."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from eventapp.agenda.materials.models import Material


def headers_of(material: Material) -> dict[str, str]:
    """Return the headers with which the file goes out: what it is, and the name it is saved under (RFC 6266)."""
    return {"Content-Type": material.media_type, "Content-Disposition": f"attachment; {_name(material.filename)}"}


def _name(filename: str) -> str:
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    if plain == filename:
        return f'filename="{filename}"'
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
