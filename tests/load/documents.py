"""The first PDF of an agenda, and bare WeasyPrint on the same HTML, in turns."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from weasyprint import HTML

from eventapp.agenda import queries
from eventapp.agenda.document import programme
from eventapp.core.config import Settings
from eventapp.core.pdf import PROJECT
from eventapp.core.pdf_worker import AssetFetcher
from eventapp.core.unit_of_work import reading
from eventapp.demo.content import SLUG
from eventapp.events.models import Event
from tests.load.served import HOST
from tests.load.servers import BenchFailed

ROUNDS = 3


def first_and_bare(app: Flask, languages: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return the seconds of each first answer and of each bare rendering; both are warm, nothing is stored."""
    texts = {language: _html(app, language) for language in languages}
    _answered(app, languages[0])
    _rendered(texts[languages[0]])
    first, bare = [], []
    for _round in range(ROUNDS):
        for language in languages:
            first.append(_answered(app, language))
            bare.append(_rendered(texts[language]))
    return first, bare


def _answered(app: Flask, language: str) -> float:
    settings: Settings = app.extensions["settings"]
    app.extensions["page_cache"].clear()
    shutil.rmtree(settings.instance / "documents", ignore_errors=True)
    began = time.perf_counter()
    answer = app.test_client().get(f"/{language}/{SLUG}/agenda.pdf", base_url=f"https://{HOST}")
    if answer.status_code != 200 or not answer.data.startswith(b"%PDF"):
        raise BenchFailed(f"agenda.pdf answers {answer.status_code}")
    return time.perf_counter() - began


def _rendered(html: str) -> float:
    began = time.perf_counter()
    fetcher = AssetFetcher(PROJECT / "static")
    HTML(string=html, base_url="asset:", url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return time.perf_counter() - began


def _html(app: Flask, language: str) -> str:
    with app.test_request_context(f"/{language}/{SLUG}/agenda.pdf", base_url=f"https://{HOST}"), force_locale(language):
        ctx = reading()
        release = queries.latest_release(ctx, ctx.session.scalars(select(Event).where(Event.slug == SLUG)).one())
        if release is None:
            raise BenchFailed("the sample event has no released agenda")
        return programme(app.jinja_env, release, language, slug=SLUG).html
