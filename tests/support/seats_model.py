"""A simple model of the seats of one event, written apart from the application: lists, and nothing clever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOLDING = ("approved", "offered")
ENDED = ("declined", "withdrawn", "lapsed", "revoked")
HERE, REMOTE = "in_person", "remote"
ALLOWED = {
    "approve": ("submitted", "waitlisted"),
    "waitlist": ("submitted",),
    "decline": ("submitted", "waitlisted"),
    "revoke": ("approved",),
    "reinstate": ENDED,
    "withdraw": ("submitted", "waitlisted", "offered", "approved"),
    "accept": ("offered",),
    "pass": ("offered",),
    "offer": ("waitlisted",),
}


@dataclass(eq=False)
class Person:
    """Somebody who registered, and what happened to them so far, in the words of the audit."""

    id: int
    mode: str
    category: int
    state: str = "submitted"
    category_known: int | None = None  # to organisers, when they put the person on the list
    visit: int | None = None
    until: datetime | None = None
    reminded: bool = False
    offered_at: datetime | None = None
    story: list[str] = field(default_factory=lambda: ["submit"])


class Seats:
    """Who holds a seat, who waits in which order, and who must be offered what becomes free."""

    def __init__(self, here: int, remote: int, categories: dict[int, tuple[int | None, int]], closes: datetime) -> None:
        self.here, self.remote, self.categories, self.closes = here, remote, categories, closes
        self.people: dict[int, Person] = {}
        self.lines: dict[str, list[Person]] = {HERE: [], REMOTE: []}
        self.skipped: list[set[int]] = []  # at each offer: who stood before and could not be seated
        self.passed_over: list[set[int]] = []  # at each seat given otherwise: whom of the line it would have fitted
        self.offer_days = 3
        self.places: dict[int, int | None] = {}  # of each visit that can be chosen

    def choosing(self, visit: int, without: Person | None = None) -> int:
        """Count who holds a place on the visit: everybody who chose it and whose registration lives."""
        living = [each for each in self.people.values() if each.state not in ENDED and each is not without]
        return sum(each.visit == visit for each in living)

    def has_place(self, visit: int | None, without: Person | None = None) -> bool:
        if visit is None or self.places[visit] is None:
            return True
        return self.choosing(visit, without) < (self.places[visit] or 0)

    def choose(self, person: Person, visit: int | None, now: datetime) -> bool:
        """Change the visit; return whether that is possible. What one has one can keep, full or not."""
        if not self.is_open(now) or person.state in ENDED:
            return False
        if visit == person.visit:
            return True
        if not self.has_place(visit):
            return False
        person.visit = visit
        person.story.append("edit")
        return True

    def call_in(self, person: Person) -> None:
        """Reinstate somebody; a visit that is full by then falls away."""
        full = not self.has_place(person.visit, person)
        self.become(person, "reinstate", "submitted")
        if full:
            person.visit = None
            person.story.append("drop-choice")

    def held(self, mode: str, category: int | None = None, without: Person | None = None) -> int:
        seated = [each for each in self.people.values() if each.state in HOLDING and each is not without]
        return sum(each.mode == mode and category in (None, each.category) for each in seated)

    def fits(self, mode: str, category: int, without: Person | None = None) -> bool:
        if mode == REMOTE:
            return self.held(REMOTE, None, without) < self.remote
        left = self.here - self.held(HERE, None, without)
        quota = self.categories[category][0]
        if left <= 0 or (quota is not None and self.held(HERE, category, without) >= quota):
            return False
        kept = 0
        for other, (most, reserved) in self.categories.items():
            wanted = reserved if most is None else min(most, reserved)
            if other != category:
                kept += max(0, wanted - self.held(HERE, other, without))
        return left > kept

    def is_open(self, now: datetime) -> bool:
        return now < self.closes

    def may(self, person: Person, action: str) -> bool:
        return person.state in ALLOWED[action]

    def leave_line(self, person: Person) -> None:
        for line in self.lines.values():
            if person in line:
                line.remove(person)

    def become(self, person: Person, action: str, state: str) -> None:
        self.leave_line(person)
        person.state, person.until, person.reminded = state, None, False
        person.story.append(action)

    def before(self, person: Person) -> list[Person]:
        """Return whom a seat for somebody passes over: who waits before and fits, or who would be left without."""
        line = self.lines[person.mode]
        if person in line:
            return self.fitting(line[: line.index(person)])
        now, before = self.in_turn(line), person.state
        person.state = "approved"
        then = self.in_turn(line)
        person.state = before
        return [each for each in now if each not in then]

    def left_by(self, person: Person, category: int) -> list[Person]:
        """Return who fits now and would be left without a seat once somebody seated is of another category."""
        line, before = self.lines[person.mode], person.category
        now = self.in_turn(line)
        person.category = category
        then = self.in_turn(line)
        person.category = before
        return [each for each in now if each not in then]

    def in_turn(self, line: list[Person]) -> list[Person]:
        """Return who of the line gets a seat when all that are free are given in its order."""
        given = []
        for each in line:
            if self.fits(each.mode, each.category):
                each.state = "offered"
                given.append(each)
        for each in given:
            each.state = "waitlisted"
        return given

    def fitting(self, line: list[Person]) -> list[Person]:
        return [each for each in line if self.fits(each.mode, each.category)]

    def queue(self, person: Person) -> None:
        self.become(person, "waitlist", "waitlisted")
        person.category_known = person.category
        self.lines[person.mode].append(person)

    def offer(self, person: Person, now: datetime) -> None:
        line = self.lines[person.mode]
        before = line[: line.index(person)]
        self.skipped.append({each.id for each in before if not self.fits(each.mode, each.category)})
        self.become(person, "offer", "offered")
        person.offered_at, person.until = now, min(now + timedelta(days=self.offer_days), self.closes)

    def free(self, mode: str, count: int, now: datetime) -> int:
        """Offer up to so many seats, each to the first on the line whom one fits."""
        given = 0
        while given < count and self.is_open(now):
            first = next((each for each in self.lines[mode] if self.fits(each.mode, each.category)), None)
            if first is None:
                break
            self.offer(first, now)
            given += 1
        return given

    def end(self, person: Person, action: str, state: str, now: datetime) -> None:
        held = person.state in HOLDING
        self.become(person, action, state)
        if held:
            self.free(person.mode, 1, now)

    def change(self, person: Person, mode: str, category: int, now: datetime) -> bool:
        """Change mode and category; return whether that is possible."""
        if not self.is_open(now) or person.state in ENDED:
            return False
        before = (person.mode, person.category)
        if before == (mode, category):
            return True
        if person.state in HOLDING and not self.fits(mode, category, without=person):
            return False
        waited = person.state == "waitlisted" and not self.fits(*before)
        if person.state in HOLDING and mode != person.mode:
            self.passed_over.append({each.id for each in self.fitting(self.lines[mode])})
        elif person.state in HOLDING:
            self.passed_over.append({each.id for each in self.left_by(person, category)})
        if person.state == "waitlisted" and mode != person.mode:
            self.leave_line(person)
            self.lines[mode].append(person)
        person.mode, person.category = mode, category
        person.story.append("edit")
        if person.state in HOLDING:
            self.free(before[0], 1, now)
        elif waited and mode != before[0] and category == person.category_known:
            first = next((each for each in self.lines[mode] if self.fits(each.mode, each.category)), None)
            if first is person:
                self.offer(person, now)
        return True

    def move_the_end(self, closes: datetime, now: datetime) -> None:
        """Let registration end at another time; when that opens it again, every free seat is offered."""
        was_open, self.closes = self.is_open(now), closes
        if not was_open:
            for mode in self.lines:
                self.free(mode, len(self.people), now)

    def settle(self, change: Callable[[], None], now: datetime) -> None:
        """Change limits, then offer as many seats as the change may have added."""
        here, remote, categories = self.here, self.remote, dict(self.categories)
        change()
        added = max(0, self.here - here)
        for key, (quota, reserved) in categories.items():
            new_quota, new_reserved = self.categories[key]
            most, new_most = (self.here if each is None else each for each in (quota, new_quota))
            added += max(0, new_most - most) + max(0, reserved - new_reserved)
        self.free(HERE, added, now)
        self.free(REMOTE, max(0, self.remote - remote), now)

    def tick(self, now: datetime) -> None:
        """Let the clock's jobs run: lapse, in the order of deadlines, then remind."""
        offered = [each for each in self.people.values() if each.state == "offered" and each.until is not None]
        for each in sorted(offered, key=lambda one: (one.until, one.id)):
            if each.until is not None and each.until <= now:
                self.end(each, "lapse", "lapsed", now)
        for each in self.people.values():
            if each.state != "offered" or each.reminded or each.until is None or each.offered_at is None:
                continue
            due = each.until - timedelta(days=1)
            if due - each.offered_at >= timedelta(hours=12) and due <= now < each.until:
                each.reminded = True
                each.story.append("remind-offer")
