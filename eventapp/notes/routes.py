"""The published summaries."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Blueprint, Response, current_app, render_template
from flask_babel import get_locale

from eventapp.core.access import public
from eventapp.core.context import Context
from eventapp.core.languages import direction
from eventapp.core.page_cache import PageCache, page_of
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.notes import document, queries

bp = Blueprint("notes", __name__)

PAGE = "/<any(en,fr,es):lang>/<event>/summaries"
_KEEP = timedelta(days=30)  # the key holds the hash of all that the file shows: it is never stale, only dropped


@bp.get(PAGE)
@public("the summaries that rapporteurs published", cached=True)
def summaries(event: Event) -> str:
    """List the published days."""
    return render_template("notes/summaries.html", readings=_readings(reading(), event))


@bp.get(f"{PAGE}/<int:number>")
@public("a summary that rapporteurs published", cached=True)
def summary(event: Event, number: int) -> str:
    """Show the summary of a day in the language of the address."""
    ctx = reading()
    published = queries.get_published(ctx, event, number)
    return render_template(
        "notes/summary.html",
        reading=document.read_in(_language(), event, published.summary, published.edition),
        readings=_readings(ctx, event),
    )


@bp.get(f"{PAGE}/<int:number>.pdf")
@public("a summary that rapporteurs published, to keep or print", cached=True)
def summary_pdf(event: Event, number: int) -> Response:
    """Return the summary of a day as a tagged PDF."""
    ctx = reading()
    published = queries.get_published(ctx, event, number)
    read = document.read_in(_language(), event, published.summary, published.edition)
    html = render_template(
        "notes/pdf/summary.html",
        reading=read,
        language=read.language,
        direction=direction(read.language),
        hosts=[each.name.text(read.language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER],
    )
    published_at, identifier = published.edition.published_at, document.identifier(event, read)
    name = document.file_name(event, published.summary, read.language)
    ctx.session.rollback()  # no transaction stays open while the document is made
    key = ("summary.pdf", hashlib.sha256(html.encode()).hexdigest())
    cache: PageCache = current_app.extensions["page_cache"]
    kept = cache.get(key, ctx.now)
    if kept is None:
        engine: PdfEngine = current_app.extensions["pdf"]
        made = engine.render(html, created_at=published_at, identifier=identifier)
        kept = page_of(made, "application/pdf", ctx.now + _KEEP)
        cache.put(key, kept)
    return Response(
        kept.body, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _readings(ctx: Context, event: Event) -> list[document.Reading]:
    return [
        document.read_in(_language(), event, published.summary, published.edition)
        for published in queries.list_published(ctx, event)
    ]


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
