"""The answers of one registration as a plain value, and as the JSON of a half-filled form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from eventapp.core.text import fold
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, Sector

PAGES = ("you", "taking-part", "needs", "consents")
SENSITIVE = frozenset({"dietary", "access_needs", "gender"})  # shown to those who decide only, never in the audit


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Everything a person answers; the names are those of the columns."""

    name: str
    email: str
    language: str
    organisation: str
    position: str
    sector: Sector
    country: str
    city: str
    category_id: int
    mode: Mode
    speaks: tuple[str, ...]
    interpretation: tuple[str, ...] = ()
    dietary: str = ""
    access_needs: str = ""
    first_time: bool = False
    gender: str = ""
    why: str = ""
    consent_directory: bool = False
    consent_photos: bool = False
    consent_mail_after: bool = False
    wants_summaries: bool = False

    def columns(self) -> dict[str, Any]:
        """Return the values as the table keeps them."""
        values = asdict(self)
        values.update(speaks=list(self.speaks), interpretation=list(self.interpretation))
        values["search_text"] = search_text(self.name, self.organisation, self.city, self.email)
        return values


def search_text(name: str, organisation: str, city: str, email: str) -> str:
    """Return what the list is searched in; the address stands on a line of its own, not everybody may search it."""
    return f"{fold(f'{name} {organisation} {city}')}\n{fold(email)}"[:700]


def answers_from(saved: Mapping[str, Any]) -> Answers:
    """Return the answers that a finished form saved. Raises `KeyError` or `ValueError` when one is missing or wrong."""
    known = {each.name for each in fields(Answers)}
    values = {name: value for name, value in saved.items() if name in known}
    return Answers(
        **{
            **values,
            "sector": Sector(saved["sector"]),
            "mode": Mode(saved["mode"]),
            "category_id": int(saved["category_id"]),
            "speaks": tuple(saved["speaks"]),
            "interpretation": tuple(saved.get("interpretation", ())),
        }
    )


def saved_from_registration(registration: Registration) -> dict[str, Any]:
    """Return a registration's answers in the form's JSON, to be changed."""
    return {each.name: _plain(getattr(registration, each.name)) for each in fields(Answers)}


def saved_from_invitation(invitation: Invitation, category_ids: frozenset[int]) -> dict[str, Any]:
    """Return what the invitation already tells, to start the form with."""
    known = {
        "name": invitation.name,
        "email": invitation.email,
        "language": invitation.language,
        "organisation": invitation.organisation,
        "position": invitation.position,
        "country": invitation.country,
    }
    if invitation.category_id in category_ids:
        known["category_id"] = str(invitation.category_id)
    return {name: value for name, value in known.items() if value}


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Mode | Sector) else value
