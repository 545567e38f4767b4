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
from eventapp.notes import queries, rules
from eventapp.notes.attribution import guard
from eventapp.notes.attribution.findings import NamesFound
from eventapp.notes.attribution.queries import hold_consents
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import Printed
from eventapp.notes.publishing import hooks, messages
from eventapp.notes.publishing.prospects import prospect_of
from eventapp.notes.service import author, lock
from eventapp.notes.states import PUBLICATIONS, PublicationAction


def submit(ctx: Context, publication: Publication) -> None:
    """Hand the text to whoever checks it. Raises `IllegalMove`, `DomainError` when there is no text."""
    lock(ctx, publication)
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    if latest is None or not latest.text:
        raise DomainError(_("There is nothing to check yet. Write the text first."))
    publication.remarks = ""
    PUBLICATIONS.move(ctx, publication, PublicationAction.SUBMIT, revision=latest.number)


def send_back(ctx: Context, publication: Publication, remarks: str) -> None:
    """Give the text back to those who write it, with remarks. Raises `IllegalMove`, `DomainError`."""
    lock(ctx, publication)
    remarks = clean_text(remarks)
    if not remarks:
        raise DomainError(_("Say what should be changed."), field="remarks")
    if len(remarks) > rules.LONGEST_REMARKS:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_REMARKS), field="remarks")
    publication.remarks = remarks
    PUBLICATIONS.move(ctx, publication, PublicationAction.RETURN)


def approve(ctx: Context, publication: Publication, *, seen: int) -> None:
    """Approve the text as it stands; `seen` is the revision that was looked at. Raises `IllegalMove`, `Conflict`."""
    lock(ctx, publication)
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    if latest is None or latest.number != seen:
        raise Conflict(_("A text was saved after you opened this page. Look at it, then approve."))
    publication.approved_revision, publication.approved_by_id = seen, author(ctx)
    PUBLICATIONS.move(ctx, publication, PublicationAction.APPROVE, revision=seen)


def publish(
    ctx: Context,
    publication: Publication,
    note: Translated | None = None,
    tell: bool = True,
    seen: Mapping[str, int] | None = None,
) -> Edition:
    """Freeze the latest texts as the next edition, show it to the public and return it.

    `seen` are the revisions by language that the publisher looked at; others are refused. Publishing what the
    latest edition says already returns it and tells nobody. Paragraphs that quote somebody who has not agreed are
    left out; a protected name that nobody let stand is refused (`NamesFound`). A later edition needs a note, its
    reason. With `tell`, confirmed participants who asked for the summaries get a mail. Raises `DomainError`.
    """
    event = ctx.session.get_one(Event, publication.event_id)
    if event.state not in PUBLIC_STATES:
        raise DomainError(_("Publish the event first: its public pages do not exist yet."))
    lock(ctx, publication)
    hold_consents(ctx, event.id)
    prospect = prospect_of(ctx, event, publication)
    if prospect.before is not None and not prospect.is_new:
        return prospect.before
    if not prospect.printed:
        raise DomainError(_("There is nothing to publish yet. Write the text first."))
    if seen is not None and dict(seen) != prospect.revisions:
        raise Conflict(_("A text was saved after you opened this page. Look at it, then publish."))
    if prospect.withholds_title:
        raise DomainError(
            _("The title quotes somebody who has not agreed to it. Ask for consent, or change the title.")
        )
    if prospect.findings.open:
        raise NamesFound(prospect.findings)
    for refuse in hooks.REFUSALS:
        refuse(ctx, publication)
    note = note or Translated()
    if prospect.before is not None and not note:
        raise DomainError(_("Say in a few words what changed since the last edition."), field="note")
    if any(len(text) > rules.LONGEST_NOTE for text in note.values()):
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_NOTE), field="note")
    said = {code: [Printed("note", words, code)] for code, words in note.as_dict().items()}
    if guard.withheld(ctx, publication, said):
        raise DomainError(
            _("These words quote somebody who has not agreed to it. Say it in your own words."), field="note"
        )
    named = guard.check(ctx, publication, said)
    if named.open:
        names = ", ".join(each.name for each in named.open)
        raise DomainError(
            _("The attribution rule protects names that stand here: %(names)s.", names=names), field="note"
        )
    edition = Edition(
        publication_id=publication.id,
        number=prospect.number,
        source_language=publication.source_language,
        paragraphs=prospect.printed,
        revisions=dict(prospect.revisions),
        extra=prospect.extra,
        note=note,
        content_hash=prospect.content_hash,
        published_at=ctx.now,
        published_by_id=author(ctx),
    )
    ctx.session.add(edition)
    ctx.session.flush()
    readers = queries.list_readers(ctx, event) if tell and publication.kind in messages.TOLD else ()
    PUBLICATIONS.move(
        ctx,
        publication,
        PublicationAction.PUBLISH,
        edition=edition.number,
        languages=list(prospect.revisions),
        told=len(readers),
    )
    _show_anew(ctx, event)
    for registration in readers:
        mail.enqueue(ctx, messages.publication_published(event, registration, publication, edition))
    return edition


def finalise(ctx: Context, publication: Publication) -> None:
    """Close the text for good: nobody changes it until somebody reopens it. Raises `IllegalMove`."""
    _close_or_reopen(ctx, publication, PublicationAction.FINALISE)


def reopen(ctx: Context, publication: Publication) -> None:
    """Let a closed text be changed again. Raises `IllegalMove`."""
    _close_or_reopen(ctx, publication, PublicationAction.REOPEN)


def _close_or_reopen(ctx: Context, publication: Publication, action: PublicationAction) -> None:
    lock(ctx, publication)
    PUBLICATIONS.move(ctx, publication, action)
    _show_anew(ctx, ctx.session.get_one(Event, publication.event_id))


def _show_anew(ctx: Context, event: Event) -> None:
    """Let the public pages be made anew."""
    ctx.session.execute(update(Event).where(Event.id == event.id).values(public_version=Event.public_version + 1))
