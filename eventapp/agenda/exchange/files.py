"""A file of sessions whatever its format, told by its bytes; its name plays no part."""

from __future__ import annotations

from collections.abc import Sequence

from eventapp.agenda.exchange import schedule_csv, schedule_json, schedule_xml
from eventapp.agenda.exchange.reading import MOST_BYTES, MOST_SESSIONS, Fault, Reading

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_file(content: bytes, *, zone: str, language: str, languages: Sequence[str]) -> Reading:
    """Return the sessions of a schedule XML, JSON, CSV or XLSX file. Raises `Fault` that says what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise Fault("too_large")
    beginning = _beginning(content)
    if not beginning:
        raise Fault("empty")
    if beginning.startswith(b"<"):
        reading = schedule_xml.read(content, zone=zone, language=language)
    elif beginning.startswith((b"{", b"[")):
        reading = schedule_json.read(content)
    else:
        reading = schedule_csv.read("", content, language=language, languages=languages)
    if not reading.sessions:
        raise Fault("no_session")
    if len(reading.sessions) > MOST_SESSIONS:
        raise Fault("too_many", str(len(reading.sessions)))
    return reading


def _beginning(content: bytes) -> bytes:
    """Return the first letters without byte order mark, spaces and the other half of wide ones."""
    head = content[:400]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()
