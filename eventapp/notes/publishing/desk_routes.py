"""Checking, approving and publishing a text, its editions, and closing it for good."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries, words
from eventapp.notes.addresses import TEXT, parse
from eventapp.notes.attribution.words import FOUND
from eventapp.notes.publishing import hooks, readings, service
from eventapp.notes.publishing import queries as editions_of
from eventapp.notes.publishing.forms import ApproveForm, PublishForm, RemarksForm, in_one_line
from eventapp.notes.publishing.messages import TOLD
from eventapp.notes.publishing.prospects import prospect_of
from eventapp.notes.translating.words import part_openings

bp = Blueprint("notes_publishing", __name__)

Answer = Response | str | tuple[str, int]


@bp.post(f"{TEXT}/submit")
@requires(Permission.NOTES_WRITE)
def submit(event: Event, slug: str) -> Answer:
    """Hand the text to whoever checks it."""
    with unit_of_work() as ctx:
        service.submit(ctx, queries.get_publication(ctx, event, *parse(slug)))
    flash(_("Handed in. Somebody else reads it now, and approves it or sends it back."), "success")
    return redirect(url_for("notes_desk.index", event=event.slug), 303)


@bp.get(f"{TEXT}/check")
@requires(Permission.NOTES_CHECK)
def check(event: Event, slug: str) -> Answer:
    """Show the text for reading, with the notes behind each paragraph."""
    return _check(event, slug, RemarksForm(formdata=None))


@bp.post(f"{TEXT}/approve")
@requires(Permission.NOTES_CHECK)
def approve(event: Event, slug: str) -> Answer:
    """Approve the text that was read."""
    form = ApproveForm()
    seen = form.seen.data if form.validate_on_submit() else None
    try:
        with unit_of_work() as ctx:
            service.approve(ctx, queries.get_publication(ctx, event, *parse(slug)), seen=seen or 0)
    except DomainError as error:
        refused = RemarksForm(formdata=None)
        refused.refuse(error)
        return _check(event, slug, refused), error.status
    flash(_("Approved. It can be published now."), "success")
    return redirect(url_for("notes_desk.index", event=event.slug), 303)


@bp.post(f"{TEXT}/send-back")
@requires(Permission.NOTES_CHECK)
def send_back(event: Event, slug: str) -> Answer:
    """Give the text back with remarks."""
    form = RemarksForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.send_back(ctx, queries.get_publication(ctx, event, *parse(slug)), form.remarks.data)
        except DomainError as error:
            form.refuse(error)
            return _check(event, slug, form), error.status
        flash(_("Sent back with your remarks."), "success")
        return redirect(url_for("notes_desk.index", event=event.slug), 303)
    return _check(event, slug, form), 422


def _check(event: Event, slug: str, form: RemarksForm) -> str:
    ctx = reading()
    status = queries.get_named(ctx, event, slug)
    publication = queries.get_publication(ctx, event, *parse(slug))
    latest = status.source.latest
    blocks = [
        readings.Block(each.key, each.text, publication.source_language, each.part)
        for each in (latest.paragraphs[1:] if latest else ())
        if each.text
    ]
    return render_template(
        "notes/publishing/check.html",
        status=status,
        publication=publication,
        latest=latest,
        shown=readings.show(blocks, publication.source_language, heading_base=3),
        openings=part_openings(latest.paragraphs[1:] if latest else ()),
        notes=editions_of.notes_behind(ctx, publication),
        form=form,
        approve_form=ApproveForm(formdata=None, seen=latest.number if latest else 0),
        words=words,
    )


@bp.get(f"{TEXT}/publish")
@requires(Permission.NOTES_PUBLISH)
def publication(event: Event, slug: str) -> Answer:
    """Show what publishing would do."""
    status = queries.get_named(reading(), event, slug)
    form = PublishForm(formdata=None, tell=status.edition is None, seen=in_one_line(status.revisions))
    form.note.use_languages(event.languages)
    return _publication(event, status, form)


@bp.post(f"{TEXT}/publish")
@requires(Permission.NOTES_PUBLISH)
def publish(event: Event, slug: str) -> Answer:
    """Publish the texts as a new edition."""
    form = PublishForm()
    form.note.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                edition = service.publish(
                    ctx,
                    queries.get_publication(ctx, event, *parse(slug)),
                    note=Translated(form.note.data),
                    tell=form.tell.data,
                    seen=form.seen_revisions,
                )
        except DomainError as error:
            form.refuse(error)
            status = queries.get_named(reading(), event, slug)
            form.seen.data = in_one_line(status.revisions)
            return _publication(event, status, form), error.status
        flash(_("Edition %(number)d is public.", number=edition.number), "success")
        return redirect(url_for(".editions", event=event.slug, slug=slug), 303)
    return _publication(event, queries.get_named(reading(), event, slug), form), 422


def _publication(event: Event, status: queries.Status, form: PublishForm) -> str:
    ctx = reading()
    readers = queries.count_readers(ctx, event) if status.kind in TOLD else {}
    return render_template(
        "notes/publishing/publish.html",
        status=status,
        prospect=prospect_of(ctx, event, status.publication) if status.publication else None,
        obstacles=_obstacles(ctx, status),
        public_page=public_page(event, status),
        form=form,
        found_words=FOUND,
        readers=readers,
        told=sum(readers.values()),
        words=words,
    )


def _obstacles(ctx: Context, status: queries.Status) -> list[str]:
    """Return why other parts of the notes would refuse the edition as things stand."""
    found: list[str] = []
    publication = status.publication
    if publication is None:
        return found
    for refuse in hooks.REFUSALS:
        try:
            refuse(ctx, publication)
        except DomainError as error:
            found.append(error.message)
    return found


@bp.get(f"{TEXT}/editions")
@requires(Permission.NOTES_VIEW)
def editions(event: Event, slug: str) -> Answer:
    """List the editions, and show what changed between two of them."""
    ctx = reading()
    status = queries.get_named(ctx, event, slug)
    found = editions_of.list_editions(ctx, queries.get_publication(ctx, event, *parse(slug)))
    by_number = {each.number: each for each in found}
    new = by_number.get(request.args.get("new", type=int) or 0) or (found[0] if found else None)
    old = by_number.get(request.args.get("old", type=int) or 0) or (by_number.get(new.number - 1) if new else None)
    language = request.args.get("language", "")
    if language not in event.languages:
        language = status.source.language
    return render_template(
        "notes/publishing/editions.html",
        status=status,
        editions=found,
        old=old,
        new=new,
        language=language,
        changes=readings.changes(old, new, language) if old and new else [],
        public_page=public_page(event, status),
        words=words,
    )


@bp.get(f"{TEXT}/editions/<int:number>")
@requires(Permission.NOTES_VIEW)
def edition(event: Event, slug: str, number: int) -> Answer:
    """Show an edition as its readers read it."""
    ctx = reading()
    status = queries.get_named(ctx, event, slug)
    found = queries.get_publication(ctx, event, *parse(slug))
    language = request.args.get("language", "")
    if language not in event.languages:
        language = status.source.language
    shown = readings.read_in(language, found, editions_of.get_edition(ctx, found, number))
    return render_template(
        "notes/publishing/edition.html",
        status=status,
        reading=shown,
        openings=part_openings(shown.blocks),
        words=words,
    )


@bp.get(f"{TEXT}/closing")
@requires(Permission.NOTES_PUBLISH)
def closing(event: Event, slug: str) -> Answer:
    """Say what closing the text, or opening it again, would do."""
    status = queries.get_named(reading(), event, slug)
    return render_template("notes/publishing/closing.html", status=status, words=words)


@bp.post(f"{TEXT}/finalise")
@requires(Permission.NOTES_PUBLISH)
def finalise(event: Event, slug: str) -> Answer:
    """Close the text for good."""
    with unit_of_work() as ctx:
        service.finalise(ctx, queries.get_publication(ctx, event, *parse(slug)))
    flash(_("The text is final."), "success")
    return redirect(url_for(".editions", event=event.slug, slug=slug), 303)


@bp.post(f"{TEXT}/reopen")
@requires(Permission.NOTES_PUBLISH)
def reopen(event: Event, slug: str) -> Answer:
    """Let the text be changed again."""
    with unit_of_work() as ctx:
        service.reopen(ctx, queries.get_publication(ctx, event, *parse(slug)))
    flash(_("The text can be changed again."), "success")
    return redirect(url_for(".editions", event=event.slug, slug=slug), 303)


def public_page(event: Event, status: queries.Status) -> str | None:
    """Return the address of the page that the public reads, once there is one."""
    endpoint = hooks.PAGES.get(status.kind)
    if endpoint is None or status.edition is None:
        return None
    return (
        url_for(endpoint, event=event.slug, number=status.number)
        if status.number
        else url_for(endpoint, event=event.slug)
    )
