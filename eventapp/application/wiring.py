"""Effects across rooms, in one table that reads "when … then …"."""

from __future__ import annotations


def wire() -> None:
    """Fill the hook lists that lower rooms declare with what higher rooms do."""
