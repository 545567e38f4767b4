"""Who reads which request: evenly, fewest first, never one in conflict; the same input gives the same answer."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventapp.sponsorship.review.scoring import REVIEWS_NEEDED


@dataclass(frozen=True)
class Plan:
    """New assignments (request, reviewer) in order, and by request how many reviewers nobody could be found for."""

    assigned: Sequence[tuple[int, int]]
    missing: Mapping[int, int]


def plan(
    requests: Sequence[int],
    reviewers: Collection[int],
    conflicts: Collection[tuple[int, int]],
    existing: Collection[tuple[int, int]],
    *,
    needed: int = REVIEWS_NEEDED,
    load: Mapping[int, int] | None = None,
) -> Plan:
    """Return assignments that give each request its reviewers, with as even a load as the conflicts allow.

    Pairs are (request, reviewer); `existing` are those that stand, `load` what each reviewer carries beside them.
    Requests with the fewest possible reviewers are served first, each by whoever carries least; then work is handed
    on, along chains where need be, from whoever carries more to whoever carries less.
    """
    barred, standing = set(conflicts), set(existing)
    carried = Counter(dict(load or {}))
    carried.update(reviewer for _request, reviewer in standing)
    pool = sorted(set(reviewers))
    free = {
        request: [each for each in pool if (request, each) not in barred and (request, each) not in standing]
        for request in requests
    }
    has = Counter(request for request, _reviewer in standing)
    new: set[tuple[int, int]] = set()
    missing: dict[int, int] = {}
    place = {request: position for position, request in enumerate(requests)}
    for request in sorted(place, key=lambda each: (len(free[each]), place[each])):
        wanted = max(needed - has[request], 0)
        chosen = sorted(free[request], key=lambda each: (carried[each], each))[:wanted]
        new.update((request, each) for each in chosen)
        carried.update(chosen)
        if len(chosen) < wanted:
            missing[request] = wanted - len(chosen)
    while _hand_on(new, free, pool, carried):
        pass
    return Plan(sorted(new, key=lambda pair: (place[pair[0]], pair[1])), missing)


def substitute(candidates: Iterable[int], load: Mapping[int, int]) -> int | None:
    """Return who takes over from somebody who stepped back: whoever of the candidates carries least."""
    return min(candidates, key=lambda each: (load.get(each, 0), each), default=None)


def _hand_on(
    new: set[tuple[int, int]], free: Mapping[int, Sequence[int]], pool: Sequence[int], carried: Counter[int]
) -> bool:
    """Move one request's worth of load from a reviewer to one who carries at least two less; tell whether it did."""
    for giver in sorted(pool, key=lambda each: (-carried[each], each)):
        chain = _chain(giver, new, free, carried)
        if chain:
            for request, lighter_by_one, heavier_by_one in chain:
                new.remove((request, lighter_by_one))
                new.add((request, heavier_by_one))
            carried[giver] -= 1
            carried[chain[-1][2]] += 1
            return True
    return False


def _chain(
    giver: int, new: set[tuple[int, int]], free: Mapping[int, Sequence[int]], carried: Counter[int]
) -> list[tuple[int, int, int]]:
    """Return the shortest chain of (request, from, to) that leads to somebody who carries at least two less."""
    came_by: dict[int, tuple[int, int, int]] = {}
    seen, waiting = {giver}, deque([giver])
    while waiting:
        holder = waiting.popleft()
        if carried[holder] + 2 <= carried[giver]:
            return _back_to(giver, holder, came_by)
        for request in sorted(request for request, reviewer in new if reviewer == holder):
            for taker in free[request]:
                if taker not in seen and (request, taker) not in new:
                    seen.add(taker)
                    came_by[taker] = (request, holder, taker)
                    waiting.append(taker)
    return []


def _back_to(giver: int, end: int, came_by: Mapping[int, tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    chain = []
    while end != giver:
        step = came_by[end]
        chain.append(step)
        end = step[1]
    return list(reversed(chain))
