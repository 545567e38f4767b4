"""The words for parts of a text, for marks that differ, and for what is wrong with a translator's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core import formatting
from eventapp.notes.states import ParagraphState, PublicationKind
from eventapp.notes.translating.rules import Hint
from eventapp.notes.translating.xliff import Fault

_PARTS: Mapping[str, LazyString] = {
    "introduction": _l("Introduction"),
    "recommendations": _l("Recommendations"),
    "outlook": _l("Outlook"),
}
_HINTS: Mapping[Hint, LazyString] = {
    Hint.HEADING: _l("The marks of the heading (#) differ from the original."),
    Hint.LIST: _l("The points of the list differ from the original in number or kind."),
    Hint.QUOTE: _l("One of the two is marked as a quote (>), the other is not."),
    Hint.LINK_GONE: _l("A link of the original is missing: %(address)s"),
    Hint.LINK_ADDED: _l("A link that the original does not have: %(address)s"),
}
_FAULTS: Mapping[str, LazyString] = {
    "too_large": _l("The file is larger than 5 MB. Send the one that you exported here, translated."),
    "empty": _l("The file is empty. Choose another one."),
    "entities": _l("The file defines a document type or entities of its own. For safety we do not read those."),
    "not_xml": _l("The file is damaged: it is not well-formed XML (%(name)s)."),
    "not_xliff": _l("This is not an XLIFF file. Choose the file that your tool saves as XLIFF 1.2 (.xlf)."),
    "not_1_2": _l("We read XLIFF 1.2 only. Save the file in this version."),
    "files": _l("The file holds several texts, or none. Send them one by one."),
    "not_ours": _l("The file does not say which version of the text it translates. Export it here, then translate it."),
    "other_event": _l("The file belongs to another event (%(name)s)."),
    "other_publication": _l("The file holds another text (%(name)s)."),
    "other_source_language": _l("The original of the file is in another language (%(name)s)."),
    "other_language": _l("The file translates into another language (%(name)s)."),
    "other_version": _l(
        "The file was made from version %(name)s of the text; it stands at version %(other)s now. "
        "Export it again: your tool’s memory fills in what stayed."
    ),
    "other_text": _l("The file was made from another text than the one here. Export it again."),
    "unknown": _l("The file holds a paragraph that the text does not have (%(name)s)."),
    "doubled": _l("%(name)s stands in the file twice."),
    "source_changed": _l("%(name)s: the original was changed in the file. Only translations may be changed."),
    "inline": _l("%(name)s holds a mark of the tool (<%(other)s>) that we cannot read. Replace it by text."),
    "broken_unit": _l("%(name)s is damaged in the file."),
}


def part(name: str, insights: Sequence[str] = ()) -> str:
    """Return the heading over the paragraphs of a part of the read-out; empty for a text without parts.

    `insights` are the parts that hold one, in their order: each has its number there.
    """
    if name in insights:
        return str(_("Key insight %(number)d", number=insights.index(name) + 1))
    return str(_PARTS.get(name.partition(":")[0], name))


class InPart(Protocol):
    """A paragraph of a text in parts."""

    @property
    def key(self) -> str:
        """The paragraph’s key."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def part(self) -> str:
        """The name of the part that it stands in."""


def part_openings(paragraphs: Iterable[InPart]) -> dict[str, str]:
    """Return, by the key of the paragraph that opens a part of the read-out, the heading over the part."""
    opening: dict[str, str] = {}
    for each in paragraphs:
        if each.part and each.text:
            opening.setdefault(each.part, each.key)
    insights = [name for name in opening if name.startswith("insight:")]
    return {key: part(name, insights) for name, key in opening.items()}


def name_of(kind: PublicationKind, day: date | None) -> str:
    """Return how people name a publication."""
    if day is not None:
        return str(_("Summary of %(day)s", day=formatting.short_day_in_words(day, get_locale().language)))
    return str(_("Read-out") if kind is PublicationKind.READ_OUT else _("Guidelines"))


def counted(counts: Mapping[ParagraphState, int]) -> list[str]:
    """Return how many paragraphs stand where, what is to do first; nothing about states in which there are none."""
    said = []
    if number := counts.get(ParagraphState.MISSING, 0):
        said.append(ngettext("%(num)d not translated", "%(num)d not translated", number))
    if number := counts.get(ParagraphState.OUTDATED, 0):
        said.append(ngettext("%(num)d outdated", "%(num)d outdated", number))
    if number := counts.get(ParagraphState.DRAFT, 0):
        said.append(ngettext("%(num)d not reviewed", "%(num)d not reviewed", number))
    if number := counts.get(ParagraphState.REVIEWED, 0):
        said.append(ngettext("%(num)d reviewed", "%(num)d reviewed", number))
    return said


def hint(kind: Hint, address: str) -> str:
    """Return what differs, as a sentence."""
    return str(_HINTS[kind] % {"address": address})


def note(*, is_title: bool, part_name: str, state: ParagraphState, has_marks: bool) -> str:
    """Return what a translator's tool shows beside a paragraph."""
    said = [_("The title.") if is_title else part_name and f"{part_name}."]
    if state is ParagraphState.OUTDATED:
        said.append(_("The original has changed since this was translated."))
    if has_marks and not is_title:
        said.append(_("Keep marks such as #, -, > and ** and the addresses of links."))
    return " ".join(words for words in said if words)


def fault(found: Fault, paragraph_names: Mapping[str, str]) -> str:
    """Return why a file was not taken and what to do, in a sentence or two."""
    where = paragraph_names.get(found.detail, found.detail) or "–"
    if found.code == "missing":
        several = ngettext(
            "%(name)s is missing in the file. Send the whole file, translated or not.",
            "%(name)s and others, %(num)d in all, are missing in the file. Send the whole file, translated or not.",
            int(found.other),
            name=where,
        )
        return str(several)
    return str(_FAULTS[found.code] % {"name": where, "other": found.other or "–"})
