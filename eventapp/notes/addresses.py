"""The one part of an address that names a publication: "summary-2", "read-out" or "guidelines"."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from eventapp.core.errors import NotFound
from eventapp.notes.states import PublicationKind

TEXT = "/desk/<event>/notes/texts/<slug>"
"""Where the desk works on a publication."""

_SUMMARY = re.compile(r"summary-([1-9][0-9]{0,2})")


def slug_of(kind: PublicationKind, number: int = 0) -> str:
    """Return how addresses name a publication."""
    return f"summary-{number}" if kind is PublicationKind.SUMMARY else kind.value.replace("_", "-")


def parse(slug: str) -> tuple[PublicationKind, int]:
    """Return the kind and number of the publication that an address names. Raises `NotFound`."""
    if match := _SUMMARY.fullmatch(slug):
        return PublicationKind.SUMMARY, int(match[1])
    for kind in (PublicationKind.READ_OUT, PublicationKind.GUIDELINES):
        if slug == slug_of(kind):
            return kind, 0
    raise NotFound(_("There is no such text."))
