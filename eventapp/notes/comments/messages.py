"""Mails about comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import ngettext

from eventapp.events.models import Event
from eventapp.mail.drafts import Draft
from eventapp.notes.comments import words
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.places import Place, in_short
from eventapp.notes.drafts import to_participant
from eventapp.registrations.models import Registration


def answers_released(
    event: Event, registration: Registration, comments: Sequence[Comment], places: Mapping[int, Place]
) -> Draft:
    """Tell somebody what became of their comments; `places` are read in the language of their mails."""

    def subject(title: str) -> str:
        return str(
            ngettext(
                "%(event)s: the answer to your comment",
                "%(event)s: the answers to your comments",
                len(comments),
                event=title,
            )
        )

    def values(language: str) -> dict[str, Any]:
        return {"answers": [_answer(each, places[each.id], language) for each in comments]}

    return to_participant(event, registration, "answers_released", subject, values)


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
