"""The published summaries: pages, editions, PDF and feed."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import get_locale

from eventapp.core.access import public
from eventapp.core.config import Settings
from eventapp.core.context import Context
from eventapp.core.documents import Documents
from eventapp.core.pdf import VARIANTS
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.attribution import guard
from eventapp.notes.models import Edition, Publication
from eventapp.notes.publishing import document, feed, readings, words
from eventapp.notes.publishing import queries as editions
from eventapp.notes.states import PublicationKind

bp = Blueprint("notes", __name__)

PAGE = "/<any(en,fr,es):lang>/<event>/summaries"


@bp.get(PAGE)
@public("the summaries that rapporteurs published", cached=True)
def summaries(event: Event) -> str:
    """List the published days."""
    return render_template("notes/publishing/summaries.html", readings=_readings(reading(), event))


@bp.get(f"{PAGE}.atom")
@public("the summaries that rapporteurs published, for feed readers", cached=True)
def summaries_feed(event: Event) -> Response:
    """Return the published days as an Atom feed (RFC 4287)."""
    settings: Settings = current_app.extensions["settings"]
    content = feed.atom(event, _language(), _readings(reading(), event), settings.base_url)
    return Response(content, content_type="application/atom+xml; charset=utf-8")


@bp.get(f"{PAGE}/<int:number>")
@public("a summary that rapporteurs published", cached=True)
def summary(event: Event, number: int) -> str:
    """Show the summary of a day in the language of the address."""
    ctx = reading()
    published = queries.get_published(ctx, event, PublicationKind.SUMMARY, number)
    return _summary(ctx, event, published.publication, published.edition, latest=published.edition.number)


@bp.get(f"{PAGE}/<int:number>/editions/<int:edition>")
@public("an edition of a summary that rapporteurs published", cached=True)
def summary_edition(event: Event, number: int, edition: int) -> str:
    """Show one edition and, word by word, what it changed."""
    ctx = reading()
    published = queries.get_published(ctx, event, PublicationKind.SUMMARY, number)
    found = editions.get_edition(ctx, published.publication, edition)
    return _summary(ctx, event, published.publication, found, latest=published.edition.number, by_words=True)


def _summary(
    ctx: Context, event: Event, publication: Publication, edition: Edition, *, latest: int, by_words: bool = False
) -> str:
    language = _language()
    before = editions.find_edition(ctx, publication, edition.number - 1)
    changes = readings.changes(before, edition, language) if before else []
    unsaid: set[str] = set()
    if by_words:
        unsaid = guard.refused(ctx, event, edition.paragraphs, before.paragraphs if before else {})
        changes = readings.hushed(changes, unsaid)
    read = readings.read_in(language, publication, edition, unsaid if edition.number != latest else ())
    return render_template(
        "notes/publishing/summary.html",
        reading=read,
        shown=read.shown({change.key for change in changes}),
        changes=changes,
        by_words=by_words,
        latest=latest,
        dates=editions.list_edition_dates(ctx, publication),
        readings=_readings(ctx, event),
        rule_line=words.RULE_LINES.get(event.attribution_rule),
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
    before = editions.find_edition(ctx, published.publication, published.edition.number - 1)
    sheet = document.sheet(
        current_app.jinja_env,
        event,
        readings.read_in(_language(), published.publication, published.edition),
        readings.changes(before, published.edition, _language()) if before else [],
    )
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
