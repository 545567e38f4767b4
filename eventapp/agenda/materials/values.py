"""What an organiser says of a material, on its way from the form to the command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventapp.agenda.materials.states import Audience
from eventapp.core.translated import Translated


@dataclass(frozen=True)
class MaterialValues:
    """All that is said of a file or link."""

    title: Translated
    language: str = ""  # empty: in every language
    audience: Audience = Audience.EVERYBODY
    shown_from_at: datetime | None = None
    shown_until_at: datetime | None = None
    url: str = ""  # of a link
    filename: str = ""  # of a file
    data: bytes = b""  # of a file; none: the file stays
