"""One's letters, as a part of the participant's own page."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.sponsorship.letters import document, queries
from eventapp.sponsorship.letters.rules import Standing
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sections import Section


def mine(ctx: Context, request: SponsorshipRequest) -> Section | None:
    """Return the letters that hold, for the person to fetch."""
    issued = queries.letters_of(ctx, [request.id]).get(request.id, ())
    valid = [each for each in issued if document.standing_of(each) is Standing.VALID]
    return Section("sponsorship/my/_letters.html", {"letters": valid}) if valid else None
