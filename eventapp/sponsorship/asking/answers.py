"""The answers of a request: as they are saved while somebody fills them in, and as they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from eventapp.sponsorship.asking.rules import Wanted
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.states import LineKind, LineState, Need

FUND, JOURNEY, COSTS, REASONS, NEED = PAGES = ("fund", "journey", "costs", "reasons", "need")
INFO_ANSWER = "info_answer"  # kept in `saved` too, until it is sent
TEXTS = ("origin_city", "origin_country", "motivation", "take_home", "other_funding", "need_words")
DAYS = ("arrives_on", "leaves_on")
GONE = frozenset({LineState.RELEASED, LineState.REFUSED})


@dataclass(frozen=True)
class WantedLine:
    """One thing that somebody asks to be paid."""

    kind: LineKind
    estimate: Decimal
    currency: str
    note: str = ""


@dataclass(frozen=True)
class Answers:
    """Everything that is sent with a request."""

    fund_id: int
    origin_city: str
    origin_country: str
    arrives_on: date
    leaves_on: date
    lines: Sequence[WantedLine]
    motivation: str
    take_home: str
    other_funding: str
    need: Need
    need_words: str

    @property
    def wanted(self) -> Wanted:
        """Return what of it costs money."""
        lines = {each.kind: (each.estimate, each.currency) for each in self.lines}
        return Wanted(lines, self.arrives_on, self.leaves_on)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the request that they fill."""
        return {name: getattr(self, name) for name in (*TEXTS, *DAYS, "need")}


def lines_wanted(request: SponsorshipRequest) -> list[Line]:
    """Return the lines that the request still asks for; one that was taken out and is in the books asks for nothing."""
    return [line for line in request.lines if line.state not in GONE and line.estimate]


def wanted_of(request: SponsorshipRequest) -> Wanted:
    """Return what of a request that was sent costs money."""
    lines = {line.kind: (line.estimate, line.currency) for line in lines_wanted(request)}
    return Wanted(lines, request.arrives_on, request.leaves_on)


def saved_from_request(request: SponsorshipRequest) -> dict[str, Any]:
    """Return what was sent as it would have been saved: values as text, amounts apart from what was typed.

    What was refused or given back was asked for all the same.
    """
    saved: dict[str, Any] = {name: getattr(request, name) for name in TEXTS}
    saved |= {name: day.isoformat() for name in DAYS if (day := getattr(request, name)) is not None}
    saved["fund"] = str(request.fund_id)
    saved["need"] = request.need.value if request.need is not None else ""
    for line in (each for each in request.lines if each.estimate):
        saved[f"{line.kind}_amount"] = {"amount": format(line.estimate, "f")}
        saved[f"{line.kind}_currency"] = line.currency
        saved[f"{line.kind}_note"] = line.note
    return saved


def answers_from(saved: Mapping[str, Any], fund_id: int) -> Answers:
    """Return the answers of saved pages that were each found whole. Raises `KeyError` or `ValueError` otherwise."""
    texts = {name: str(saved.get(name) or "") for name in TEXTS}
    return Answers(
        fund_id=fund_id,
        arrives_on=date.fromisoformat(saved["arrives_on"]),
        leaves_on=date.fromisoformat(saved["leaves_on"]),
        lines=lines_from(saved),
        need=Need(saved["need"]),
        **texts,
    )


def lines_from(saved: Mapping[str, Any]) -> list[WantedLine]:
    """Return the lines with an amount that was understood."""
    return [
        WantedLine(
            kind=kind,
            estimate=Decimal(saved[f"{kind}_amount"]["amount"]),
            currency=saved[f"{kind}_currency"],
            note=str(saved.get(f"{kind}_note") or ""),
        )
        for kind in LineKind
        if "amount" in (saved.get(f"{kind}_amount") or {})
    ]
