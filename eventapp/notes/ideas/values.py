"""What a rapporteur says of a board, on its way from the form to the command."""

from __future__ import annotations

from dataclasses import dataclass

from eventapp.core.translated import Translated


@dataclass(frozen=True)
class BoardValues:
    """What a rapporteur says of a board."""

    session_id: int
    question: Translated
    dots: int = 3
