"""What somebody says of a resource, on its way from the form to the command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResourceValues:
    """All that is said of a link or file."""

    title: str
    language: str
    text: str = ""
    theme_id: int | None = None
    country: str = ""
    url: str = ""  # of a link
    filename: str = ""  # of a file
    data: bytes = b""  # of a file


@dataclass(frozen=True)
class Proposer:
    """Who adds a resource: a participant, or somebody of the staff."""

    registration_id: int | None = None
    account_id: int | None = None
