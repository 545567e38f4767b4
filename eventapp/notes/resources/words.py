"""The words for where a resource stands, and for what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.uploads import MediaType
from eventapp.notes.resources.rules import SUFFIX
from eventapp.notes.resources.states import ResourceState

STATES: Mapping[ResourceState, LazyString] = {
    ResourceState.PROPOSED: _l("to be looked at"),
    ResourceState.PUBLISHED: _l("published"),
    ResourceState.DECLINED: _l("declined"),
    ResourceState.WITHDRAWN: _l("withdrawn"),
}
TONES: Mapping[ResourceState, str] = {
    ResourceState.PROPOSED: "wait",
    ResourceState.PUBLISHED: "good",
    ResourceState.DECLINED: "stop",
    ResourceState.WITHDRAWN: "quiet",
}
PLACES: Mapping[str, LazyString] = {
    "title": _l("the title"),
    "text": _l("the words about it"),
    "url": _l("the address"),
    "Author": _l("the file’s author"),
    "Title": _l("the file’s title"),
}


class Thing(Protocol):
    """A link or a file."""

    @property
    def media_type(self) -> str:
        """Return what the bytes are, empty for a link."""
        ...

    @property
    def size(self) -> int:
        """Return how many bytes."""
        ...


def kind(thing: Thing) -> str:
    """Return what it is: `PDF, 1.2 MB`, or that it leads elsewhere."""
    if not thing.media_type:
        return str(_("Link"))
    suffix = SUFFIX[MediaType(thing.media_type)].upper()
    return str(_("%(kind)s, %(size)s", kind=suffix, size=_size(thing.size)))


def _size(size: int) -> str:
    if size < 100_000:
        return str(_("%(number)s kB", number=max(1, round(size / 1000))))
    return str(_("%(number)s MB", number=format_decimal(round(size / 1_000_000, 1))))
