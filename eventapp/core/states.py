"""State machines: one transition table per thing that has a life, and the one function that moves it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class IllegalMove(Conflict):
    """The thing is not, or no longer, in a state that allows the action."""

    def __init__(self, state: StrEnum, action: StrEnum) -> None:
        super().__init__(
            _("This was changed in the meantime and that step is no longer possible. Here is how it stands now.")
        )
        self.state = state
        self.action = action


class Machine(Generic[S, A]):
    """A table `(state, action) -> state`; the things it moves keep their state in `.state`."""

    def __init__(self, transitions: Mapping[tuple[S, A], S]) -> None:
        self.transitions = transitions

    def target(self, state: S, action: A) -> S:
        """Return the state that the action leads to. Raises `IllegalMove`."""
        try:
            return self.transitions[state, action]
        except KeyError:
            raise IllegalMove(state, action) from None

    def allows(self, state: S, action: A) -> bool:
        """Tell whether the action is possible in the state."""
        return (state, action) in self.transitions

    def actions(self, state: S) -> list[A]:
        """Return the actions that are possible in the state, in the order of the table."""
        return [action for origin, action in self.transitions if origin == state]

    def move(self, ctx: Context, thing: Any, action: A, **details: Any) -> S:
        """Move the thing, write the audit entry and return the new state. Raises `IllegalMove`."""
        origin: S = thing.state
        target = self.target(origin, action)
        thing.state = target
        audit.record(ctx, thing, action.value, {"from": origin.value, "to": target.value, **details})
        return target
