"""The published summaries as an Atom feed (RFC 4287): a pure function of the editions."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from flask_babel import gettext as _

from eventapp.core.formatting import day_in_words
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.notes.publishing.readings import Reading

_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(event: Event, language: str, readings: Sequence[Reading], base_url: str) -> bytes:
    """Return the feed in the language, the day changed last on top; an entry keeps its id from edition to edition.

    Markdown is already harmless HTML here, and stands escaped in the entries (RFC 4287 §3.1.1.3).
    """
    page = f"{base_url.rstrip('/')}/{language}/{event.slug}/summaries"
    newest_first = sorted(readings, key=lambda each: (each.edition.published_at, each.publication.number), reverse=True)
    feed = Element("feed", {"xmlns": _ATOM, _XML_LANG: language})
    _add(feed, "id", page)
    _add(feed, "title", _("%(event)s: summaries", event=event.title.text(language)))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{page}.atom")
    SubElement(feed, "link", rel="alternate", type="text/html", href=page)
    updated = newest_first[0].edition.published_at if newest_first else event.created_at
    _add(feed, "updated", updated.isoformat(timespec="seconds"))
    hosts = [each.name.text(language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER]
    for host in hosts or [event.title.text(language)]:
        _add(SubElement(feed, "author"), "name", host)
    for reading in newest_first:
        _entry(feed, reading, f"{page}/{reading.publication.number}")
    content: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _entry(feed: Element, reading: Reading, address: str) -> None:
    language, edition = reading.language, reading.edition
    entry = SubElement(feed, "entry")
    _add(entry, "id", address)
    _add(entry, "title", reading.title)
    SubElement(entry, "link", rel="alternate", type="text/html", href=address, hreflang=language)
    _add(entry, "updated", edition.published_at.isoformat(timespec="seconds"))
    if reading.publication.day is not None:
        SubElement(entry, "category", term=day_in_words(reading.publication.day, language))
    if edition.note:
        _add(entry, "summary", _("What changed: %(note)s", note=edition.note.text(language)))
    elif reading.teaser:
        _add(entry, "summary", reading.teaser)
    paragraphs = [
        f'<div lang="{each.language}" dir="{each.direction}">{each.html}</div>' for each in reading.shown() if each.html
    ]
    content = _add(entry, "content", "".join(paragraphs))
    content.set("type", "html")


def _add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element
