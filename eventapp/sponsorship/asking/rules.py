"""When a change of a request asks for more than before: pure rules, for the time after the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from eventapp.sponsorship.states import LineKind

MARGIN_DAYS = 14  # how long before and after an event somebody may arrive and leave


class More(StrEnum):
    """In which way a change asks for more."""

    NEW_LINE = "new_line"
    HIGHER = "higher"
    OTHER_CURRENCY = "other_currency"  # which may be more; nobody can tell
    LONGER = "longer"
    NOTHING_LEFT = "nothing_left"  # no line at all is not less, it is a withdrawal


@dataclass(frozen=True)
class Wanted:
    """What of a request costs money: an amount with its currency for each kind of line, and the stay."""

    lines: Mapping[LineKind, tuple[Decimal, str]]
    arrives_on: date | None
    leaves_on: date | None


def more_than(before: Wanted, after: Wanted) -> list[tuple[More, LineKind | None]]:
    """Return in which ways `after` asks for more than `before`, each with the line that it is about."""
    found: list[tuple[More, LineKind | None]] = []
    for kind, (amount, currency) in after.lines.items():
        if kind not in before.lines:
            found.append((More.NEW_LINE, kind))
        elif currency != before.lines[kind][1]:
            found.append((More.OTHER_CURRENCY, kind))
        elif amount > before.lines[kind][0]:
            found.append((More.HIGHER, kind))
    if not after.lines:
        found.append((More.NOTHING_LEFT, None))
    if _is_longer(before, after):
        found.append((More.LONGER, None))
    return found


def _is_longer(before: Wanted, after: Wanted) -> bool:
    """Tell whether the stay reaches beyond the earlier one on either side: other nights are more nights too."""
    if before.arrives_on is None or before.leaves_on is None or after.arrives_on is None or after.leaves_on is None:
        return (before.arrives_on, before.leaves_on) != (after.arrives_on, after.leaves_on)
    return after.arrives_on < before.arrives_on or after.leaves_on > before.leaves_on
