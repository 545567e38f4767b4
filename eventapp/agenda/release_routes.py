"""The organiser's pages of releases: their list, two compared, one put back, the draft as the public will see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import queries, rules, words
from eventapp.agenda.document import programme
from eventapp.agenda.editing import restoring
from eventapp.agenda.notices import queries as notices
from eventapp.agenda.queries import Released
from eventapp.agenda.rules import Change
from eventapp.agenda.snapshot import Snapshot, from_json, succeed
from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.documents import Documents
from eventapp.core.errors import DomainError
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event

bp = Blueprint("agenda_releases", __name__, url_prefix="/desk/<event>/agenda")
Answer = Response | WerkzeugResponse | str | tuple[str, int]

DRAFT = "draft"
_LANGUAGE = "<any(en,fr,es):language>"


@dataclass(frozen=True)
class Version:
    """A release or the draft, to be compared."""

    number: int | None  # None: the draft
    snapshot: Snapshot


@bp.get("/releases")
@requires(Permission.AGENDA_VIEW)
def listing(event: Event) -> str:
    """List the releases, the newest first, with what each changed and whether people were told."""
    ctx = reading()
    return render_template(
        "agenda/releases/list.html",
        releases=[
            (row, [rules.change_from_json(change) for change in row.changes])
            for row in queries.list_releases(ctx, event)
        ],
        notices=notices.notices_by_release(ctx, event),
        words=words,
    )


@bp.get("/releases/compare")
@requires(Permission.AGENDA_VIEW)
def choose(event: Event) -> Answer:
    """Lead from the choice of two releases to the page that compares them."""
    pair = [request.args.get(name, "") for name in ("older", "newer")]
    if not all(each == DRAFT or (each.isascii() and each.isdigit() and len(each) < 7) for each in pair):
        return redirect(url_for(".listing", event=event.slug), HTTPStatus.SEE_OTHER)
    older, newer = (None if each == DRAFT else int(each) for each in pair)
    if older is None or (newer is not None and newer < older):
        older, newer = newer, older
    if older is None:
        return redirect(url_for(".listing", event=event.slug), HTTPStatus.SEE_OTHER)
    if newer is None:
        target = url_for(".compare_with_draft", event=event.slug, number=older)
    else:
        target = url_for(".compare", event=event.slug, number=older, other=newer)
    return redirect(target, HTTPStatus.SEE_OTHER)


@bp.get("/releases/<int:number>/compare/<int:other>")
@requires(Permission.AGENDA_VIEW)
def compare(event: Event, number: int, other: int) -> str:
    """Say what changed from one release to another, day by day."""
    ctx = reading()
    releases = [restoring.get_release(ctx, event, each) for each in (number, other)]
    older, newer = (Version(each.number, from_json(each.snapshot)) for each in releases)
    return _compared(ctx, event, older, newer)


@bp.get("/releases/<int:number>/compare/draft")
@requires(Permission.AGENDA_VIEW)
def compare_with_draft(event: Event, number: int) -> str:
    """Say what changed from a release to the draft, day by day."""
    ctx = reading()
    older = from_json(restoring.get_release(ctx, event, number).snapshot)
    draft = succeed(queries.draft_of(ctx, event), older, ctx.now)
    return _compared(ctx, event, Version(number, older), Version(None, draft))


@bp.route("/releases/<int:number>/restore", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def restore(event: Event, number: int) -> Answer:
    """Say what putting a release back into the draft would do, and do it."""
    refused, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            with unit_of_work() as ctx:
                restoring.restore(ctx, event, number)
        except DomainError as error:
            refused, status = error.message, error.status
        else:
            flash(_("The draft is as in release %(number)d again. You can undo this.", number=number), "success")
            return redirect(url_for("agenda_desk.draft", event=event.slug), HTTPStatus.SEE_OTHER)
    ctx = reading()
    page = render_template(
        "agenda/releases/restore.html", plan=restoring.plan(ctx, event, number), refused=refused, words=words
    )
    return page, status


@bp.get(f"/preview/{_LANGUAGE}")
@requires(Permission.AGENDA_VIEW)
def preview(event: Event, language: str) -> str:
    """Show the draft as the public will see it, in one of the languages."""
    ctx = reading()
    with force_locale(language):
        return render_template(
            "agenda/releases/preview.html",
            release=_as_released(ctx, event, Translated()),
            preview_language=language,
            words=words,
            instant=ctx.now,
            offset=0,
        )


@bp.get(f"/preview/{_LANGUAGE}.pdf")
@requires(Permission.AGENDA_VIEW)
def preview_pdf(event: Event, language: str) -> Response:
    """Return the draft as the PDF that a release would make, its first page saying that it is the draft."""
    ctx = reading()
    logos = queries.list_logos(ctx, event)
    with force_locale(language):
        note = Translated({language: _("Preview of the draft. Nothing of this is public before it is released.")})
        release = _as_released(ctx, event, note)
        made = programme(current_app.jinja_env, release, language, slug=event.slug, logos=logos)
    ctx.session.rollback()  # no transaction stays open while the document is made
    documents: Documents = current_app.extensions["documents"]
    return Response(
        made.pdf(documents),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{event.slug}-agenda-draft-{language}.pdf"'},
    )


def _as_released(ctx: Context, event: Event, note: Translated) -> Released:
    """Return the draft as the release that it would be now."""
    last = queries.latest_release(ctx, event)
    snapshot = succeed(queries.draft_of(ctx, event), last.snapshot if last else None, ctx.now)
    return Released(
        number=last.number + 1 if last else 1,
        note=note,
        released_at=ctx.now,
        content_hash=snapshot.content_hash,
        snapshot=snapshot,
    )


def _compared(ctx: Context, event: Event, older: Version, newer: Version) -> str:
    changes = rules.changes_between(older.snapshot, newer.snapshot)
    return render_template(
        "agenda/releases/compare.html",
        older=older,
        newer=newer,
        numbers=[row.number for row in queries.list_releases(ctx, event)],
        days=_by_day(changes),
        total=len(changes),
        words=words,
    )


def _by_day(changes: list[Change]) -> list[tuple[date, list[Change]]]:
    """Return the changes by the day on which the session now is."""
    in_order = sorted(changes, key=lambda change: (change.starts_local, change.ends_local))
    return [(day, list(of_day)) for day, of_day in groupby(in_order, key=lambda change: change.starts_local.date())]
