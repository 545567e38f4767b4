"""What a material is, and who may see it."""

from __future__ import annotations

from enum import StrEnum


class MaterialKind(StrEnum):
    """A file of ours, or a link to elsewhere."""

    FILE = "file"
    LINK = "link"


class Audience(StrEnum):
    """Who may see it."""

    EVERYBODY = "everybody"
    PARTICIPANTS = "participants"  # those who are confirmed, and staff
