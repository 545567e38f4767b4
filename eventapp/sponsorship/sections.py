"""Parts that the rooms of sponsorship hang into a request's page at the desk and into the participant's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.sponsorship.models import SponsorshipRequest


@dataclass(frozen=True)
class Section:
    """A part of a page: its template, which finds the values as `section`, and at the desk who may see it.

    In the template `section.rows` and `section.values.rows` are the same.
    """

    template: str
    values: Mapping[str, Any]
    permission: Permission | None = None  # None: whoever may see the page

    def __getitem__(self, name: str) -> Any:
        """Return one of the values."""
        return self.values[name]


MY_SECTIONS: list[Callable[[Context, SponsorshipRequest], Section | None]] = []
DETAIL_SECTIONS: list[Callable[[Context, SponsorshipRequest], Section | None]] = []


def my_sections(ctx: Context, request: SponsorshipRequest) -> list[Section]:
    """Return the filled parts of the participant's own page, in order."""
    return _filled(MY_SECTIONS, ctx, request)


def detail_sections(ctx: Context, request: SponsorshipRequest) -> list[Section]:
    """Return the filled parts of the request's page at the desk, in order."""
    return _filled(DETAIL_SECTIONS, ctx, request)


def _filled(
    makers: list[Callable[[Context, SponsorshipRequest], Section | None]], ctx: Context, request: SponsorshipRequest
) -> list[Section]:
    made = (make(ctx, request) for make in makers)
    return [section for section in made if section is not None]
