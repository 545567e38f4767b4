"""What the desk says about mail: states, steps of its life, and why it did not leave."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.mail import hooks
from eventapp.mail.marks import hidden
from eventapp.mail.states import MessageAction, MessageState, OwnReason

STATE: Mapping[MessageState, LazyString] = {
    MessageState.QUEUED: _l("Waiting"),
    MessageState.SENDING: _l("Being sent"),
    MessageState.SENT: _l("Sent"),
    MessageState.FAILED: _l("Failed"),
    MessageState.CANCELLED: _l("Called back"),
}

TONE: Mapping[MessageState, str] = {
    MessageState.QUEUED: "wait",
    MessageState.SENDING: "wait",
    MessageState.SENT: "good",
    MessageState.FAILED: "stop",
    MessageState.CANCELLED: "quiet",
}

STEP: Mapping[str, LazyString] = {
    MessageAction.DELIVER.value: _l("Handed to the mail server"),
    MessageAction.POSTPONE.value: _l("Not accepted yet, will be tried again"),
    MessageAction.FAIL.value: _l("Given up"),
    MessageAction.CANCEL.value: _l("Called back before it left"),
    MessageAction.RETRY.value: _l("Put back into the queue"),
}

_OWN_REASON: Mapping[OwnReason, LazyString] = {
    OwnReason.LINK_GONE: _l("What it links to is no longer there, so it was not sent."),
    OwnReason.NOT_MADE: _l("The mail or one of its files could not be made."),
    OwnReason.WORKER_DIED: _l("The mail worker stopped each time it tried this mail."),
}


def kind_in_words(kind: str) -> str:
    """Return what organisers call this kind of mail."""
    return str(hooks.KIND_WORDS.get(kind, kind))


def attachment_in_words(maker: str) -> str:
    """Return what organisers call the file that this maker makes."""
    return str(hooks.ATTACHMENT_WORDS.get(maker, maker))


def reason_in_words(reason: str | None) -> str:
    """Return why a mail did not leave: our own reason in words, or what the mail server said."""
    if not reason:
        return ""
    own, _colon, detail = reason.partition(": ")
    try:
        words = str(_OWN_REASON[OwnReason(own)])
    except ValueError:
        return reason
    return f"{words} ({detail})" if detail else words


def body_for_others(body: str) -> str:
    """Return a body without what belongs to its recipient alone."""
    return hidden(body, f"[{_('personal link')}]", f"[{_('secret code')}]")
