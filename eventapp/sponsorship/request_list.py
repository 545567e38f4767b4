"""The coordinator's list of requests: filters of its address and what its rows show, in a constant number of reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from eventapp.core.context import Context
from eventapp.core.formatting import country_name
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.queries import Part, parts_of
from eventapp.sponsorship.states import Need, RequestState

_S = RequestState

TONE: Mapping[RequestState, str] = {
    **dict.fromkeys((_S.SUBMITTED, _S.INFO_NEEDED, _S.IN_REVIEW, _S.PROPOSED, _S.OFFERED, _S.WAITLISTED), "wait"),
    **dict.fromkeys((_S.ACCEPTED, _S.TRAVELLED, _S.SETTLED), "good"),
    **dict.fromkeys((_S.REJECTED, _S.EXPIRED, _S.CANCELLED, _S.NO_SHOW), "stop"),
    **dict.fromkeys((_S.DRAFT, _S.DECLINED, _S.WITHDRAWN), "quiet"),
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; whatever means nothing counts as not given."""

    state: RequestState | None = None
    fund: int | None = None
    country: str = ""
    need: Need | None = None
    search: str = ""

    @property
    def are_set(self) -> bool:
        """Tell whether anything is left out."""
        return any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class RequestList:
    """The requests that fit, with what there is to choose from."""

    rows: Sequence[Part]
    total: int  # visible, before filtering
    states: Mapping[RequestState, int]
    countries: Sequence[tuple[str, str]]


def filters_from(query: Mapping[str, str]) -> Filters:
    """Read the filters of an address."""
    state, need, fund = query.get("state", ""), query.get("need", ""), query.get("fund", "")
    return Filters(
        state=RequestState(state) if state in set(RequestState) else None,
        fund=int(fund) if fund.isascii() and fund.isdigit() and len(fund) < 10 else None,
        country=query.get("country", "").upper()[:2],
        need=Need(need) if need in set(Need) else None,
        search=query.get("search", "")[:200],
    )


def requests_for(ctx: Context, event: Event, filters: Filters) -> RequestList:
    """Return the requests that fit and that the acting person may see, the earliest sent first."""
    visible = conflicts.list_requests(ctx, event)
    fitting = [each for each in visible if _fits(each, filters, ctx.language)]
    countries = {each.registration.country for each in visible}
    named = [(code, country_name(code, ctx.language)) for code in countries]
    return RequestList(
        rows=list(parts_of(ctx, event, fitting).values()),
        total=len(visible),
        states=Counter(each.state for each in visible),
        countries=sorted(named, key=lambda country: fold(country[1])),
    )


def asked_for(request: SponsorshipRequest) -> Sequence[tuple[Decimal, str]]:
    """Return how much the person expects all lines to cost, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in request.lines:
        sums[line.currency] += line.estimate
    return [(amount, currency) for currency, amount in sorted(sums.items())]


def _fits(request: SponsorshipRequest, filters: Filters, language: str) -> bool:
    person = request.registration
    if filters.search:
        text = fold(f"{person.name} {person.organisation} {country_name(person.country, language)}")
        if not all(word in text for word in fold(filters.search).split()):
            return False
    return (
        (filters.state is None or request.state is filters.state)
        and (filters.fund is None or request.fund_id == filters.fund)
        and (not filters.country or person.country == filters.country)
        and (filters.need is None or request.need is filters.need)
    )
