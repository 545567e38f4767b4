"""A simple model of funds and their books, written apart from the application: whole numbers, and nothing clever."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

HOLDING_MONEY = ("offered", "accepted", "travelled")
HOLDING_PLACE = (*HOLDING_MONEY, "settled", "no_show")
ALLOWED = {
    "propose": ("in_review", "waitlisted", "proposed"),
    "take-back": ("proposed",),
    "accept": ("offered",),
    "decline": ("offered",),
    "withdraw": ("in_review", "proposed", "waitlisted", "offered", "accepted"),
    "cancel": ("offered", "accepted"),
    "travel": ("accepted",),
    "no-show": ("accepted",),
    "settle": ("travelled",),
    "reconsider": ("rejected", "declined", "expired", "withdrawn"),
}
ENDS_IN = {
    "decline": "declined",
    "withdraw": "withdrawn",
    "cancel": "cancelled",
    "no-show": "no_show",
    "settle": "settled",
    "expire": "expired",
}


@dataclass(eq=False)
class Part:
    """One line of a request, all amounts in the minor unit of the fund's currency."""

    id: int
    asked: int
    cap: int | None
    proposed: int | None = None
    in_kind: bool = False
    state: str = "requested"
    approved: int = 0
    committed: int = 0
    spent: int = 0
    booked: list[int] = field(default_factory=list)  # what standing bookings cost
    authorised: int = 0

    @property
    def owed(self) -> int:
        return min(self.committed, sum(self.booked)) if self.state in ("booked", "authorised") else 0


@dataclass(eq=False)
class Wish:
    """One request."""

    id: int
    fund: Purse
    parts: list[Part]
    state: str = "in_review"
    outcome: str = ""
    waits: bool = False  # was told to be on the waiting list
    nights: tuple[date, ...] = ()
    held: tuple[date, ...] = ()
    until: datetime | None = None


@dataclass(eq=False)
class Purse:
    """One fund."""

    id: int
    budget: int
    places: int | None
    rooms: dict[date, int]
    wishes: list[Wish] = field(default_factory=list)

    @property
    def committed(self) -> int:
        return sum(part.committed for wish in self.wishes for part in wish.parts)

    @property
    def spent(self) -> int:
        return sum(part.spent for wish in self.wishes for part in wish.parts)

    @property
    def available(self) -> int:
        return self.budget - self.committed - self.spent

    def held(self, night: date) -> int:
        return sum(night in wish.held for wish in self.wishes)

    def taken(self) -> int:
        return sum(wish.state in HOLDING_PLACE for wish in self.wishes)

    def proposed(self) -> list[Wish]:
        return [wish for wish in self.wishes if wish.state == "proposed"]

    def may_propose(self, wish: Wish, outcome: str, gifts: list[tuple[int, bool]], nights: tuple[date, ...]) -> bool:
        if wish.state not in ALLOWED["propose"]:
            return False
        if outcome == "waitlist":
            return not (wish.state == "waitlisted" or wish.waits)
        if outcome == "reject":
            return True
        for part, (amount, in_kind) in zip(wish.parts, gifts, strict=True):
            if in_kind and amount:
                return False
            if not in_kind and (amount > part.asked or (part.cap is not None and amount > part.cap)):
                return False
        return any(amount or in_kind for amount, in_kind in gifts) and all(night in self.rooms for night in nights)

    def propose(self, wish: Wish, outcome: str, gifts: list[tuple[int, bool]], nights: tuple[date, ...]) -> None:
        wish.state, wish.outcome = "proposed", outcome
        wish.nights = nights if outcome == "offer" else ()
        for part, (amount, in_kind) in zip(wish.parts, gifts, strict=True):
            given = outcome == "offer" and (amount or in_kind)
            part.proposed = amount if given else None
            part.in_kind = in_kind if given else part.in_kind

    def fits(self, now: datetime) -> bool:
        offers = [wish for wish in self.proposed() if wish.outcome == "offer"]
        cost = sum(part.proposed or 0 for wish in offers for part in wish.parts)
        if cost > self.available or (self.places is not None and self.taken() + len(offers) > self.places):
            return False
        return all(self.held(night) + sum(night in wish.nights for wish in offers) <= there
                   for night, there in self.rooms.items())  # fmt: skip

    def release(self, now: datetime) -> None:
        for wish in self.proposed():
            if wish.outcome == "offer":
                wish.state, wish.waits = "offered", False
                wish.held, wish.until = wish.nights, deadline(now)
                for part in wish.parts:
                    part.state = "refused" if part.proposed is None else "approved"
                    part.approved = part.committed = part.proposed or 0
            elif wish.outcome == "waitlist":
                wish.state, wish.waits = "waitlisted", True
            else:
                wish.state, wish.waits = "rejected", False
                for part in wish.parts:
                    part.state = "refused"

    def end(self, wish: Wish, action: str) -> None:
        wish.state, wish.until, wish.waits = ENDS_IN[action], None, False
        if wish.state not in HOLDING_PLACE:
            wish.held = ()
        for part in wish.parts:
            part.committed = part.owed
            if part.state in ("requested", "approved", "booked", "authorised") and not part.owed:
                part.state = "released"

    def may_spend(self, wish: Wish, part: Part, step: str, amount: int) -> bool:
        """Tell whether a booking, its cancellation, an authorisation or a payment is possible."""
        runs = wish.state in ("accepted", "travelled")
        if step == "book":
            fits = 0 < amount <= part.approved - sum(part.booked)
            return runs and part.state in ("approved", "booked") and not part.in_kind and fits
        if step == "cancel booking":
            return part.state == "booked"
        if step == "authorise":
            return part.state == "booked" and (runs or part.owed > 0) and 0 < amount <= part.owed
        return (runs or part.owed > 0) and part.authorised <= part.committed

    def spend(self, wish: Wish, part: Part, step: str, amount: int) -> None:
        over = wish.state not in ("accepted", "travelled")
        if step == "book":
            part.booked.append(amount)
            part.state = "booked"
        elif step == "cancel booking":
            part.booked.pop()
            part.committed = part.owed if over else part.committed
            if not part.booked:
                part.state = "released" if over else "approved"
        elif step == "authorise":
            part.authorised, part.state = amount, "authorised"
        else:
            part.spent += part.authorised
            part.committed = 0 if over else part.committed - part.authorised
            part.state = "paid"

    def may_reconsider(self, wish: Wish) -> bool:
        untouched = all(part.state in ("requested", "refused", "released") for part in wish.parts)
        return wish.state in ALLOWED["reconsider"] and untouched

    def reconsider(self, wish: Wish) -> None:
        wish.state, wish.outcome, wish.nights = "in_review", "", ()
        for part in wish.parts:
            part.proposed, part.state, part.approved = None, "requested", 0


def deadline(now: datetime) -> datetime:
    """The end of the seventh day in Barcelona, in summer."""
    day = (now + timedelta(hours=2)).date() + timedelta(days=7)
    return datetime(day.year, day.month, day.day, 21, 59, tzinfo=UTC)
