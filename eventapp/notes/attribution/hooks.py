"""What other parts of the notes tell the guard: words of an edition that are no paragraphs of its text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes.paragraphs import Printed
from eventapp.notes.states import PublicationKind

BESIDE: list[Callable[[Context, Event, PublicationKind], Iterable[Printed]]] = []
"""Called when a text is looked through; each returns what else people wrote into an edition of the kind."""
