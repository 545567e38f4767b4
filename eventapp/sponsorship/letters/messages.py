"""The mail that a letter is ready; the letter itself stays behind the person's link."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.mail.drafts import Draft
from eventapp.sponsorship.drafts import to_person
from eventapp.sponsorship.letters.models import Letter
from eventapp.sponsorship.states import LetterKind


def letter_ready(letter: Letter, *, replaces: bool) -> Draft:
    """Return the mail that tells the person where to fetch the letter, and whether an earlier one no longer holds."""
    is_visa = letter.kind is LetterKind.VISA

    def subject(title: str) -> str:
        if is_visa:
            return str(_("Your letter for the visa is ready: %(event)s", event=title))
        return str(_("Your letter of support is ready: %(event)s", event=title))

    return to_person(
        letter.request,
        "letter_ready",
        subject,
        about=about(letter),
        values=lambda _language: {"is_visa": is_visa, "number": letter.number, "replaces": replaces},
    )


def about(letter: Letter) -> str:
    """Return the name of the letter for the outbox."""
    return f"{letter.__tablename__}:{letter.id}"
