"""The words for what is kept, why, and for how long."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from eventapp.core.context import ActorKind
from eventapp.registrations.personal_data.rules import Basis, DataClass

TITLE: Mapping[DataClass, LazyString] = {
    DataClass.NEEDS: _l("Food and access needs"),
    DataClass.SENSITIVE: _l("Answers to sensitive questions"),
    DataClass.FILES: _l("Files handed in"),
    DataClass.DRAFTS: _l("Forms that were begun and not sent"),
    DataClass.INTERESTS: _l("Interest of people who were not invited"),
    DataClass.MAIL_TEXTS: _l("The text of mails"),
    DataClass.MAILS: _l("Which mails went out, and when"),
    DataClass.PEOPLE: _l("Invitations, registrations and who was there"),
    DataClass.HISTORY: _l("The record of what was changed, and by whom"),
}

WHY: Mapping[DataClass, LazyString] = {
    DataClass.NEEDS: _l("So that everybody can eat and take part."),
    DataClass.SENSITIVE: _l("Because the organisers need them for the event, and only for it."),
    DataClass.FILES: _l("Because the organisers ask for them in the form."),
    DataClass.DRAFTS: _l("So that nobody has to begin again."),
    DataClass.INTERESTS: _l("So that the organisers can invite people who would like to come."),
    DataClass.MAIL_TEXTS: _l("So that we can answer when a mail was lost or not clear."),
    DataClass.MAILS: _l("So that we know who was told what."),
    DataClass.PEOPLE: _l("To run the event, and to report on it."),
    DataClass.HISTORY: _l("So that it can be checked who did what."),
}

BY: Mapping[str, LazyString] = {
    ActorKind.STAFF.value: _l("The organisers"),
    ActorKind.PARTICIPANT.value: _l("You"),
    ActorKind.SYSTEM.value: _l("The system"),
    ActorKind.ANONYMOUS.value: _l("A visitor"),
}


def how_long(basis: Basis, days: int) -> str:
    """Return for how long a class is kept."""
    match basis:
        case Basis.EVENT:
            return str(ngettext("%(num)d day after the event", "%(num)d days after the event", days))
        case Basis.CLOSING:
            return str(
                ngettext(
                    "until the event is over and %(num)d day after registration closes",
                    "until the event is over and %(num)d days after registration closes",
                    days,
                )
            )
        case Basis.WRITING:
            return str(
                ngettext(
                    "until the event is over and %(num)d day after the mail was written",
                    "until the event is over and %(num)d days after the mail was written",
                    days,
                )
            )


def not_personal() -> str:
    """Return what stays for good."""
    return str(
        _("What stays: how many people came, by country, sector and the like. Nobody can be recognised in that.")
    )
