"""Which texts of an event exist in which of its languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.rules import NEEDED_TEXTS
from eventapp.events.words import FIELD


@dataclass(frozen=True)
class Row:
    """One text in the view of completeness: where it is edited and in which languages it exists."""

    thing: str  # "3. Paying for it", or empty for the event itself
    label: str
    field: str
    page: str
    part_id: int | None
    present: frozenset[str]


@dataclass(frozen=True)
class Completeness:
    """Which texts exist in which of the event's languages; one that is optional and not begun does not count."""

    languages: Sequence[str]
    rows: Sequence[Row]

    @property
    def wanted(self) -> int:
        """Return how many texts there would be if none was missing."""
        return len(self.languages) * len(self.rows)

    @property
    def there(self) -> int:
        """Return how many of them are written."""
        return sum(len(row.present & set(self.languages)) for row in self.rows)


_EVENT_TEXTS = (
    ("texts", ("title", "summary", "description", "place", "venue")),
    ("rules", ("travel_rule", "privacy_notice")),
)


def completeness_of(event: Event) -> Completeness:
    """Return the event's texts and those of its parts, each with the languages it is written in."""
    rows = [*_event_rows(event), *_part_rows(event)]
    return Completeness(event.languages, [row for row in rows if row.present or row.field in NEEDED_TEXTS])


def _event_rows(event: Event) -> Iterable[Row]:
    for page, fields in _EVENT_TEXTS:
        for field in fields:
            yield _row("", field, page, None, getattr(event, field))


def _part_rows(event: Event) -> Iterable[Row]:
    first = event.first_language
    for institution in event.institutions:
        name = institution.name.text(first)
        yield _row(name, "name", "institutions", institution.id, institution.name)
        yield _row(name, "text", "institutions", institution.id, institution.text)
    for theme in event.themes:
        name = f"{theme.number}. {theme.title.text(first)}"
        yield _row(name, "title", "themes", theme.id, theme.title)
        yield _row(name, "text", "themes", theme.id, theme.text)
    for category in event.categories:
        yield _row(category.name.text(first), "name", "categories", category.id, category.name)
    for place in event.places:
        name = place.name.text(first)
        yield _row(name, "name", "places", place.id, place.name)
        yield _row(name, "directions", "places", place.id, place.directions)


def _row(thing: str, field: str, page: str, part_id: int | None, text: Translated) -> Row:
    return Row(thing, str(FIELD[field]), field, page, part_id, frozenset(text))
