"""What other parts of the notes add to publishing: what an edition holds beside its words, and reasons to refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes.models import Publication
from eventapp.notes.states import PublicationKind

EXTRAS: dict[PublicationKind, Callable[[Context, Event], dict[str, Any]]] = {}
"""What goes into `Edition.extra` of a kind: called while the publication is locked; plain JSON, part of the hash."""

REFUSALS: list[Callable[[Context, Publication], None]] = []
"""Called while the publication is locked, before its edition is made, and to show beforehand what stands in the way;
each may raise a `DomainError`."""

PAGES: dict[PublicationKind, str] = {PublicationKind.SUMMARY: "notes.summary"}
"""The endpoint of the public page of a kind; that of a summary takes its `number`, the others the event alone."""
