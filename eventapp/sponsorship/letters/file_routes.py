"""Letters as PDF files, made anew each time: kept as files they would outlive what is forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app

from eventapp.core.context import Context
from eventapp.core.pdf import PdfEngine
from eventapp.sponsorship.letters import document
from eventapp.sponsorship.letters.models import Letter


def pdf_of(ctx: Context, letter: Letter, sensitive: Mapping[str, str]) -> Response:
    """Return the letter as a file; the context's session holds no transaction while it is made."""
    html = document.html_of(current_app.jinja_env, letter.snapshot, sensitive, letter.language)
    number, issued_at = letter.number, letter.issued_at
    ctx.session.rollback()
    engine: PdfEngine = current_app.extensions["pdf"]
    pdf = engine.render(html, created_at=issued_at, identifier=f"letter/{number}")
    answer = Response(pdf, content_type="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{number}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer
