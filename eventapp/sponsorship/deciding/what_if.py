"""What would be left of money, rooms and places if these candidates got an offer, and how balanced they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from eventapp.registrations.balance import Comparison, Group, compare

Night = tuple[int, date]  # hotel and the day on which the night begins


@dataclass(frozen=True)
class Candidate:
    """Somebody who could get an offer: what it would cost in the fund's currency, and which nights it would take.

    `unknown` tells that a part of the cost is not known, because it was asked for in another currency.
    """

    id: int
    cost: Decimal
    nights: Sequence[Night] = ()
    unknown: bool = False
    group: Group | None = None  # None: who it is is not known any more


@dataclass(frozen=True)
class Stock:
    """What the fund has left now, and who already holds a part of it."""

    available: Decimal
    rooms: Mapping[Night, int]  # left
    places: int | None  # left; None: no limit
    holders: Sequence[Group] = ()


@dataclass(frozen=True)
class WhatIf:
    """What would be left after these offers; below zero means that it does not fit."""

    number: int
    cost: Decimal
    unknown: int  # candidates of whom not all costs are known
    money_left: Decimal
    rooms_left: Mapping[Night, int]
    places_left: int | None
    balance: Sequence[Comparison]

    @property
    def nights_over(self) -> list[Night]:
        """Return the nights for which there are too few rooms."""
        return [night for night, left in self.rooms_left.items() if left < 0]

    @property
    def fits(self) -> bool:
        """Tell whether all of it is there."""
        return self.money_left >= 0 and not self.nights_over and (self.places_left is None or self.places_left >= 0)


def what_if(stock: Stock, candidates: Collection[Candidate]) -> WhatIf:
    """Return what would be left if each of the candidates got an offer."""
    taken: Counter[Night] = Counter(night for each in candidates for night in each.nights)
    cost = sum((each.cost for each in candidates), Decimal(0))
    return WhatIf(
        number=len(candidates),
        cost=cost,
        unknown=sum(each.unknown for each in candidates),
        money_left=stock.available - cost,
        rooms_left={night: stock.rooms.get(night, 0) - taken[night] for night in sorted({*stock.rooms, *taken})},
        places_left=None if stock.places is None else stock.places - len(candidates),
        balance=compare(stock.holders, [each.group for each in candidates if each.group is not None]),
    )
