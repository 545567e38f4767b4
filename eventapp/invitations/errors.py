"""What can go wrong with an invitation, in words that people can act on."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.core.errors import Conflict
from eventapp.invitations.models import Invitation
from eventapp.invitations.rules import Answering


class AlreadyInvited(Conflict):
    """The address has an invitation that stands; `existing` is that one, where it is known."""

    def __init__(self, existing: Invitation | None = None) -> None:
        super().__init__(_("This address has an invitation to this event already."), field="email")
        self.existing = existing


class NotAnswerable(Conflict):
    """The invitation cannot be answered now."""

    def __init__(self, why: Answering) -> None:
        words = {
            Answering.EXPIRED: _("The time to answer this invitation has run out."),
            Answering.CLOSED: _("Registration for this event has closed."),
            Answering.PAST: _("This event is over."),
            Answering.CANCELLED: _("This event was cancelled."),
        }
        super().__init__(words.get(why, _("This invitation cannot be answered now.")))
        self.why = why


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same invitation after this person opened it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else changed this invitation while you had it open. What you typed is still here; "
                "save again to keep your version."
            )
        )
