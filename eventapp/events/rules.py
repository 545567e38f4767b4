"""What must hold for an event: its address, its texts, its windows; pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventapp.core.text import fold
from eventapp.core.translated import Translated

LONGEST_SLUG = 60
RESERVED_SLUGS = frozenset(
    {
        "account",
        "api",
        "app",
        "assets",
        "calendar",
        "desk",
        "en",
        "es",
        "event",
        "events",
        "fr",
        "health",
        "i",
        "interest",
        "link",
        "livez",
        "mailbox",
        "metrics",
        "my",
        "my-link",
        "new",
        "people",
        "privacy",
        "readyz",
        "robots",
        "settings",
        "sign-in",
        "sign-out",
        "static",
        "story",
        "style",
        "verify",
        "www",
    }
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UNFIT = re.compile(r"[^a-z0-9]+")

# What must be there before the public sees the event, each with the settings page on which it is written.
NEEDED_TEXTS: Mapping[str, str] = {
    "title": "texts",
    "summary": "texts",
    "place": "texts",
    "travel_rule": "rules",
    "privacy_notice": "rules",
}


def is_slug(text: str) -> bool:
    """Tell whether the text can be an event's address: small letters, digits and single hyphens, not reserved."""
    return 3 <= len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None and text not in RESERVED_SLUGS


def suggested_slug(title: str, year: int, taken: Iterable[str] = ()) -> str:
    """Return an address made from the title and the year that is not taken yet."""
    words = _UNFIT.sub("-", fold(title)).strip("-") or "event"
    longest = LONGEST_SLUG - len(f"-{year}-99")
    if len(words) > longest:
        words = words[: longest + 1].rpartition("-")[0] or words[:longest]
    known, base = set(taken), f"{words}-{year}"
    slug, number = base, 2
    while slug in known:
        slug, number = f"{base}-{number}", number + 1
    return slug


@dataclass(frozen=True)
class SeatLimits:
    """What limits the seats of an event: capacities, and of each category the most and the fewest kept free."""

    in_person: int
    remote: int
    categories: Mapping[int, tuple[int | None, int]]


def seats_gained(before: SeatLimits, after: SeatLimits) -> tuple[int, int]:
    """Return how many seats more, in person and remote, somebody may now get; an upper bound, since limits overlap."""
    in_person = max(0, after.in_person - before.in_person)
    for key, (quota, reserved) in before.categories.items():
        new_quota, new_reserved = after.categories.get(key, (quota, 0))
        most, new_most = (after.in_person if each is None else each for each in (quota, new_quota))
        in_person += max(0, new_most - most) + max(0, reserved - new_reserved)
    return in_person, max(0, after.remote - before.remote)


@dataclass(frozen=True)
class Gap:
    """Something that is still missing: which thing, and on which settings page it is added."""

    field: str
    page: str


def gaps_before_publishing(
    texts: Mapping[str, Translated], first_language: str, *, contact: str, organisers: int, categories: int
) -> list[Gap]:
    """Return what the public or the registration form could not do without."""
    gaps = [Gap(name, page) for name, page in NEEDED_TEXTS.items() if first_language not in texts[name]]
    if not contact:
        gaps.append(Gap("contact_email", "basics"))
    if not organisers:
        gaps.append(Gap("institutions", "institutions"))
    if not categories:
        gaps.append(Gap("categories", "categories"))
    return gaps
