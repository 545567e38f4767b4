"""Who must not see a request: pure rules of conflict of interest."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from eventapp.core.text import fold

# Houses that give an address to anybody say nothing about where somebody works.
_PUBLIC_MAIL = frozenset({
    "126.com", "163.com", "bbox.fr", "bk.ru", "bol.com.br", "btinternet.com", "comcast.net", "fastmail.com",
    "foxmail.com", "free.fr", "inbox.ru", "laposte.net", "libero.it", "list.ru", "mac.com", "mail.com", "mail.ru",
    "me.com", "naver.com", "neuf.fr", "orange.fr", "pm.me", "qq.com", "rediffmail.com", "seznam.cz", "sfr.fr",
    "sina.com", "t-online.de", "terra.com.br", "ukr.net", "uol.com.br", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl",
})  # fmt: skip

# Those that have an address in many countries: yahoo.fr, yahoo.co.uk, yahoo.com.br.
_PUBLIC_MAIL_ANYWHERE = re.compile(
    r"(?:aol|gmail|gmx|googlemail|hotmail|icloud|live|msn|outlook|proton|protonmail|rocketmail|tutanota|yahoo|yandex"
    r"|ymail|zoho|zohomail)\.(?:[a-z]+|(?:co|com|net|ne|org)\.[a-z]{2})"
)


# What people write who work for nobody: two of them are not colleagues.
_NO_HOUSE = frozenset({
    "", "independent", "independant", "independiente", "freelance", "self employed", "employed self", "consultant",
    "consultor", "consultora", "consultante", "consultant independent", "consultant independant",
    "consultor independiente", "consultora independiente", "retired", "retraite", "jubilado", "jubilada", "none",
    "aucune", "aucun", "ninguna", "ninguno", "private", "a n", "na", "x",
})  # fmt: skip

# Little words that some write and some leave out: “Ministry of the Environment”, “Ministère de l’environnement”.
_LITTLE = frozenset({
    "a", "an", "and", "de", "del", "des", "du", "d", "e", "el", "en", "et", "for", "in", "l", "la", "las", "le", "les",
    "los", "of", "para", "por", "pour", "the", "y",
})  # fmt: skip

_SHORT_NAME = re.compile(r"\(([A-Z][A-Z0-9&.-]{1,11})\)")  # “Food and Agriculture Organization (FAO)”


class ConflictOf(StrEnum):
    """Why somebody must not have a part in a request."""

    OWN = "own"
    SAME_ORGANISATION = "same_organisation"
    DECLARED = "declared"


@dataclass(frozen=True)
class Party:
    """Somebody by their addresses, houses and names."""

    addresses: Collection[str]
    organisations: Collection[str]
    names: Collection[str] = ()


def conflict(staff: Party, applicant: Party, *, declared: bool) -> ConflictOf | None:
    """Return why the member of staff must not have a part in the applicant's request, or None.

    Somebody of the same name counts as the same person: whoever asks from a private address is not let in by it.
    """
    mine = {each.casefold() for each in staff.addresses if each}
    theirs = {each.casefold() for each in applicant.addresses if each}
    if mine & theirs or _in_any_order(staff.names) & _in_any_order(applicant.names):
        return ConflictOf.OWN
    if _houses(staff) & _houses(applicant) or _domains(mine) & _domains(theirs):
        return ConflictOf.SAME_ORGANISATION
    return ConflictOf.DECLARED if declared else None


@lru_cache(maxsize=4096)
def houses(organisation: str) -> frozenset[str]:
    """Return the names by which an organisation is compared: its name, and the short one in brackets.

    Accents, case, punctuation, little words and the order of words make no difference; whoever works for nobody has
    no house.
    """
    short = {_plain(each) for each in _SHORT_NAME.findall(organisation)}
    return frozenset({_plain(_SHORT_NAME.sub(" ", organisation)), *short} - _NO_HOUSE)


def _plain(name: str) -> str:
    words = sorted(re.findall(r"\w+", fold(name.replace(".", ""))))
    return " ".join([word for word in words if word not in _LITTLE] or words)


def _houses(party: Party) -> set[str]:
    return {house for each in party.organisations for house in houses(each)}


def _in_any_order(names: Collection[str]) -> set[str]:
    return {_sorted(each) for each in names} - {""}


@lru_cache(maxsize=4096)
def _sorted(name: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", fold(name))))


def _domains(addresses: Collection[str]) -> set[str]:
    domains = {each.rpartition("@")[2] for each in addresses} - _PUBLIC_MAIL - {""}
    return {each for each in domains if not _PUBLIC_MAIL_ANYWHERE.fullmatch(each)}
