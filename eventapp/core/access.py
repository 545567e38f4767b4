"""Access: permissions, what each role grants, and the declaration that every view carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What somebody may do within one event."""

    DESK_VIEW = "desk:view"
    EVENT_EDIT = "event:edit"
    EVENT_PUBLISH = "event:publish"
    PEOPLE_MANAGE = "people:manage"
    INVITATIONS_VIEW = "invitations:view"
    INVITATIONS_EDIT = "invitations:edit"
    REGISTRATIONS_VIEW = "registrations:view"
    REGISTRATIONS_DECIDE = "registrations:decide"
    REGISTRATIONS_CHECK_IN = "registrations:check-in"
    PERSONAL_DATA = "personal-data:manage"
    AGENDA_VIEW = "agenda:view"
    AGENDA_EDIT = "agenda:edit"
    AGENDA_RELEASE = "agenda:release"
    SPONSORSHIP_VIEW = "sponsorship:view"  # funds, progress and reports
    SPONSORSHIP_SET_UP = "sponsorship:set-up"  # funds, templates of letters
    SPONSORSHIP_REVIEW = "sponsorship:review"
    SPONSORSHIP_DECIDE = "sponsorship:decide"  # read requests, ask back, assign, propose, release, amend, book
    SPONSORSHIP_AUTHORISE = "sponsorship:authorise"
    SPONSORSHIP_PAY = "sponsorship:pay"  # receipts, payments and bank data
    SPONSORSHIP_LETTERS = "sponsorship:letters"  # letters and passport data
    NOTES_VIEW = "notes:view"  # where everything stands, texts and revisions of what will be published
    NOTES_READ = "notes:read"  # what rapporteurs hand in
    NOTES_WRITE = "notes:write"  # own notes, summaries, boards of ideas, the read-out
    NOTES_TRANSLATE = "notes:translate"
    NOTES_CHECK = "notes:check"  # accept notes, approve texts
    NOTES_MODERATE = "notes:moderate"  # comments and resources of participants
    NOTES_PUBLISH = "notes:publish"
    REPORTS_VIEW = "reports:view"
    MAIL_VIEW = "mail:view"
    MAIL_RETRY = "mail:retry"
    AUDIT_VIEW = "audit:view"


class Role(StrEnum):
    """What somebody is to one event."""

    OWNER = "owner"
    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    BUDGET_HOLDER = "budget_holder"
    FINANCE = "finance"
    OFFICER = "officer"
    RAPPORTEUR = "rapporteur"
    CHAIR = "chair"
    TRANSLATOR = "translator"
    DESK = "desk"
    OBSERVER = "observer"


_P = Permission
# Held by nobody for being in charge: whoever handles money, passports and bank data is named for it.
_NAMED_ONLY = frozenset({_P.SPONSORSHIP_REVIEW, _P.SPONSORSHIP_AUTHORISE, _P.SPONSORSHIP_PAY, _P.SPONSORSHIP_LETTERS})
_OWNER = frozenset(_P) - _NAMED_ONLY
_STAFF = frozenset({_P.DESK_VIEW, _P.AGENDA_VIEW})

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: _OWNER,
    Role.ORGANISER: _OWNER - {_P.PEOPLE_MANAGE},
    Role.REVIEWER: _STAFF | {_P.SPONSORSHIP_REVIEW},
    Role.COORDINATOR: _STAFF
    | {
        _P.REGISTRATIONS_VIEW,
        _P.REPORTS_VIEW,
        _P.SPONSORSHIP_VIEW,
        _P.SPONSORSHIP_SET_UP,
        _P.SPONSORSHIP_DECIDE,
    },
    Role.BUDGET_HOLDER: _STAFF | {_P.SPONSORSHIP_VIEW, _P.SPONSORSHIP_AUTHORISE},
    Role.FINANCE: _STAFF | {_P.SPONSORSHIP_VIEW, _P.SPONSORSHIP_PAY},
    Role.OFFICER: _STAFF | {_P.SPONSORSHIP_LETTERS},
    Role.RAPPORTEUR: _STAFF
    | {_P.NOTES_VIEW, _P.NOTES_READ, _P.NOTES_WRITE, _P.NOTES_TRANSLATE, _P.NOTES_MODERATE, _P.NOTES_PUBLISH},
    Role.CHAIR: _STAFF | {_P.NOTES_VIEW, _P.NOTES_READ, _P.NOTES_CHECK, _P.NOTES_MODERATE},
    Role.TRANSLATOR: _STAFF | {_P.NOTES_VIEW, _P.NOTES_TRANSLATE},
    Role.DESK: _STAFF | {_P.REGISTRATIONS_VIEW, _P.REGISTRATIONS_CHECK_IN},
    Role.OBSERVER: _STAFF | {_P.REGISTRATIONS_VIEW, _P.INVITATIONS_VIEW, _P.REPORTS_VIEW},
}


def granted(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return all that the roles together allow."""
    return frozenset().union(*(GRANTS[role] for role in roles))


@dataclass(frozen=True)
class Requires:
    """Staff with the permission in the event of the address; the view gets `event`."""

    permission: Permission


@dataclass(frozen=True)
class RequiresStaff:
    """Anybody who is signed in; an administrator only, if `admin`."""

    admin: bool = False


class Carrier(StrEnum):
    """How a personal link reaches the view."""

    TOKEN = "token"  # noqa: S105 - no secret; in the address, `/i/<token>`; the view gets `event` and `invitation`
    COOKIE = "cookie"  # opened before, for `/<lang>/<event>/my`; the view gets `event` and `invitation`


@dataclass(frozen=True)
class PersonalLink:
    """The holder of a personal link."""

    carrier: Carrier


@dataclass(frozen=True)
class Public:
    """Everybody, and why. A cached view's answer depends on address, language and the event's public version only."""

    why: str
    cached: bool = False


Access = Requires | RequiresStaff | PersonalLink | Public
_ATTRIBUTE = "declared_access"


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare that the view is for staff who hold the permission in the event of the address."""
    return _declare(Requires(permission))


def requires_staff(*, admin: bool = False) -> Callable[[View], View]:
    """Declare that the view is for anybody signed in, or for administrators."""
    return _declare(RequiresStaff(admin))


def personal_link(carrier: Carrier) -> Callable[[View], View]:
    """Declare that the view is for the holder of a personal link."""
    return _declare(PersonalLink(carrier))


def public(why: str, *, cached: bool = False) -> Callable[[View], View]:
    """Declare that the view is for everybody, with the reason."""
    return _declare(Public(why, cached))


def declared_access(view: Callable[..., Any]) -> Access | None:
    """Return what the view declares, or None."""
    found: Access | None = getattr(view, _ATTRIBUTE, None)
    return found


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, access)
        return view

    return mark
