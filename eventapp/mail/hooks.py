"""What higher rooms give to mail, filled by `application.wiring`: mail itself knows no room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.core.tokens import LinkKeys, Purpose


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `media_type` with its parameters, such as `text/calendar; method=REQUEST`.

    One with a `content_id` is a picture of the HTML part, which shows it by `cid:` and that name (RFC 2392).
    """

    filename: str
    media_type: str
    content: bytes
    content_id: str = ""


# The link's current version, or None when its object is gone or its link was ended for good.
LINK_VERSIONS: dict[Purpose, Callable[[Session, int], int | None]] = {}

# A secret worked out anew at delivery from the object's id, or None when it is worthless by now.
SECRETS: dict[str, Callable[[Session, LinkKeys, int], str | None]] = {}

# The file as it stands at delivery, or None when there is nothing to send. The context's language is the recipient's.
ATTACHMENT_MAKERS: dict[str, Callable[[Context, Mapping[str, Any]], Attachment | None]] = {}

# By how kinds of mail begin that tell of somebody what stands on no list: the things (`about`) whose mails who acts may
# read, with these permissions in the event. Of all others the log shows kind and state alone.
CONFIDENTIAL: dict[str, Callable[[Context, int, Collection[Permission]], Collection[str]]] = {}

# What organisers call a kind of mail and an attachment's maker; one without words shows its own name.
KIND_WORDS: dict[str, LazyString] = {}
ATTACHMENT_WORDS: dict[str, LazyString] = {}
