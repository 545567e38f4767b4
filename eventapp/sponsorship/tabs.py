"""The tabs of the room at the desk, in order: what each is called and which pages belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.access import Permission


@dataclass(frozen=True)
class Tab:
    """A tab; it leads to the first of its pages that a person's role opens, and is left out where there is none."""

    label: LazyString
    pages: Sequence[str]  # a blueprint, or one page of it


TABS: tuple[Tab, ...] = (
    Tab(_l("Requests"), ("sponsorship_desk",)),
    Tab(_l("Review"), ("sponsorship_review",)),
    Tab(_l("Decisions"), ("sponsorship_decisions",)),
    Tab(_l("Payments"), ("sponsorship_spending", "sponsorship_payments", "sponsorship_books")),
    Tab(_l("Bank data"), ("sponsorship_sensitive.bank",)),
    Tab(_l("Letters"), ("sponsorship_letters",)),
    Tab(_l("Passport data"), ("sponsorship_sensitive.passports",)),
    Tab(_l("Funds"), ("sponsorship_funds",)),
    Tab(_l("Reports"), ("sponsorship_reports",)),
)

# Where somebody's own work lies, by what they may do; whoever only looks begins with the first tab.
OWN_WORK: tuple[tuple[Permission, str], ...] = (
    (Permission.SPONSORSHIP_DECIDE, "sponsorship_desk"),
    (Permission.SPONSORSHIP_REVIEW, "sponsorship_review"),
    (Permission.SPONSORSHIP_AUTHORISE, "sponsorship_spending"),
    (Permission.SPONSORSHIP_PAY, "sponsorship_spending"),
    (Permission.SPONSORSHIP_LETTERS, "sponsorship_letters"),
)

# The blueprints whose pages stand under the room's line of the rail.
BLUEPRINTS = (
    *{page.partition(".")[0]: None for tab in TABS for page in tab.pages},
    "sponsorship_conflicts",
    "sponsorship_workplace",
)
