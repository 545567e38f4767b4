"""What an issued read-out holds beside its words: frozen values, and their way to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, TypeVar

from eventapp.core.translated import Translated
from eventapp.notes.paragraphs import Printed

T = TypeVar("T")


@dataclass(frozen=True)
class PlaceEntry:
    """A place whose experience backs an insight; name or country may be empty."""

    name: str
    country: str


@dataclass(frozen=True)
class ThemeEntry:
    """A theme of the event, with the address where its working group goes on."""

    number: int
    title: Translated
    url: str = ""


@dataclass(frozen=True)
class InsightEntry:
    """What surrounds an insight."""

    part: str
    key: str  # of the paragraph that is its heading
    kind: str
    theme: int | None  # its number
    places: Sequence[PlaceEntry]
    origin: Translated  # the session in which its ideas were gathered
    ideas: int
    dots: int


@dataclass(frozen=True)
class SummaryEntry:
    """The summary of a day, as its latest edition had it by the language of the page."""

    number: int
    day: date
    edition: int
    source_language: str
    paragraphs: Mapping[str, Sequence[Printed]]


@dataclass(frozen=True)
class ResourceEntry:
    """A link or a file that participants shared."""

    title: str
    text: str
    theme: int | None
    country: str
    language: str
    url: str  # of the link; empty for a file
    name: str  # with `filename` part of the file's address; empty for a link
    filename: str
    media_type: str
    size: int  # bytes


@dataclass(frozen=True)
class BalanceLine:
    """So many confirmed people gave this answer."""

    label: Translated
    number: int


@dataclass(frozen=True)
class BalanceTable:
    """The answers of one question; `concealed` of them are not shown one by one, for few people gave them."""

    title: Translated
    lines: Sequence[BalanceLine]
    concealed: int


@dataclass(frozen=True)
class Balance:
    """Who took part, in numbers; None where the number would point at somebody."""

    invited: int | None
    registered: int | None
    confirmed: int | None
    present: int | None
    countries: int
    tables: Sequence[BalanceTable]


@dataclass(frozen=True)
class Snapshot:
    """All of it."""

    insights: Sequence[InsightEntry] = ()
    themes: Sequence[ThemeEntry] = ()
    summaries: Sequence[SummaryEntry] = ()
    resources: Sequence[ResourceEntry] = ()
    balance: Balance | None = None
    annex: Sequence[Mapping[str, Any]] = ()  # as `comments.annex` gives it
    contact: str = ""


def to_json(value: Any) -> Any:
    """Return frozen values as plain JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Printed):
        return value._asdict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    return value


def from_json(stored: Mapping[str, Any]) -> Snapshot:
    """Return what `to_json` stored; what an older edition does not hold is empty."""
    balance = stored.get("balance")
    return Snapshot(
        insights=tuple(_insight(each) for each in stored.get("insights", ())),
        themes=tuple(_with(ThemeEntry, each, "title") for each in stored.get("themes", ())),
        summaries=tuple(_summary(each) for each in stored.get("summaries", ())),
        resources=tuple(ResourceEntry(**each) for each in stored.get("resources", ())),
        balance=_balance(balance) if balance else None,
        annex=tuple(stored.get("annex", ())),
        contact=stored.get("contact", ""),
    )


def _with(kind: type[T], stored: Mapping[str, Any], *translated: str) -> T:
    return kind(**{**stored, **{name: Translated(stored[name]) for name in translated}})


def _insight(stored: Mapping[str, Any]) -> InsightEntry:
    places = tuple(PlaceEntry(**each) for each in stored["places"])
    return InsightEntry(**{**stored, "places": places, "origin": Translated(stored["origin"])})


def _summary(stored: Mapping[str, Any]) -> SummaryEntry:
    texts = {language: tuple(Printed(**each) for each in printed) for language, printed in stored["paragraphs"].items()}
    return SummaryEntry(**{**stored, "day": date.fromisoformat(stored["day"]), "paragraphs": texts})


def _balance(stored: Mapping[str, Any]) -> Balance:
    tables = tuple(
        BalanceTable(
            Translated(table["title"]),
            tuple(_with(BalanceLine, line, "label") for line in table["lines"]),
            table["concealed"],
        )
        for table in stored["tables"]
    )
    return Balance(**{**stored, "tables": tables})
