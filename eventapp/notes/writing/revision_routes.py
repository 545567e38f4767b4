"""Every saved text of a publication in each language: list, compare any two, bring one back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.markdown import render
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries, rules, service, words
from eventapp.notes.addresses import TEXT
from eventapp.notes.queries import Status
from eventapp.notes.writing.forms import RestoreForm

bp = Blueprint("notes_revisions", __name__)

Answer = Response | str
REVISIONS = f"{TEXT}/revisions/<language>"


@bp.get(REVISIONS)
@requires(Permission.NOTES_VIEW)
def index(event: Event, slug: str, language: str) -> Answer:
    """List every saved text of a language."""
    ctx = reading()
    status, in_language = _named(event, slug, language)
    found = queries.list_revisions(ctx, status.publication, language) if status.publication else []
    return render_template(
        "notes/writing/revisions.html",
        status=status,
        language=language,
        revisions=found,
        published=in_language.published,
        words=words,
    )


@bp.get(f"{REVISIONS}/compare")
@requires(Permission.NOTES_VIEW)
def compare(event: Event, slug: str, language: str) -> Answer:
    """Show how one saved text differs from another, paragraph by paragraph, word by word."""
    ctx = reading()
    status, in_language = _named(event, slug, language)
    publication = queries.get_publication(ctx, event, status.kind, status.number)
    latest = in_language.latest.number if in_language.latest else 0
    new = queries.get_revision(ctx, publication, language, _asked("to", latest, latest))
    old = queries.get_revision(ctx, publication, language, _asked("from", max(new.number - 1, 1), latest))
    return render_template(
        "notes/writing/compare.html",
        status=status,
        language=language,
        old=old,
        new=new,
        numbers=range(latest, 0, -1),
        changes=rules.compare(old.paragraphs, new.paragraphs),
        words=words,
    )


@bp.get(f"{REVISIONS}/<int:revision>")
@requires(Permission.NOTES_VIEW)
def one(event: Event, slug: str, language: str, revision: int) -> Answer:
    """Show one saved text."""
    ctx = reading()
    status, in_language = _named(event, slug, language)
    publication = queries.get_publication(ctx, event, status.kind, status.number)
    found = queries.get_revision(ctx, publication, language, revision)
    return render_template(
        "notes/writing/revision.html",
        status=status,
        language=language,
        revision=found,
        latest=in_language.latest or found,
        text=render(found.text, heading_base=3),
        may_restore=_may_write(status, language),
        words=words,
    )


@bp.post(f"{REVISIONS}/<int:revision>/restore")
@requires(Permission.NOTES_VIEW)
def restore(event: Event, slug: str, language: str, revision: int) -> Answer:
    """Make an old text the newest one; the texts between stay in the list."""
    status, _latest = _named(event, slug, language)
    if not _may_write(status, language):
        abort(403)
    form = RestoreForm()
    base = form.base_revision.data if form.validate_on_submit() else -1
    with unit_of_work() as ctx:
        publication = queries.get_publication(ctx, event, status.kind, status.number)
        service.restore(ctx, publication, language, revision=revision, base_revision=base)
    flash(_("Version %(number)d is the newest text again.", number=revision), "success")
    return redirect(url_for(".index", event=event.slug, slug=slug, language=language), 303)


def _asked(name: str, otherwise: int, latest: int) -> int:
    """Return the number that the address asks for; one that no text has becomes 0, whatever the database can hold."""
    number = request.args.get(name, otherwise, int)
    return number if 1 <= number <= latest else 0


def _named(event: Event, slug: str, language: str) -> tuple[Status, queries.LanguageStatus]:
    status = queries.get_named(reading(), event, slug)
    return status, status.language(language)


def _may_write(status: Status, language: str) -> bool:
    """Tell whether who asks may save a text of the language: writers in its own, translators in the others."""
    needed = Permission.NOTES_WRITE if language == status.source.language else Permission.NOTES_TRANSLATE
    return needed in g.permissions
