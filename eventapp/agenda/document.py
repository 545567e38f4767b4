"""The agenda as a document: HTML for the PDF engine, a pure function of a release, the hosts' logos and a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment

from eventapp.agenda import words
from eventapp.agenda.queries import Logo, Released
from eventapp.core.documents import Documents
from eventapp.core.formatting import language_name, list_in_words
from eventapp.core.languages import direction

PROGRAMME = "agenda/pdf/programme.html"
BOOKLET = "agenda/pdf/booklet.html"


@dataclass(frozen=True)
class Document:
    """A sheet or a booklet in one language, ready to be made into a PDF."""

    html: str
    created_at: datetime
    identifier: str
    filename: str

    def pdf(self, documents: Documents, *, variant: str = "pdf/ua-1") -> bytes:
        """Return the PDF; no database transaction may be open meanwhile."""
        return documents.pdf(self.html, variant=variant, created_at=self.created_at, identifier=self.identifier)


def programme(
    templates: Environment, release: Released, language: str, *, slug: str, logos: Sequence[Logo] = ()
) -> Document:
    """Return the programme of a release on A4; the current locale must be `language`."""
    return from_release(templates, PROGRAMME, release, language, slug=slug, name="agenda", logos=logos, in_a_row=2)


def booklet(
    templates: Environment, release: Released, language: str, *, slug: str, logos: Sequence[Logo] = ()
) -> Document:
    """Return the programme on pages of A5, a multiple of four of them; the current locale must be `language`."""
    return from_release(
        templates, BOOKLET, release, language, slug=slug, name="agenda-booklet", logos=logos, in_a_row=1
    )


def from_release(
    templates: Environment, template: str, release: Released, language: str, *, slug: str, name: str, **values: Any
) -> Document:
    """Return a document that a template makes of a release; the current locale must be `language`."""
    agenda = release.snapshot
    html = templates.get_template(template).render(
        release=release,
        agenda=agenda,
        language=language,
        direction=direction(language),
        languages=list_in_words((language_name(code, language) for code in agenda.languages), language),
        words=words,
        **values,
    )
    return Document(
        html=html,
        created_at=release.released_at,
        identifier=f"{slug}/{name}/{release.number}/{release.content_hash}/{language}",
        filename=f"{slug}-{name}-{language}.pdf",
    )
