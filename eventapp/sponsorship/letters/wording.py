"""The words of letters that an event starts from, in every language, until organisers write their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.languages import LANGUAGES
from eventapp.core.translated import Translated
from eventapp.sponsorship.states import LetterKind


def _support_subject() -> str:
    return str(_("Support for your participation in “{event}”"))


def _visa_subject() -> str:
    return str(_("Invitation of {passport_name} to “{event}”"))


def _support_body() -> str:
    return "\n\n".join(
        [
            str(_("Dear {name},")),
            str(
                _("We are pleased to confirm that “{fund}” supports your participation in “{event}”, {dates}, {place}.")
            ),
            str(_("What is paid:")),
            "{covered}",
            "{hotel}",
            str(_("Anything else remains with you or your organisation. This letter holds for you alone.")),
            str(_("We look forward to meeting you.")),
        ]
    )


def _visa_body() -> str:
    return "\n\n".join(
        [
            str(_("To whom it may concern,")),
            str(
                _(
                    "We invite {passport_name}, born on {born_on}, of nationality {nationality}, holder of passport "
                    "{passport_number} (issued on {passport_issued_on}, valid until {passport_expires_on}), {position} "
                    "at {organisation}, to take part in “{event}”, {dates}, {venue}, {place}."
                )
            ),
            str(_("The stay is planned from {arrival} to {departure}. During it the following is paid by “{fund}”:")),
            "{covered}",
            "{hotel}",
            str(_("We would be grateful if you gave the visa that is needed in time.")),
        ]
    )


_SUBJECT: Mapping[LetterKind, Callable[[], str]] = {
    LetterKind.SUPPORT: _support_subject,
    LetterKind.VISA: _visa_subject,
}
_BODY: Mapping[LetterKind, Callable[[], str]] = {LetterKind.SUPPORT: _support_body, LetterKind.VISA: _visa_body}


def first_subject(kind: LetterKind) -> Translated:
    """Return the subject line in every language of the interface."""
    return _in_every_language(_SUBJECT[kind])


def first_body(kind: LetterKind) -> Translated:
    """Return the body, Markdown with placeholders, in every language of the interface."""
    return _in_every_language(_BODY[kind])


def _in_every_language(words: Callable[[], str]) -> Translated:
    texts = {}
    for language in LANGUAGES:
        with force_locale(language):
            texts[language] = words()
    return Translated(texts)
