"""An event with a rapporteur, two texts of its first day, and the people who ask for summaries."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from eventapp.core.access import Role
from eventapp.registrations.states import State
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.fixtures import Work
from tests.support.publishing import write_summary

TEXTS = {
    "en": (
        "What the day taught us",
        "Thursday began with a wish.\n\n## Procurement\n\n> The cheapest offer cost most.\n\n- Ask first.",
    ),
    "fr": (
        "Ce que retient la journée",
        "Le jeudi s’est ouvert sur un vœu.\n\n## Achats publics\n\n> L’offre la moins chère.\n\n- Demander d’abord.",
    ),
}


@dataclass(frozen=True)
class Place:
    """Where the tests work, and as whom."""

    event_id: int
    slug: str
    rapporteur: int
    desk: int
    observer: int

    def address(self, tail: str) -> str:
        return f"/desk/{self.slug}/notes{tail}"


@pytest.fixture
def place(work: Work) -> Place:
    with work() as ctx:
        event = make_event(ctx)
        people = [make_member(ctx, event, role).id for role in (Role.RAPPORTEUR, Role.DESK, Role.OBSERVER)]
        for language in ("en", "fr", "es"):
            guest = make_invitation(ctx, event, language=language, email=f"{language}@example.org")
            make_registration(ctx, event, invitation=guest, state=State.APPROVED, wants_summaries=True)
        write_summary(ctx, event, TEXTS)
        return Place(event.id, event.slug, *people)
