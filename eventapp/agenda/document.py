"""The agenda as a document: HTML for the PDF engine, a pure function of a release and a language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment

from eventapp.agenda import words
from eventapp.agenda.queries import Released
from eventapp.core.documents import Documents
from eventapp.core.languages import direction

TEMPLATE = "agenda/pdf/programme.html"


@dataclass(frozen=True)
class Programme:
    """The agenda in one language, ready to be made into a PDF."""

    html: str
    created_at: datetime
    identifier: str
    filename: str

    def pdf(self, documents: Documents, *, variant: str = "pdf/ua-1") -> bytes:
        """Return the PDF; no database transaction may be open meanwhile."""
        return documents.pdf(self.html, variant=variant, created_at=self.created_at, identifier=self.identifier)


def programme(templates: Environment, release: Released, language: str, *, slug: str) -> Programme:
    """Return the programme of a release; the current locale must be `language`."""
    html = templates.get_template(TEMPLATE).render(
        release=release,
        agenda=release.snapshot,
        language=language,
        direction=direction(language),
        words=words,
    )
    return Programme(
        html=html,
        created_at=release.released_at,
        identifier=f"{slug}/agenda/{release.number}/{release.content_hash}/{language}",
        filename=f"{slug}-agenda-{language}.pdf",
    )
