"""What a document says about itself: author, title and the other properties that travel inside a file unseen.

A damaged or hostile file says nothing; it never stops anybody. Sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import io
import logging
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, TextStringObject

from eventapp.core.uploads import MediaType, sniff

_MOST_BYTES = 1_000_000  # of one part with properties, unpacked
_MOST_TEXT = 2_000  # of one property
_MOST_PROPERTIES = 100
_OFFICE_PARTS = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
_OPEN_DOCUMENT_PARTS = ("meta.xml",)
_OFFICE = frozenset({MediaType.DOCX, MediaType.XLSX, MediaType.PPTX})
_OPEN_DOCUMENTS = frozenset({MediaType.ODT, MediaType.ODS, MediaType.ODP})
_SAY_NOTHING = frozenset(
    """
    application appversion totaltime words characters pages lines paragraphs template creationdate moddate created
    modified creation-date date revision generator editing-cycles editing-duration docsecurity producer format
    createdate modifydate metadatadate documentid instanceid creatortool pdfversion part
    """.split()  # noqa: SIM905
)

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it comments on every flaw of a file that strangers sent


def read(data: bytes) -> dict[str, str]:
    """Return the properties of a PDF, an office file or an OpenDocument that may name somebody, by what it calls them.

    Nothing of any other file, and nothing where the file cannot be read.
    """
    media_type = sniff(data, frozenset(MediaType))
    if media_type is MediaType.PDF:
        return _collect(_of_pdf(data))
    if media_type in _OFFICE:
        return _collect(_of_archive(data, _OFFICE_PARTS))
    if media_type in _OPEN_DOCUMENTS:
        return _collect(_of_archive(data, _OPEN_DOCUMENT_PARTS))
    return {}


def _collect(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        text = " ".join(value.split())[:_MOST_TEXT]
        if not text or name.casefold() in _SAY_NOTHING or text in found.values():
            continue
        key, number = name, 2
        while key in found:
            key, number = f"{name} {number}", number + 1
        found[key] = text
        if len(found) >= _MOST_PROPERTIES:
            break
    return found


def _of_pdf(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the document information and the XMP packet, the names of bookmarks and of attached files."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return
        for key, value in (reader.metadata or {}).items():
            resolved = value.get_object() if isinstance(value, IndirectObject) else value
            if isinstance(resolved, (TextStringObject, str)):
                yield key.lstrip("/"), str(resolved)
        metadata = reader.root_object.get("/Metadata")
        packet = metadata.get_object() if metadata is not None else None
        if packet is not None and hasattr(packet, "get_data"):
            stream = packet.get_data()
            if len(stream) <= _MOST_BYTES:
                yield from _texts(fromstring(stream))
        for name in reader.attachments:
            yield "attachment", name
    except (PyPdfError, ParseError, DefusedXmlException, RecursionError, MemoryError, OSError, ValueError,
            LookupError, TypeError, AttributeError, ArithmeticError, AssertionError):  # fmt: skip
        return  # a damaged file can raise almost anything inside the reader


def _of_archive(data: bytes, parts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in parts:
                if part not in archive.namelist():
                    continue
                with archive.open(part) as stream:
                    xml = stream.read(_MOST_BYTES + 1)
                if len(xml) <= _MOST_BYTES:
                    yield from _texts(fromstring(xml))
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, RuntimeError, OSError, ValueError, EOFError,
            NotImplementedError, LookupError, zlib.error):  # fmt: skip
        return


def _texts(root: Element) -> Iterator[tuple[str, str]]:
    """Yield what each element of a tree says, by its name; a list's items and custom properties by what holds them."""
    pending = [(root, "")]
    while pending:
        element, above = pending.pop()
        own = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        name = (
            element.get("name")
            or next((value for key, value in element.items() if key.endswith("}name")), "")
            or (above if own in {"li", "Seq", "Bag", "Alt", "Description", "lpstr", "lpwstr"} and above else own)
        )
        if element.text and element.text.strip():
            yield name, element.text
        for key, value in element.items():
            attribute = key.rpartition("}")[2]
            if own == "Description" and attribute != "about":
                yield attribute, value
        pending.extend((child, name) for child in reversed(element))
