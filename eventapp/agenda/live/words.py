"""The words of the day itself, in the current language."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.agenda.live.rules import Running
from eventapp.core.formatting import time_in_words


def late(running: Running) -> str:
    """Return how late a session runs and until when, or when it begins; nothing when it is on time."""
    if not running.late:
        return ""
    minutes, ends, begins = running.late, time_in_words(running.ends_local), time_in_words(running.begins_local)
    if running.has_begun:
        return str(_("Running %(minutes)d minutes late, until about %(time)s", minutes=minutes, time=ends))
    return str(_("Running %(minutes)d minutes late, begins at about %(time)s", minutes=minutes, time=begins))
