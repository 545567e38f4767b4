"""What a room hands to the outbox: one mail to one recipient, not yet rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventapp.core.tokens import Purpose

PERSONAL_LINK = "personal"  # the name by which templates ask for the recipient's own link


@dataclass(frozen=True)
class PersonalLinkRef:
    """A personal link to be put in at delivery: which purpose, which object; the token is never stored.

    `path` is the address with `{token}` in it.
    """

    purpose: Purpose
    object_id: int
    path: str = "/i/{token}"


@dataclass(frozen=True)
class SecretRef:
    """A short secret to be put in at delivery, such as a sign-in code, made by what `mail.hooks.SECRETS` names."""

    maker: str
    object_id: int


@dataclass(frozen=True)
class AttachmentRef:
    """An attachment to be made at delivery by the maker that `application.wiring` registered under `maker`."""

    maker: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """One mail: template `templates/<kind with / as room>/mail/<message>.{txt,html}` rendered with `values`.

    `kind` is `<room>/<message>`, such as `registrations/participation_confirmed`. `subject` is already in the
    recipient's language. In templates, `link("personal")` prints the mark that becomes the recipient's own link,
    `secret("code")` the mark of a secret, `page(endpoint, …)` the full address of a page that needs no secret.
    `about` names the object the mail speaks of, such as `registration:12`, so that it can be called back unsent.
    """

    kind: str
    recipient: str
    recipient_name: str
    language: str
    subject: str
    values: Mapping[str, Any]
    event_id: int | None = None
    reply_to: str | None = None
    about: str | None = None
    links: Mapping[str, PersonalLinkRef] = field(default_factory=dict)
    secrets: Mapping[str, SecretRef] = field(default_factory=dict)
    attachments: Sequence[AttachmentRef] = ()
    unsubscribe: PersonalLinkRef | None = None
    urgent: bool = False  # goes before what waits already: somebody is looking at the inbox now
