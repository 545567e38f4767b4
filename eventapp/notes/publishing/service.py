"""Commands about publishing: hand in for the check, send back, approve, publish an edition, close for good."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import update

from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.text import clean_text
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.states import PUBLIC_STATES
from eventapp.mail import service as mail
from eventapp.notes import paragraphs, queries, rules
from eventapp.notes.models import Edition, Publication, Revision
from eventapp.notes.publishing import hooks, messages
from eventapp.notes.service import author, lock
from eventapp.notes.states import PUBLICATIONS, PublicationAction, PublicationKind


def submit(ctx: Context, publication: Publication) -> None:
    """Hand the text to whoever checks it. Raises `IllegalMove`, `DomainError` when there is no text."""
    lock(ctx, publication)
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    if latest is None or not latest.text:
        raise DomainError(_("There is nothing to check yet. Write the text first."))
    PUBLICATIONS.move(ctx, publication, PublicationAction.SUBMIT, revision=latest.number)
    publication.remarks = ""


def send_back(ctx: Context, publication: Publication, remarks: str) -> None:
    """Give the text back to those who write it, with remarks. Raises `IllegalMove`, `DomainError`."""
    lock(ctx, publication)
    remarks = clean_text(remarks)
    if not remarks:
        raise DomainError(_("Say what should be changed."), field="remarks")
    if len(remarks) > rules.LONGEST_REMARKS:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_REMARKS), field="remarks")
    PUBLICATIONS.move(ctx, publication, PublicationAction.RETURN)
    publication.remarks = remarks


def approve(ctx: Context, publication: Publication, *, seen: int) -> None:
    """Approve the text as it stands; `seen` is the revision that was looked at. Raises `IllegalMove`, `Conflict`."""
    lock(ctx, publication)
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    if latest is None or latest.number != seen:
        raise Conflict(_("A text was saved after you opened this page. Look at it, then approve."))
    PUBLICATIONS.move(ctx, publication, PublicationAction.APPROVE, revision=seen)
    publication.approved_revision, publication.approved_by_id = seen, author(ctx)


def publish(
    ctx: Context,
    publication: Publication,
    note: Translated | None = None,
    tell: bool = True,
    seen: Mapping[str, int] | None = None,
) -> Edition:
    """Freeze the latest texts as the next edition, show it to the public and return it.

    `seen` are the revisions by language that the publisher looked at; others are refused. Publishing the same
    texts again returns the edition that holds them and tells nobody. A later edition needs a note, its reason.
    With `tell`, confirmed participants who asked for the summaries get a mail. Raises `DomainError`.
    """
    event = ctx.session.get_one(Event, publication.event_id)
    if event.state not in PUBLIC_STATES:
        raise DomainError(_("Publish the event first: its public pages do not exist yet."))
    lock(ctx, publication)
    latest = queries.latest_revisions(ctx, [publication.id]).get(publication.id, {})
    texts = {language: latest[language] for language in event.languages if language in latest}
    revisions = {language: revision.number for language, revision in texts.items()}
    before = queries.latest_editions(ctx, [publication.id]).get(publication.id)
    if before is not None and before.revisions == revisions:
        return before
    if publication.source_language not in texts:
        raise DomainError(_("There is nothing to publish yet. Write the text first."))
    if seen is not None and dict(seen) != revisions:
        raise Conflict(_("A text was saved after you opened this page. Look at it, then publish."))
    for refuse in hooks.REFUSALS:
        refuse(ctx, publication)
    note = note or Translated()
    if before is not None and not note:
        raise DomainError(_("Say in a few words what changed since the last edition."), field="note")
    if any(len(text) > rules.LONGEST_NOTE for text in note.values()):
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_NOTE), field="note")
    edition = _edition(ctx, event, publication, texts, number=before.number + 1 if before else 1, note=note)
    readers = queries.list_readers(ctx, event) if tell and publication.kind is PublicationKind.SUMMARY else ()
    PUBLICATIONS.move(
        ctx,
        publication,
        PublicationAction.PUBLISH,
        edition=edition.number,
        languages=list(revisions),
        told=len(readers),
    )
    ctx.session.execute(update(Event).where(Event.id == event.id).values(public_version=Event.public_version + 1))
    for registration in readers:
        mail.enqueue(ctx, messages.summary_published(event, registration, publication, edition))
    return edition


def _edition(
    ctx: Context,
    event: Event,
    publication: Publication,
    latest: Mapping[str, Revision],
    *,
    number: int,
    note: Translated,
) -> Edition:
    printed = paragraphs.printed(
        event.languages,
        publication.source_language,
        {language: revision.paragraphs for language, revision in latest.items()},
    )
    extra = hooks.EXTRAS[publication.kind](ctx, event) if publication.kind in hooks.EXTRAS else {}
    edition = Edition(
        publication_id=publication.id,
        number=number,
        source_language=publication.source_language,
        paragraphs=printed,
        revisions={language: revision.number for language, revision in latest.items()},
        extra=extra,
        note=note,
        content_hash=rules.content_hash(printed, extra),
        published_at=ctx.now,
        published_by_id=author(ctx),
    )
    ctx.session.add(edition)
    ctx.session.flush()
    return edition
