"""The life of a resource."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class ResourceState(StrEnum):
    """Where a resource stands."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ResourceAction(StrEnum):
    """What can happen to a resource."""

    PUBLISH = "publish"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


_S, _A = ResourceState, ResourceAction

TRANSITIONS: Mapping[tuple[ResourceState, ResourceAction], ResourceState] = {
    (_S.PROPOSED, _A.PUBLISH): _S.PUBLISHED,
    (_S.PROPOSED, _A.DECLINE): _S.DECLINED,  # with the reason
    (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, _A.DECLINE): _S.DECLINED,  # taken off the list again, with the reason
    (_S.DECLINED, _A.REOPEN): _S.PROPOSED,
}

RESOURCES = Machine(TRANSITIONS)
