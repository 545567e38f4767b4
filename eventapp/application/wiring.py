"""Effects across rooms, in one table that reads "when … then …"."""

from __future__ import annotations

from eventapp.accounts import queries as accounts
from eventapp.core.tokens import Purpose
from eventapp.events import hooks as events
from eventapp.mail import hooks as mail
from eventapp.notes.event_section import latest_summary


def wire() -> None:
    """Fill the hook lists that lower rooms declare with what higher rooms do."""
    # when the event's public page is made, then these rooms each fill a part of it, in this order
    events.PAGE_SECTIONS[:] = [latest_summary]
    # when a mail is delivered, then these rooms give the version of its links, its secrets and its files
    mail.LINK_VERSIONS[Purpose.SIGN_IN] = accounts.sign_in_version
    mail.SECRETS["sign_in_code"] = accounts.sign_in_code
