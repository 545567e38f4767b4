"""Who may let whom in."""

from __future__ import annotations

from collections.abc import Collection

from eventapp.core.access import Permission
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, State


def may_confirm(registration: Registration, permissions: Collection[Permission]) -> bool:
    """Tell whether the reader may confirm the person at the door; who was refused or withdrew, organisers only."""
    if registration.state is State.APPROVED or Permission.REGISTRATIONS_CHECK_IN not in permissions:
        return False
    return registration.state not in ENDED or Permission.REGISTRATIONS_DECIDE in permissions
