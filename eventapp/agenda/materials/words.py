"""The words of materials: who sees them and when, what kind of file they are."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.rules import SUFFIX
from eventapp.agenda.materials.states import Audience, MaterialKind
from eventapp.core.formatting import moment_in_words
from eventapp.core.uploads import MediaType

AUDIENCE: Mapping[Audience, LazyString] = {
    Audience.EVERYBODY: _l("Everybody, on the public page"),
    Audience.PARTICIPANTS: _l("Confirmed participants only"),
}

FIELD: Mapping[str, LazyString] = {
    "audience": _l("Who sees it"),
    "filename": _l("File"),
    "language": _l("Language"),
    "shown_from_at": _l("Shown from"),
    "shown_until_at": _l("Shown until"),
    "title": _l("Title"),
    "url": _l("Address"),
}


def kind(material: Material) -> str:
    """Return what it is: `PDF, 1.2 MB`, or that it leads elsewhere."""
    if material.kind is MaterialKind.LINK:
        return str(_("Link"))
    suffix = SUFFIX[MediaType(material.media_type)].upper()
    return str(_("%(kind)s, %(size)s", kind=suffix, size=_size(material.size)))


def when(material: Material, zone: str, language: str) -> str:
    """Return between which moments it is shown, or nothing when always."""
    shown_from = moment_in_words(material.shown_from_at, zone, language) if material.shown_from_at else ""
    until = moment_in_words(material.shown_until_at, zone, language) if material.shown_until_at else ""
    if shown_from and until:
        return str(_("From %(from)s until %(until)s", **{"from": shown_from, "until": until}))
    if shown_from:
        return str(_("From %(from)s", **{"from": shown_from}))
    return str(_("Until %(until)s", until=until)) if until else ""


def _size(size: int) -> str:
    if size < 100_000:
        return str(_("%(number)s kB", number=max(1, round(size / 1000))))
    return str(_("%(number)s MB", number=format_decimal(round(size / 1_000_000, 1))))
