"""What the page of a request at the desk says of its decision, with the way to it."""

from __future__ import annotations

from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.sponsorship import words
from eventapp.sponsorship.deciding.policy import why_final
from eventapp.sponsorship.deciding.table import TO_DECIDE
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sections import Section
from eventapp.sponsorship.states import REQUESTS, RequestAction, RequestState


def decision(_ctx: Context, request: SponsorshipRequest) -> Section | None:
    """Return where the decision stands; None before the review has begun."""
    again = REQUESTS.allows(request.state, RequestAction.RECONSIDER) and not why_final(request)
    if request.state not in TO_DECIDE and request.outcome is None and not again:
        return None
    return Section(
        "sponsorship/deciding/_section.html",
        {
            "request": request,
            "outcome": words.OUTCOME[request.outcome] if request.outcome is not None else None,
            "is_proposed": request.state is RequestState.PROPOSED,
            "to_decide": request.state in TO_DECIDE,
        },
        Permission.SPONSORSHIP_DECIDE,
    )
