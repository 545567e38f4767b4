"""Who must not see a request: pure rules of conflict of interest."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from eventapp.core.text import fold

# Houses that give an address to anybody say nothing about where somebody works.
PUBLIC_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.fr", "hotmail.es", "live.com",
    "msn.com", "yahoo.com", "yahoo.fr", "yahoo.es", "icloud.com", "me.com", "aol.com", "gmx.com", "gmx.net",
    "gmx.de", "web.de", "proton.me", "protonmail.com", "mail.com", "zoho.com", "orange.fr", "free.fr",
    "laposte.net", "wanadoo.fr", "sfr.fr", "qq.com", "163.com", "126.com", "yandex.ru", "mail.ru",
})  # fmt: skip


class ConflictOf(StrEnum):
    """Why somebody must not have a part in a request."""

    OWN = "own"
    SAME_ORGANISATION = "same_organisation"
    DECLARED = "declared"


@dataclass(frozen=True)
class Party:
    """Somebody by their addresses and houses."""

    addresses: Collection[str]
    organisations: Collection[str]


def conflict(staff: Party, applicant: Party, *, declared: bool) -> ConflictOf | None:
    """Return why the member of staff must not have a part in the applicant's request, or None."""
    mine = {each.casefold() for each in staff.addresses if each}
    theirs = {each.casefold() for each in applicant.addresses if each}
    if mine & theirs:
        return ConflictOf.OWN
    if _houses(staff) & _houses(applicant) or _domains(mine) & _domains(theirs):
        return ConflictOf.SAME_ORGANISATION
    return ConflictOf.DECLARED if declared else None


def house(organisation: str) -> str:
    """Return an organisation's name as it is compared: without accents, case, punctuation and the order of words."""
    return " ".join(sorted(re.findall(r"\w+", fold(organisation))))


def _houses(party: Party) -> set[str]:
    return {house(each) for each in party.organisations} - {""}


def _domains(addresses: Collection[str]) -> set[str]:
    return {each.rpartition("@")[2] for each in addresses} - PUBLIC_MAIL - {""}
