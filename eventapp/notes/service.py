"""Commands about summaries: saving a text without losing anybody's, restoring an old one, publishing."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select, update

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.text import clean_line, clean_text
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.states import PUBLIC_STATES
from eventapp.mail import service as mail
from eventapp.notes import messages, queries, rules
from eventapp.notes.models import Summary, SummaryEdition, SummaryRevision
from eventapp.notes.states import MACHINE, SummaryAction, SummaryState


class StaleText(Conflict):
    """Somebody saved the same language after this text was begun; `theirs` is the number of what they saved."""

    def __init__(self, theirs: int) -> None:
        super().__init__(_("Somebody saved this text while you were writing. Both versions are kept here."))
        self.theirs = theirs


def save_text(
    ctx: Context, event: Event, number: int, language: str, *, title: str, text: str, base_revision: int
) -> SummaryRevision:
    """Save the text of a day in one language as a new revision and return it.

    `base_revision` is the number of the revision the writer started from, 0 when there was none. The text that
    is already there makes no new revision. Raises `StaleText` when another one was saved since, `DomainError`
    when title or text are missing or too long, `NotFound` for a day or language that the event does not have.
    """
    queries.check_language(event, language)
    title, text = clean_line(title), clean_text(text)
    _refuse_incomplete(title, text)
    summary = _lock_or_create(ctx, event, number)
    latest = queries.find_latest_revision(ctx, summary, language)
    if latest is not None and (latest.title, latest.text) == (title, text):
        return latest
    refuse_stale(latest, base_revision)
    return _append(ctx, summary, language, title, text, after=latest)


def refuse_stale(latest: SummaryRevision | None, base_revision: int) -> None:
    """Raise `StaleText` unless the writer started from what was saved last."""
    if latest is not None and latest.number != base_revision:
        raise StaleText(latest.number)


def restore(
    ctx: Context, event: Event, number: int, language: str, *, revision: int, base_revision: int
) -> SummaryRevision:
    """Save an old revision's text as the newest one. Raises as `save_text` does."""
    old = queries.get_revision(ctx, queries.get_summary(ctx, event, number), language, revision)
    return save_text(ctx, event, number, language, title=old.title, text=old.text, base_revision=base_revision)


def publish(
    ctx: Context,
    summary: Summary,
    note: str = "",
    tell: bool = True,
    seen: Mapping[str, int] | None = None,
) -> SummaryEdition:
    """Freeze the latest texts as the next edition, show it to the public and return it.

    `seen` are the revisions by language that the publisher looked at; others are refused. Publishing the same
    texts again returns the edition that holds them and tells nobody. A later edition needs a note. With `tell`,
    confirmed participants who asked for the summaries get a mail. Raises `DomainError`.
    """
    event = ctx.session.get_one(Event, summary.event_id)
    if event.state not in PUBLIC_STATES:
        raise DomainError(_("Publish the event first: its public pages do not exist yet."))
    _lock(ctx, event, summary.number)
    latest = queries.latest_revisions(ctx, [summary.id]).get(summary.id, {})
    texts = {language: latest[language] for language in event.languages if language in latest}
    revisions = {language: revision.number for language, revision in texts.items()}
    before = queries.latest_editions(ctx, [summary.id]).get(summary.id)
    if before is not None and before.revisions == revisions:
        return before
    if not texts:
        raise DomainError(_("There is nothing to publish yet. Write the summary in one language at least."))
    if seen is not None and dict(seen) != revisions:
        raise Conflict(_("A text was saved after you opened this page. Look at it, then publish."))
    note = clean_line(note)
    if before is not None and not note:
        raise DomainError(_("Say in a few words what changed since the last edition."), field="note")
    if len(note) > rules.LONGEST_NOTE:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_NOTE), field="note")
    edition = _edition(ctx, summary, texts, number=before.number + 1 if before else 1, note=note)
    readers = queries.list_readers(ctx, event) if tell else ()
    MACHINE.move(
        ctx,
        summary,
        SummaryAction.PUBLISH,
        edition=edition.number,
        languages=list(revisions),
        told=len(readers),
    )
    ctx.session.execute(update(Event).where(Event.id == event.id).values(public_version=Event.public_version + 1))
    for registration in readers:
        mail.enqueue(ctx, messages.summary_published(event, registration, summary, edition))
    return edition


def _refuse_incomplete(title: str, text: str) -> None:
    if not title:
        raise DomainError(_("Give the summary a title."), field="title")
    if len(title) > rules.LONGEST_TITLE:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_TITLE), field="title")
    if not text:
        raise DomainError(_("Write the text before you save it."), field="text")
    if len(text) > rules.LONGEST_TEXT:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_TEXT), field="text")


def _lock(ctx: Context, event: Event, number: int) -> Summary | None:
    """Return the day's summary, held until the end of the transaction: its texts change one save at a time."""
    return ctx.session.scalar(
        select(Summary)
        .where(Summary.event_id == event.id, Summary.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _lock_or_create(ctx: Context, event: Event, number: int) -> Summary:
    day = queries.day_of(event, number)
    summary = _lock(ctx, event, number)
    if summary is not None:
        return summary
    ctx.session.scalar(select(Event.id).where(Event.id == event.id).with_for_update())  # one first save at a time
    summary = _lock(ctx, event, number)
    if summary is None:
        summary = Summary(event_id=event.id, number=number, day=day, state=SummaryState.DRAFTING, created_at=ctx.now)
        ctx.session.add(summary)
        ctx.session.flush()
    return summary


def _append(
    ctx: Context, summary: Summary, language: str, title: str, text: str, *, after: SummaryRevision | None
) -> SummaryRevision:
    revision = SummaryRevision(
        summary_id=summary.id,
        language=language,
        number=after.number + 1 if after else 1,
        title=title,
        text=text,
        author_id=_author(ctx),
        created_at=ctx.now,
    )
    ctx.session.add(revision)
    fields = ["text", "title"] if after is None else _changed(after, title, text)
    audit.record(ctx, summary, "save", {"language": language, "revision": revision.number, "fields": fields})
    return revision


def _changed(before: SummaryRevision, title: str, text: str) -> list[str]:
    """Return the names of what differs from the revision before."""
    return [name for name, value in (("text", text), ("title", title)) if getattr(before, name) != value]


def _edition(
    ctx: Context, summary: Summary, latest: Mapping[str, SummaryRevision], *, number: int, note: str
) -> SummaryEdition:
    titles = Translated({language: revision.title for language, revision in latest.items()})
    texts = Translated({language: revision.text for language, revision in latest.items()})
    edition = SummaryEdition(
        summary_id=summary.id,
        number=number,
        titles=titles,
        texts=texts,
        revisions={language: revision.number for language, revision in latest.items()},
        note=note,
        content_hash=rules.content_hash(titles, texts),
        published_at=ctx.now,
        published_by_id=_author(ctx),
    )
    ctx.session.add(edition)
    ctx.session.flush()
    return edition


def _author(ctx: Context) -> int | None:
    return ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None
