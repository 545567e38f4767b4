"""The issued read-out and the guidelines: pages, editions and documents."""

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
from eventapp.notes.comments.annex import without_erased
from eventapp.notes.comments.words import OUTCOME_STATES, TONES
from eventapp.notes.models import Edition, Publication
from eventapp.notes.publishing import queries as editions
from eventapp.notes.publishing.document import Sheet
from eventapp.notes.publishing.readings import changes, hushed, read_in
from eventapp.notes.publishing.words import RULE_LINES
from eventapp.notes.readout import sheets, words
from eventapp.notes.readout.document import ReadOut, read_out_in
from eventapp.notes.readout.snapshot import from_json
from eventapp.notes.resources import queries as resources
from eventapp.notes.states import PublicationKind
from eventapp.registrations.reports import STAGE

bp = Blueprint("read_out", __name__)

PAGE = "/<any(en,fr,es):lang>/<event>/read-out"
GUIDELINES = "/<any(en,fr,es):lang>/<event>/guidelines"


@bp.get(PAGE)
@public("the read-out that rapporteurs issued", cached=True)
def page(event: Event) -> str:
    """Show the latest edition of the read-out in the language of the address."""
    return _page(event)


@bp.get(f"{PAGE}/editions/<int:edition>")
@public("an earlier edition of the read-out", cached=True)
def edition(event: Event, edition: int) -> str:
    """Show one edition of the read-out."""
    return _page(event, edition)


@bp.get(f"{PAGE}.pdf")
@public("the read-out that rapporteurs issued, to keep or print", cached=True)
def pdf(event: Event) -> Response:
    """Return the latest edition as tagged PDF; `?variant=pdf/a-3a` makes it one for archives."""
    return _document(event)


@bp.get(f"{PAGE}/editions/<int:edition>.pdf")
@public("an earlier edition of the read-out, to keep or print", cached=True)
def edition_pdf(event: Event, edition: int) -> Response:
    """Return one edition as tagged PDF."""
    return _document(event, edition)


@bp.get(GUIDELINES)
@public("the guidelines that rapporteurs published", cached=True)
def guidelines(event: Event) -> str:
    """Show the guidelines in the language of the address."""
    ctx = reading()
    found = queries.get_published(ctx, event, PublicationKind.GUIDELINES)
    before = editions.find_edition(ctx, found.publication, found.edition.number - 1)
    changed = {each.key for each in changes(before, found.edition, _language())} if before else set()
    read = read_in(_language(), found.publication, found.edition)
    return render_template("notes/readout/guidelines.html", reading=read, shown=read.shown(changed))


@bp.get(f"{GUIDELINES}.pdf")
@public("the guidelines that rapporteurs published, to keep or print", cached=True)
def guidelines_pdf(event: Event) -> Response:
    """Return the guidelines as tagged PDF."""
    ctx = reading()
    found = queries.get_published(ctx, event, PublicationKind.GUIDELINES)
    read = read_in(_language(), found.publication, found.edition)
    return _answer(ctx, sheets.guidelines_sheet(current_app.jinja_env, event, read, _base_url()))


def _page(event: Event, number: int | None = None) -> str:
    ctx = reading()
    publication, edition, latest = _wanted(ctx, event, number)
    before = editions.find_edition(ctx, publication, edition.number - 1)
    unsaid = guard.refused(ctx, event, before.paragraphs) if before else set()
    return render_template(
        "notes/readout/page.html",
        read_out=_read_out(ctx, event, publication, edition, latest),
        changes=hushed(changes(before, edition, _language()), unsaid) if before else [],
        latest=latest,
        dates=editions.list_edition_dates(ctx, publication),
        has_guidelines=queries.has_published(ctx, event, PublicationKind.GUIDELINES),
        rule_line=RULE_LINES.get(event.attribution_rule),
        kinds=words.KINDS,
        stages=STAGE,
        outcomes=OUTCOME_STATES,
        tones=TONES,
    )


def _document(event: Event, number: int | None = None) -> Response:
    ctx = reading()
    read_out = _read_out(ctx, event, *_wanted(ctx, event, number))
    return _answer(ctx, sheets.read_out_sheet(current_app.jinja_env, event, read_out, _base_url()))


def _wanted(ctx: Context, event: Event, number: int | None) -> tuple[Publication, Edition, int]:
    """Return the read-out, its edition of the number, or the latest, and the number of the latest."""
    found = queries.get_published(ctx, event, PublicationKind.READ_OUT)
    edition = found.edition if number is None else editions.get_edition(ctx, found.publication, number)
    return found.publication, edition, found.edition.number


def _read_out(ctx: Context, event: Event, publication: Publication, edition: Edition, latest: int) -> ReadOut:
    """Return an edition to be read; an earlier one without the words whose authors have said no since.

    In any of them, no link leads to a resource that was taken off the list.
    """
    annex = without_erased(ctx, event, edition.extra.get("annex", ()))
    unsaid: set[str] = set()
    if edition.number != latest:
        summaries = [each.paragraphs for each in from_json(edition.extra).summaries]
        unsaid = guard.refused(ctx, event, edition.paragraphs, *summaries)
    return read_out_in(_language(), publication, edition, annex, unsaid, resources.listed(ctx, event))


def _answer(ctx: Context, sheet: Sheet) -> Response:
    variant = request.args.get("variant", "pdf/ua-1")
    if variant not in VARIANTS:
        abort(400)
    ctx.session.rollback()  # no transaction stays open while the document is made
    documents: Documents = current_app.extensions["documents"]
    return Response(
        documents.pdf(sheet.html, variant=variant, created_at=sheet.created_at, identifier=sheet.identifier),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{sheet.filename}"'},
    )


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
