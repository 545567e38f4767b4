"""The life of one mail in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class MessageState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageAction(StrEnum):
    """What can happen to a mail."""

    CLAIM = "claim"
    DELIVER = "deliver"
    POSTPONE = "postpone"
    FAIL = "fail"
    CANCEL = "cancel"
    RETRY = "retry"


class OwnReason(StrEnum):
    """Why a mail did not leave, when the reason lies with us and not with the other side's server."""

    LINK_GONE = "link_gone"
    NOT_MADE = "not_made"
    WORKER_DIED = "worker_died"


_S, _A = MessageState, MessageAction

TRANSITIONS: Mapping[tuple[MessageState, MessageAction], MessageState] = {
    (_S.QUEUED, _A.CLAIM): _S.SENDING,
    (_S.SENDING, _A.CLAIM): _S.SENDING,  # a worker died holding it; its lease ran out
    (_S.SENDING, _A.DELIVER): _S.SENT,
    (_S.SENDING, _A.POSTPONE): _S.QUEUED,
    (_S.SENDING, _A.FAIL): _S.FAILED,
    (_S.SENDING, _A.CANCEL): _S.CANCELLED,
    (_S.QUEUED, _A.CANCEL): _S.CANCELLED,
    (_S.FAILED, _A.RETRY): _S.QUEUED,
}

MACHINE = Machine(TRANSITIONS)
