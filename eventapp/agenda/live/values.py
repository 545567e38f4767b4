"""What organisers say of an announcement, on its way from the form to the command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventapp.core.translated import Translated


@dataclass(frozen=True)
class AnnouncementValues:
    """The line and when it is shown; without a start, at once."""

    text: Translated
    ends_at: datetime
    starts_at: datetime | None = None
