"""Mails about comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale, ngettext

from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.notes.comments import words
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.places import Place, in_short
from eventapp.registrations.models import Registration


def language_of(registration: Registration) -> str:
    """Return the language of somebody's mails."""
    return registration.language if registration.language in LANGUAGES else DEFAULT_LANGUAGE


def answers_released(
    event: Event, registration: Registration, comments: Sequence[Comment], places: Mapping[int, Place]
) -> Draft:
    """Tell somebody what became of their comments; `places` are read in the language of their mails."""
    language = language_of(registration)
    with force_locale(language):
        subject = ngettext(
            "%(event)s: the answer to your comment",
            "%(event)s: the answers to your comments",
            len(comments),
            event=event.title.text(language),
        )
        answers = [_answer(each, places[each.id], language) for each in comments]
    return Draft(
        kind="notes/answers_released",
        recipient=registration.email,
        recipient_name=registration.name,
        language=language,
        subject=subject,
        values={"event": event, "name": registration.name, "answers": answers},
        event_id=event.id,
        reply_to=event.contact_email,
        about=f"registration:{registration.id}",
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)},
    )


def _answer(comment: Comment, place: Place, language: str) -> dict[str, str]:
    reason, reason_language = comment.reason.best(language)
    paragraph = place.paragraph
    return {
        "title": place.title,
        "title_language": place.title_language,
        "paragraph": in_short(paragraph) if paragraph else "",
        "paragraph_language": paragraph.language if paragraph else "",
        "text": comment.text,
        "language": comment.language,
        "outcome": str(words.OUTCOME_STATES[comment.state]),
        "reason": reason,
        "reason_language": reason_language,
    }
