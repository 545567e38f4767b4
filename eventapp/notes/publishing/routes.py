"""The published summaries."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import get_locale

from eventapp.core.access import public
from eventapp.core.context import Context
from eventapp.core.documents import Documents
from eventapp.core.pdf import VARIANTS
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.publishing import document, readings
from eventapp.notes.states import PublicationKind

bp = Blueprint("notes", __name__)

PAGE = "/<any(en,fr,es):lang>/<event>/summaries"


@bp.get(PAGE)
@public("the summaries that rapporteurs published", cached=True)
def summaries(event: Event) -> str:
    """List the published days."""
    return render_template("notes/publishing/summaries.html", readings=_readings(reading(), event))


@bp.get(f"{PAGE}/<int:number>")
@public("a summary that rapporteurs published", cached=True)
def summary(event: Event, number: int) -> str:
    """Show the summary of a day in the language of the address."""
    ctx = reading()
    published = queries.get_published(ctx, event, PublicationKind.SUMMARY, number)
    return render_template(
        "notes/publishing/summary.html",
        reading=readings.read_in(_language(), published.publication, published.edition),
        readings=_readings(ctx, event),
    )


@bp.get(f"{PAGE}/<int:number>.pdf")
@public("a summary that rapporteurs published, to keep or print", cached=True)
def summary_pdf(event: Event, number: int) -> Response:
    """Return the summary of a day as tagged PDF; `?variant=pdf/a-3a` makes it one for archives."""
    variant = request.args.get("variant", "pdf/ua-1")
    if variant not in VARIANTS:
        abort(400)
    ctx = reading()
    published = queries.get_published(ctx, event, PublicationKind.SUMMARY, number)
    read = readings.read_in(_language(), published.publication, published.edition)
    sheet = document.sheet(current_app.jinja_env, event, read)
    ctx.session.rollback()  # no transaction stays open while the document is made
    documents: Documents = current_app.extensions["documents"]
    return Response(
        documents.pdf(sheet.html, variant=variant, created_at=sheet.created_at, identifier=sheet.identifier),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{sheet.filename}"'},
    )


def _readings(ctx: Context, event: Event) -> list[readings.Reading]:
    return [
        readings.read_in(_language(), published.publication, published.edition)
        for published in queries.list_published(ctx, event)
    ]


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
