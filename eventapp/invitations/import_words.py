"""What people read about the problems of a list they import."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.tables import Reason, UnreadableTable
from eventapp.invitations import words
from eventapp.invitations.states import InvitationState


class Problem(StrEnum):
    """What can be wrong with a cell."""

    NO_ADDRESS = "no_address"
    BROKEN_ADDRESS = "broken_address"
    TWICE_IN_FILE = "twice_in_file"
    INVITED_BEFORE = "invited_before"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_LANGUAGE = "unknown_language"
    NEITHER_YES_NOR_NO = "neither_yes_nor_no"
    NO_DATE = "no_date"
    DATE_PAST = "date_past"


_SENTENCES: Mapping[Problem, LazyString] = {
    Problem.NO_ADDRESS: _l("There is no address."),
    Problem.BROKEN_ADDRESS: _l("“%(detail)s” is not a complete address."),
    Problem.TWICE_IN_FILE: _l("The same address stands in line %(detail)s already."),
    Problem.INVITED_BEFORE: _l("Has an invitation to this event: %(detail)s."),
    Problem.NO_NAME: _l("There is no name."),
    Problem.TOO_LONG: _l("This is longer than %(detail)s characters."),
    Problem.UNKNOWN_COUNTRY: _l("We know no country “%(detail)s”. Its two-letter code always works."),
    Problem.UNKNOWN_CATEGORY: _l("This event has no category “%(detail)s”."),
    Problem.UNKNOWN_LANGUAGE: _l("“%(detail)s” is not one of the event’s languages."),
    Problem.NEITHER_YES_NOR_NO: _l("“%(detail)s” is neither yes nor no."),
    Problem.NO_DATE: _l("“%(detail)s” is not a day we can read. Write it as 2024-09-20."),
    Problem.DATE_PAST: _l("“%(detail)s” is over already."),
}

_UNREADABLE: Mapping[Reason, LazyString] = {
    Reason.EMPTY: _l("The file is empty."),
    Reason.TOO_LARGE: _l("The file is too large. Split it into files of at most 5 MB."),
    Reason.TOO_MANY_ROWS: _l("The file has too many rows. Split it into files of at most 20,000 rows."),
    Reason.TOO_MANY_COLUMNS: _l("The file has too many columns. Keep the ones of the template."),
    Reason.ENCRYPTED: _l("The file is protected by a password. Save it without one and choose it again."),
    Reason.OLD_FORMAT: _l("This is an old Excel file (.xls). Save it as .xlsx or .csv and choose it again."),
    Reason.NO_HEADER: _l("The first line is empty. It should name the columns, as in the template."),
    Reason.NOT_A_TABLE: _l("This is not a table. Choose a CSV or XLSX file, such as the template."),
    Reason.UNNAMED_COLUMN: _l("Column %(detail)s has no name in the first line. Name it or remove it."),
    Reason.DUPLICATE_COLUMN: _l("Two columns are called “%(detail)s”. Rename or remove one of them."),
    Reason.ROW_TOO_LONG: _l(
        "Line %(detail)s has more cells than there are columns. Often a comma stands in a cell without quotes."
    ),
    Reason.DAMAGED: _l("The file is damaged. Save it again and choose it once more."),
}


def in_words(problem: str, detail: str) -> str:
    """Return the sentence for a problem of a row."""
    kind = Problem(problem)
    if kind is Problem.INVITED_BEFORE:
        detail = str(words.STATE[InvitationState(detail)])
    return str(_SENTENCES[kind]) % {"detail": detail}


def why_unreadable(error: UnreadableTable) -> str:
    """Return in plain words why a file is no table, and what to do."""
    if error.reason is Reason.DAMAGED and error.detail:
        return str(_("The file is damaged at line %(line)s. Save it again and choose it once more.", line=error.detail))
    return str(_UNREADABLE[error.reason]) % {"detail": error.detail}
