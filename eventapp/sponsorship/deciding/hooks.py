"""What rooms above decisions are asked when a request ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from eventapp.core.context import Context
from eventapp.sponsorship.models import SponsorshipRequest

# Spending says here what the standing bookings of a request cost, by line: a ticket is owed whoever comes; see wiring.
BOOKED_FOR: list[Callable[[Context, SponsorshipRequest], Mapping[int, Decimal]]] = []
