"""A read-out of 40 pages: its page beside the floor, and its first document beside bare WeasyPrint."""

from __future__ import annotations

import io
import shutil
import time
from statistics import median

from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import select
from weasyprint import HTML

from eventapp.core.config import Settings
from eventapp.core.context import SYSTEM, Context
from eventapp.core.pdf import PROJECT
from eventapp.core.pdf_worker import AssetFetcher
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.content import SLUG
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes import service as writing
from eventapp.notes.readout import service, sheets
from eventapp.notes.readout.document import read_out_in
from eventapp.notes.readout.rules import InsightValues
from eventapp.notes.states import PublicationKind
from tests.load.served import HOST
from tests.load.servers import BenchFailed, Server
from tests.load.speeds import beside_as_many_bytes
from tests.load.table import Row
from tests.support.publishing import publish_now

PAGE = f"/en/{SLUG}/read-out"
ROUNDS = 3
MOST_TIMES_BARE = 1.5
SAID = (
    "A team that buys together learns together: the first contract took nine months, the third one six weeks. What "
    "made the difference was a shared file of questions that every supplier had to answer for all to read. "
)


def rows(app: Flask, server: Server, floor: Server) -> list[Row]:
    """Issue the read-out, then measure its page and its document."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        issue(ctx)
    gzip = {"Accept-Encoding": "gzip"}
    return [*beside_as_many_bytes(server, floor, "read-out page of 26 insights", PAGE, gzip), _document_row(app)]


def issue(ctx: Context) -> None:
    """Write and issue a read-out of 26 insights, with the summary of a long second day."""
    event = _event(ctx)
    day = writing.open_publication(ctx, event, PublicationKind.SUMMARY, 2)
    if not texts.latest_editions(ctx, [day.id]):  # unless another measure has published a long one
        parts = "\n\n".join(f"## Part {number}\n\n{SAID * 4}\n\n- {SAID}\n\n{SAID * 4}" for number in range(1, 32))
        begun = texts.find_latest_revision(ctx, day, day.source_language)
        base = begun.number if begun else 0
        writing.save_source(ctx, day, title="What the second day brought", text=parts, base_revision=base)
        publish_now(ctx, day)
    publication = service.begin(ctx, event, "en")
    for number in range(1, 27):
        places = [{"name": f"Town {each}", "country": "ES"} for each in range(number % 4)]
        values = InsightValues(f"Insight {number}: ask before you build", f"{SAID * 5}\n\n{SAID * 3}", places=places)
        service.add_insight(ctx, event, values)
    latest = texts.find_latest_revision(ctx, publication, "en")
    number = latest.number if latest else 0
    advice = "\n\n".join(f"1. {SAID}" for _each in range(62))
    service.save_part(ctx, event, "recommendations", text=advice, base_revision=number)
    publish_now(ctx, publication)


def _document_row(app: Flask) -> Row:
    html = _html(app)
    made = _answered(app)
    pages = len(PdfReader(io.BytesIO(made)).pages)
    _rendered(html)
    first, bare = [], []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        _answered(app)
        first.append(time.perf_counter() - began)
        bare.append(_rendered(html))
    ratio = median(one / other for one, other in zip(first, bare, strict=True))
    return Row(
        f"read-out.pdf of {pages} pages, first time",
        f"{1000 * median(first):.0f} ms, {ratio:.2f} × bare WeasyPrint ({1000 * median(bare):.0f} ms)",
        f"≤ {MOST_TIMES_BARE} × bare WeasyPrint",
        ratio <= MOST_TIMES_BARE,
        {"seconds": median(first), "bare_seconds": median(bare), "ratio": ratio, "pages": pages},
    )


def _answered(app: Flask) -> bytes:
    settings: Settings = app.extensions["settings"]
    app.extensions["page_cache"].clear()
    shutil.rmtree(settings.instance / "documents", ignore_errors=True)
    answer = app.test_client().get(f"{PAGE}.pdf", base_url=f"https://{HOST}")
    if answer.status_code != 200 or not answer.data.startswith(b"%PDF"):
        raise BenchFailed(f"read-out.pdf answers {answer.status_code}")
    return answer.data


def _rendered(html: str) -> float:
    began = time.perf_counter()
    fetcher = AssetFetcher(PROJECT / "static")
    HTML(string=html, base_url="asset:", url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return time.perf_counter() - began


def _html(app: Flask) -> str:
    with app.test_request_context(f"{PAGE}.pdf", base_url=f"https://{HOST}"), force_locale("en"):
        ctx = reading()
        event = _event(ctx)
        found = texts.get_published(ctx, event, PublicationKind.READ_OUT)
        read_out = read_out_in("en", found.publication, found.edition)
        return sheets.read_out_sheet(app.jinja_env, event, read_out, f"https://{HOST}").html


def _event(ctx: Context) -> Event:
    return ctx.session.scalars(select(Event).where(Event.slug == SLUG)).one()
