"""What rooms above tell ours, and what they want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eventapp.core.context import Context
from eventapp.invitations.models import Invitation

Status = tuple[str, str]  # a state in large words, and the sentence that says what it means

PARTICIPATION_STATUS: list[Callable[[Context, Invitation], Status | None]] = []
"""Where the participation behind an accepted invitation stands, or None when nothing was sent in yet."""

registered: list[Callable[[Context, Invitation], bool]] = []
"""Whether a registration stands, so that the person withdraws it instead of declining the invitation."""

confirmed: list[Callable[[Context, Invitation], bool]] = []
"""Whether the participation is confirmed, so that the person may book travel."""

participations: list[Callable[[Context, Sequence[int]], dict[int, tuple[str, str]]]] = []
"""Tone and words, for organisers, of the participation behind each of the invitations that has one."""

revoked: list[Callable[[Context, Invitation, str], bool | None]] = []
"""Told, with the reason, when organisers take an invitation back; true from whoever wrote to the person about it."""


reissued: list[Callable[[Context, Invitation], None]] = []
"""Told when a new personal link takes the place of the old, so that addresses given out behind the old one end."""


def participation_status(ctx: Context, invitation: Invitation) -> Status | None:
    """Return what the first room that knows says of the participation."""
    return next((found for ask in PARTICIPATION_STATUS if (found := ask(ctx, invitation)) is not None), None)


def participation_states(ctx: Context, invitation_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return tone and words of the participation behind each invitation that has one."""
    found: dict[int, tuple[str, str]] = {}
    for ask in participations:
        found |= ask(ctx, invitation_ids)
    return found


def is_confirmed(ctx: Context, invitation: Invitation) -> bool:
    """Tell whether the person may book travel."""
    return any(ask(ctx, invitation) for ask in confirmed)


def is_registered(ctx: Context, invitation: Invitation) -> bool:
    """Tell whether a registration stands that would have to be withdrawn."""
    return any(ask(ctx, invitation) for ask in registered)
