"""A text and its translation as XLIFF 1.2 (OASIS Standard, 1 February 2008), for translators' own tools, out and in.

A file of ours says which text it is (`original`), which versions of source and translation it holds
(`product-version`) and has a fingerprint of the source (`build-num`); tools give these attributes back as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from eventapp.notes.paragraphs import Paragraph, by_key, fingerprint, paragraph_state
from eventapp.notes.states import ParagraphState

MEDIA_TYPE = "application/xliff+xml"
MOST_BYTES = 5_000_000
_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_TOOL = "eventapp"
_VERSIONS = re.compile(r"([1-9][0-9]{0,8})/(0|[1-9][0-9]{0,8})")
_TRANSPARENT = frozenset({f"{{{_NAMESPACE}}}{name}" for name in ("g", "mrk")})  # marks around words, which stay

_STATES = {
    ParagraphState.MISSING: "needs-translation",
    ParagraphState.DRAFT: "needs-review-translation",
    ParagraphState.REVIEWED: "final",
    ParagraphState.OUTDATED: "needs-adaptation",
}
_REVIEWED = frozenset({"final", "signed-off"})


class Fault(Exception):
    """The file cannot be taken; `code` says why, for the room's words, `detail` what or where."""

    def __init__(self, code: str, detail: str = "", other: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.other = other


@dataclass(frozen=True)
class Origin:
    """Which text a file holds, in which versions."""

    event: str  # as addresses name it
    slug: str
    identity: str  # what tells this text from one of the same name elsewhere
    source_language: str
    language: str
    source_revision: int
    base_revision: int  # of the translation; 0 when there was none

    @property
    def original(self) -> str:
        """Return how the file names the text."""
        return f"{self.event}/{self.slug}"

    def fingerprint(self, source: Sequence[Paragraph]) -> str:
        """Return what tells this source from any other."""
        return fingerprint(repr([self.identity, self.source_language, [(each.key, each.text) for each in source]]))


class Unit(NamedTuple):
    """A paragraph as the file has it; `target` is empty where it is not translated."""

    target: str
    reviewed: bool


def write(origin: Origin, source: Sequence[Paragraph], twins: Sequence[Paragraph], notes: dict[str, str]) -> bytes:
    """Return a text and its translation as XLIFF; `notes` say by key what a translator should know of a paragraph."""
    root = Element("xliff", {"version": "1.2", "xmlns": _NAMESPACE})
    file = SubElement(
        root,
        "file",
        {
            "original": origin.original,
            "source-language": origin.source_language,
            "target-language": origin.language,
            "datatype": "plaintext",
            "product-name": _TOOL,
            "product-version": f"{origin.source_revision}/{origin.base_revision}",
            "build-num": origin.fingerprint(source),
            "tool-id": _TOOL,
        },
    )
    header = SubElement(file, "header")
    SubElement(header, "tool", {"tool-id": _TOOL, "tool-name": _TOOL})
    body = SubElement(file, "body")
    found = by_key(twins)
    for number, each in enumerate(each for each in source if each.text):
        twin = found.get(each.key)
        state = paragraph_state(each, twin)
        unit = SubElement(body, "trans-unit", {"id": each.key, "resname": each.part or str(number)})
        if state is ParagraphState.REVIEWED:
            unit.set("approved", "yes")
        unit.set(f"{_XML}space", "preserve")
        SubElement(unit, "source", {f"{_XML}lang": origin.source_language}).text = each.text
        target = SubElement(unit, "target", {f"{_XML}lang": origin.language, "state": _STATES[state]})
        target.text = twin.text if twin else ""
        if note := notes.get(each.key):
            SubElement(unit, "note", {"from": _TOOL}).text = note
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def read(content: bytes, origin: Origin, source: Sequence[Paragraph]) -> tuple[int, dict[str, Unit]]:
    """Return the translation's version from which the file was made, and its paragraphs by their keys.

    `origin` and `source` are the text as it stands now. Raises `Fault` for a file of another text, event, language or
    version, and for one whose paragraphs are not those of the source.
    """
    file = _file(content)
    _compare(file, origin)
    versions = _VERSIONS.fullmatch(file.get("product-version", ""))
    if file.get("product-name") != _TOOL or versions is None:
        raise Fault("not_ours")
    if int(versions[1]) != origin.source_revision:
        raise Fault("other_version", versions[1], str(origin.source_revision))
    if file.get("build-num") != origin.fingerprint(source):
        raise Fault("other_text")
    return int(versions[2]), _units(file, source)


def _file(content: bytes) -> Element:
    if len(content) > MOST_BYTES:
        raise Fault("too_large")
    if not content.strip():
        raise Fault("empty")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as refused:
        raise Fault("entities") from refused
    except (ParseError, ValueError, LookupError) as broken:  # LookupError: an encoding that nobody knows
        raise Fault("not_xml", str(broken)[:200]) from broken
    if not root.tag.endswith("xliff"):
        raise Fault("not_xliff")
    if root.tag != f"{{{_NAMESPACE}}}xliff" or root.get("version") != "1.2":
        raise Fault("not_1_2", root.get("version", "")[:20])
    files = root.findall(_tag("file"))
    if len(files) != 1:
        raise Fault("files", str(len(files)))
    return files[0]


def _compare(file: Element, origin: Origin) -> None:
    """Refuse a file of something else, the nearest difference last."""
    event, _, slug = file.get("original", "").rpartition("/")
    if event != origin.event:
        raise Fault("other_event", event[:80])
    if slug != origin.slug:
        raise Fault("other_publication", slug[:80])
    if file.get("source-language") != origin.source_language:
        raise Fault("other_source_language", file.get("source-language", "")[:20])
    if file.get("target-language") != origin.language:
        raise Fault("other_language", file.get("target-language", "")[:20])


def _units(file: Element, source: Sequence[Paragraph]) -> dict[str, Unit]:
    wanted = {each.key: each for each in source if each.text}
    found: dict[str, Unit] = {}
    for unit in file.iter(_tag("trans-unit")):
        key = unit.get("id", "")
        if key not in wanted:
            raise Fault("unknown", key[:40])
        if key in found:
            raise Fault("doubled", key)
        here, target = unit.findall(_tag("source")), unit.findall(_tag("target"))
        if len(here) != 1 or len(target) > 1:
            raise Fault("broken_unit", key)
        if _same(_text(here[0], key)) != _same(wanted[key].text):
            raise Fault("source_changed", key)
        state = target[0].get("state", "") if target else ""
        approved = unit.get("approved") == "yes" and state in {"", "translated"}
        found[key] = Unit(_text(target[0], key) if target else "", state in _REVIEWED or approved)
    if missing := [key for key in wanted if key not in found]:
        raise Fault("missing", missing[0], str(len(missing)))
    return found


def _same(text: str) -> str:
    """Return a source text as far as it tells one from another: some tools trim it or break its lines anew."""
    return " ".join(text.split())


def _text(element: Element, key: str) -> str:
    """Return the words of an element, without the marks around them.

    Raises `Fault` for a mark that stands for something of its own (`<x/>`, `<ph>` …): our files have none.
    """
    for inner in element.iter():
        if inner is not element and inner.tag not in _TRANSPARENT:
            raise Fault("inline", key, inner.tag.rpartition("}")[2][:20])
    return "".join(element.itertext())


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
