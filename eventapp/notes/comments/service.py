"""Commands about comments: write one, take it back, look it over, answer it, release the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select, update

from eventapp.core import audit
from eventapp.core.context import ANONYMOUS, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.languages import interface_language
from eventapp.core.text import clean_text
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.notes import queries as texts
from eventapp.notes.comments import messages, places, queries, rules
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import ANSWERED, COMMENTS, OUTCOMES, CommentAction, CommentState
from eventapp.notes.models import Publication
from eventapp.notes.paragraphs import TITLE
from eventapp.notes.service import author, lock
from eventapp.notes.states import PublicationState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


class ParagraphGone(Conflict):
    """The paragraph that somebody wrote about is no longer in the text."""


@dataclass(frozen=True)
class Words:
    """What somebody says: about which paragraph (empty: the whole), in which language, with their name or not."""

    paragraph_key: str
    text: str
    language: str
    signed: bool
    key: str  # of the form


@dataclass(frozen=True)
class Released:
    """What a release did."""

    answers: int
    people: int


def write(ctx: Context, registration: Registration, publication: Publication, words: Words) -> Comment:
    """Keep what somebody says about a published text and return it; a second press of the form makes no second one.

    Raises `ParagraphGone`, `DomainError` when the text takes no comments, or the words are missing or too long.
    """
    lock(ctx, publication)
    sent = queries.find_sent(ctx, publication, registration, words.key)
    if sent is not None:
        return sent
    edition = texts.latest_editions(ctx, [publication.id]).get(publication.id)
    if publication.state is not PublicationState.PUBLISHED or edition is None:
        raise DomainError(_("This text takes no more comments."))
    if registration.state is not State.APPROVED:
        raise DomainError(_("Only people who take part can comment."))
    text = clean_text(words.text)
    if not text:
        raise DomainError(_("Write your comment first."), field="text")
    if len(text) > rules.LONGEST:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST), field="text")
    paragraph_key = "" if words.paragraph_key == TITLE else words.paragraph_key
    if paragraph_key and places.find_paragraph(edition, edition.source_language, paragraph_key) is None:
        raise ParagraphGone(_("This paragraph is no longer in the text."))
    if queries.count_of_one(ctx, publication, registration) >= rules.MOST_OF_ONE:
        raise DomainError(_("You have written many comments on this text. Write to us instead, please."))
    comment = Comment(
        event_id=publication.event_id,
        publication_id=publication.id,
        edition_number=edition.number,
        paragraph_key=paragraph_key,
        registration_id=registration.id,
        key=words.key,
        language=words.language,
        text=text,
        signed=registration.name if words.signed else "",
        state=CommentState.WAITING,
        reason=Translated(),
        created_at=ctx.now,
    )
    ctx.session.add(comment)
    audit.record(_unnamed(ctx), comment, "write")
    return comment


def withdraw(ctx: Context, comment: Comment) -> None:
    """Take a comment back, as its author: its words go. The comment must be held. Raises `IllegalMove`."""
    was_public = comment.state is CommentState.OPEN
    COMMENTS.move(_unnamed(ctx), comment, CommentAction.WITHDRAW)
    comment.text = comment.signed = ""
    if was_public:
        _renew_pages(ctx, comment.event_id)


def show(ctx: Context, comment: Comment) -> None:
    """Make a comment public. The comment must be held. Raises `IllegalMove`."""
    COMMENTS.move(ctx, comment, CommentAction.SHOW)
    comment.reason = Translated()
    _renew_pages(ctx, comment.event_id)


def hide(ctx: Context, comment: Comment, reason: Translated) -> None:
    """Keep a comment from the public and tell its author why. It must be held. Raises `IllegalMove`, `DomainError`."""
    reason = _checked(reason)
    was_public = comment.state is CommentState.OPEN
    COMMENTS.move(ctx, comment, CommentAction.HIDE)
    _decide(ctx, comment, reason)
    if was_public:
        _renew_pages(ctx, comment.event_id)


def answer(ctx: Context, comment: Comment, outcome: CommentAction, reason: Translated) -> None:
    """Say what became of a comment, and why; nobody outside learns it before the release.

    The comment must be held. Raises `IllegalMove`, `DomainError` without a reason.
    """
    reason = _checked(reason)
    if outcome not in OUTCOMES:
        raise DomainError(_("Choose what became of the comment."), field="outcome")
    COMMENTS.move(ctx, comment, outcome)
    _decide(ctx, comment, reason)


def think_again(ctx: Context, comment: Comment) -> None:
    """Take an answer back that is not released yet; its reason stays as a draft. Raises `IllegalMove`, `Conflict`."""
    if comment.released_at is not None:
        raise Conflict(_("This answer is released. It can no longer be changed."))
    COMMENTS.move(ctx, comment, CommentAction.REOPEN)
    comment.decided_by_id = comment.decided_at = None


def release(ctx: Context, event: Event, seen: str) -> Released:
    """Make all answers public that are decided, and mail each person the answers to their comments.

    `seen` is the seal (`rules.seal_of`) of the answers that were looked at. Raises `Conflict` when there are
    others by now, or none any more.
    """
    answers = _hold_answers(ctx, event)
    if not answers:
        raise Conflict(_("All answers are released."))
    if rules.seal_of(answers) != seen:
        raise Conflict(_("An answer was changed after you opened this page. Look at them again, then release."))
    authors = queries.list_authors(ctx, answers)
    for comment in answers:
        comment.released_at = ctx.now
    audit.record(ctx, event, "release-answers", {"count": len(answers), "people": len(authors)})
    _renew_pages(ctx, event.id)
    for registration in authors.values():
        theirs = [each for each in answers if each.registration_id == registration.id]
        language = interface_language(registration.language)
        mail.enqueue(
            ctx, messages.answers_released(event, registration, theirs, places.places_of(ctx, theirs, language))
        )
    return Released(len(answers), len(authors))


def _hold_answers(ctx: Context, event: Event) -> Sequence[Comment]:
    """Return the answers that are not released, held, one release at a time."""
    ctx.session.scalar(select(Event.id).where(Event.id == event.id).with_for_update())
    return queries.list_unreleased(ctx, event, lock=True)


def _checked(reason: Translated) -> Translated:
    reason = Translated({language: clean_text(text) for language, text in reason.items()})
    if not reason:
        raise DomainError(_("Say why, in one language at least."), field="reason")
    if any(len(text) > rules.LONGEST_REASON for text in reason.values()):
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_REASON), field="reason")
    return reason


def _decide(ctx: Context, comment: Comment, reason: Translated) -> None:
    comment.reason = reason
    comment.decided_by_id, comment.decided_at = author(ctx), ctx.now


def _renew_pages(ctx: Context, event_id: int) -> None:
    ctx.session.execute(update(Event).where(Event.id == event_id).values(public_version=Event.public_version + 1))


def _unnamed(ctx: Context) -> Context:
    """Return the same context without who acts: whose comment it is stands in no audit."""
    return replace(ctx, actor=ANONYMOUS)


def is_fixed(comment: Comment) -> bool:
    """Tell whether the comment has its answer for good."""
    return comment.state in ANSWERED and comment.released_at is not None
