"""Commands about texts: every save is a new revision, nobody's words are covered, any old text can come back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from flask_babel import gettext as _
from sqlalchemy import delete, select

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.text import clean_line, clean_text
from eventapp.events.models import Event
from eventapp.notes import paragraphs, queries, rules
from eventapp.notes.models import Publication, Revision, Source
from eventapp.notes.paragraphs import TITLE, Paragraph
from eventapp.notes.states import PUBLICATIONS, PublicationAction, PublicationKind, PublicationState


class StaleText(Conflict):
    """Somebody saved the same language after this text was begun; `theirs` is the number of what they saved."""

    def __init__(self, theirs: int) -> None:
        super().__init__(_("Somebody saved this text while you were writing. Both versions are kept here."))
        self.theirs = theirs


def open_publication(
    ctx: Context, event: Event, kind: PublicationKind, number: int = 0, language: str | None = None
) -> Publication:
    """Return the publication, held until the end of the transaction, and begin it when there is none yet.

    `language` is the one that it will be written in; the event's first unless it says otherwise. Raises `NotFound`
    for a day or language that the event does not have.
    """
    day = queries.day_of(event, number) if kind is PublicationKind.SUMMARY else None
    found = find_locked(ctx, event, kind, number)
    if found is not None:
        return found
    language = language or event.languages[0]
    queries.check_language(event, language)
    ctx.session.scalar(select(Event.id).where(Event.id == event.id).with_for_update())  # one first save at a time
    found = find_locked(ctx, event, kind, number)
    if found is None:
        found = Publication(
            event_id=event.id,
            kind=kind,
            number=number,
            day=day,
            source_language=language,
            state=PublicationState.DRAFTING,
            created_at=ctx.now,
        )
        ctx.session.add(found)
        ctx.session.flush()
    return found


def find_locked(ctx: Context, event: Event, kind: PublicationKind, number: int = 0) -> Publication | None:
    """Return the publication, held until the end of the transaction: its texts change one save at a time."""
    return ctx.session.scalar(
        select(Publication)
        .where(Publication.event_id == event.id, Publication.kind == kind, Publication.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def lock(ctx: Context, publication: Publication) -> None:
    """Hold the publication until the end of the transaction, as the database has it now."""
    ctx.session.flush()  # a refresh would drop what was changed and not written yet
    ctx.session.refresh(publication, with_for_update=True)


def save_source(ctx: Context, publication: Publication, *, title: str, text: str, base_revision: int) -> Revision:
    """Save the text in the language that it is written in as a new revision and return it.

    `base_revision` is the number of the revision the writer started from, 0 when there was none. The text that
    is already there makes no new revision. Raises `StaleText` when another one was saved since, `DomainError`
    when title or text are missing or too long, or nothing may be changed any more.
    """
    title, text = clean_line(title), clean_text(text)
    refuse_incomplete(title, text)
    lock(ctx, publication)
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    before = latest.paragraphs if latest else ()
    return save_paragraphs(
        ctx, publication, publication.source_language, paragraphs.rewrite(before, title, text), base_revision
    )


def save_translation(
    ctx: Context,
    publication: Publication,
    language: str,
    texts: Mapping[str, str],
    *,
    reviewed: Mapping[str, bool],
    base_revision: int,
) -> Revision:
    """Save translated paragraphs (Markdown by key) as a new revision of the language and return it.

    Only what was translated anew or is confirmed belongs in `texts`: it then renders the source as it stands now.
    Raises `StaleText` when one of the very paragraphs was saved by somebody else since `base_revision`; what others
    saved in other paragraphs stays. Raises `DomainError` when a text is too long, `NotFound` for a language that
    the event does not have.
    """
    event = ctx.session.get_one(Event, publication.event_id)
    queries.check_language(event, language)
    if language == publication.source_language:
        raise DomainError(_("This is the language in which the text is written, not a translation."))
    lock(ctx, publication)
    source = queries.find_latest_revision(ctx, publication, publication.source_language)
    if source is None:
        raise DomainError(_("There is nothing to translate yet."))
    cleaned = {key: clean_line(text) if key == TITLE else clean_text(text) for key, text in texts.items()}
    if sum(map(len, cleaned.values())) > rules.LONGEST_TEXT:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_TEXT), field="text")
    latest = queries.find_latest_revision(ctx, publication, language)
    base = queries.find_revision(ctx, publication, language, base_revision)
    theirs = paragraphs.by_key(latest.paragraphs) if latest else {}
    begun = paragraphs.by_key(base.paragraphs) if base else {}
    if latest is not None and any(_words(theirs.get(key)) != _words(begun.get(key)) for key in cleaned):
        refuse_stale(latest, base_revision)
    made = paragraphs.translate(source.paragraphs, latest.paragraphs if latest else (), cleaned, reviewed)
    return save_paragraphs(ctx, publication, language, made, latest.number if latest else 0)


def _words(paragraph: Paragraph | None) -> str:
    return paragraph.text if paragraph else ""


def whole_translation(source: Sequence[Paragraph], title: str, text: str) -> dict[str, str]:
    """Return a translation written as a whole as texts by key, paragraph for paragraph.

    Raises `DomainError` when it has another number of paragraphs.
    """
    keys = [each.key for each in source if each.key != TITLE]
    pairs = list(zip_longest(keys, paragraphs.split(text)))
    if any(None in pair for pair in pairs):
        raise DomainError(_("The translation does not have the same number of paragraphs as the text."), field="text")
    return {TITLE: title, **dict(pairs)}


def save_paragraphs(
    ctx: Context,
    publication: Publication,
    language: str,
    made: Sequence[Paragraph],
    base_revision: int,
    *,
    restored_from: int | None = None,
) -> Revision:
    """Save paragraphs as the newest revision of a language; the publication must be locked. Raises `StaleText`."""
    if publication.state is PublicationState.FINAL:
        raise Conflict(_("This text is final. Reopen it before you change it."))
    latest = queries.find_latest_revision(ctx, publication, language)
    made = tuple(made)
    if latest is not None and latest.paragraphs == made:
        return latest
    refuse_stale(latest, base_revision)
    revision = Revision(
        publication_id=publication.id,
        language=language,
        number=latest.number + 1 if latest else 1,
        paragraphs=made,
        restored_from=restored_from,
        author_id=author(ctx),
        created_at=ctx.now,
    )
    ctx.session.add(revision)
    if latest is not None and language == publication.source_language and restored_from is None:
        _hand_down_sources(ctx, publication, latest.paragraphs, made)
    audit.record(ctx, publication, "save", {"language": language, "revision": revision.number})
    if language == publication.source_language and publication.state is PublicationState.APPROVED:
        PUBLICATIONS.move(ctx, publication, PublicationAction.REVISE)
        publication.approved_revision = publication.approved_by_id = None
    return revision


def _hand_down_sources(
    ctx: Context, publication: Publication, before: Sequence[Paragraph], after: Sequence[Paragraph]
) -> None:
    """Let the notes behind paragraphs that were split or joined stand behind what they went into as well."""
    behind = queries.list_sources(ctx, publication)
    for old, new in paragraphs.heirs([each for each in before if each.key in behind], before, after):
        missing = [each for each in behind[old] if each not in behind.get(new, ())]
        behind[new] = [*behind.get(new, ()), *missing]
        ctx.session.add_all(
            Source(publication_id=publication.id, paragraph_key=new, entry_id=entry_id) for entry_id in missing
        )


def refuse_stale(latest: Revision | None, base_revision: int) -> None:
    """Raise `StaleText` unless the writer started from what was saved last."""
    if latest is not None and latest.number != base_revision:
        raise StaleText(latest.number)


def restore(ctx: Context, publication: Publication, language: str, *, revision: int, base_revision: int) -> Revision:
    """Save an old revision as the newest one, keys, fingerprints and all. Raises as `save_source` does."""
    lock(ctx, publication)
    old = queries.get_revision(ctx, publication, language, revision)
    return save_paragraphs(ctx, publication, language, old.paragraphs, base_revision, restored_from=old.number)


def link_sources(ctx: Context, publication: Publication, links: Mapping[str, Collection[int]]) -> None:
    """Say which notes (ids of entries) stand behind each of these paragraphs; other paragraphs keep theirs."""
    ctx.session.execute(delete(Source).where(Source.publication_id == publication.id, Source.paragraph_key.in_(links)))
    ctx.session.add_all(
        Source(publication_id=publication.id, paragraph_key=key, entry_id=entry_id)
        for key, entry_ids in links.items()
        for entry_id in dict.fromkeys(entry_ids)
    )


def refuse_incomplete(title: str, text: str) -> None:
    """Raise `DomainError` when title or text (both clean) are missing or too long."""
    if not title:
        raise DomainError(_("Give the text a title."), field="title")
    if len(title) > rules.LONGEST_TITLE:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_TITLE), field="title")
    if not text:
        raise DomainError(_("Write the text before you save it."), field="text")
    if len(text) > rules.LONGEST_TEXT:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_TEXT), field="text")


def author(ctx: Context) -> int | None:
    """Return the account of who acts, None when it is not somebody of the staff."""
    return ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None
