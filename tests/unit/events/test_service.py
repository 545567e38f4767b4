"""Creating, editing, publishing and cancelling an event, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Actor, ActorKind
from eventapp.core.errors import DomainError
from eventapp.core.states import IllegalMove
from eventapp.core.translated import Translated
from eventapp.events import hooks, queries, service
from eventapp.events.models import Event
from eventapp.events.service import NotReady, StaleEdit
from eventapp.events.states import EventState
from tests.support.factories import make_account, make_event, make_institution, make_theme, tr

NEW: dict[str, Any] = {
    "title": Translated(en="Local solutions"),
    "slug": "",
    "place": Translated(en="Lyon"),
    "timezone": "Europe/Paris",
    "starts_on": date(2025, 3, 4),
    "ends_on": date(2025, 3, 5),
    "languages": ["en", "fr"],
    "contact_email": "team@example.org",
    "capacity_in_person": 40,
    "capacity_remote": 0,
}


def test_who_creates_an_event_owns_it(work: Any, read: Any) -> None:
    with work() as ctx:
        account = make_account(ctx)
        event = service.create(ctx, account.id, NEW)
        event_id, account_id = event.id, account.id
    with read() as ctx:
        event = queries.get_event(ctx.session, "local-solutions-2025")
        assert event.id == event_id
        assert event.state is EventState.DRAFT
        assert queries.roles_of(ctx.session, event_id, account_id) == {Role.OWNER}


def test_a_second_event_of_the_same_title_gets_another_address(work: Any) -> None:
    with work() as ctx:
        account = make_account(ctx)
        service.create(ctx, account.id, NEW)
        assert service.create(ctx, account.id, NEW).slug == "local-solutions-2025-2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "desk"}, "slug"),
        ({"slug": "Not An Address"}, "slug"),
        ({"ends_on": date(2025, 3, 3)}, "ends_on"),
        ({"ends_on": date(2025, 9, 3)}, "ends_on"),
    ],
)
def test_an_impossible_event_is_refused_beside_its_field(work: Any, change: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused, work() as ctx:
        service.create(ctx, make_account(ctx).id, {**NEW, **change})
    assert refused.value.field == field


def test_a_taken_address_is_refused(work: Any) -> None:
    with work() as ctx:
        make_event(ctx, slug="lyon-2025")
    with pytest.raises(DomainError) as refused, work() as ctx:
        service.create(ctx, make_account(ctx).id, {**NEW, "slug": "lyon-2025"})
    assert refused.value.field == "slug"


def test_an_edit_is_recorded_by_field_name_and_renews_the_public_page(work: Any, clock: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        event_id = event.id
        before = event.public_version
    clock.advance(hours=1)
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        changed = service.edit(ctx, event, {"capacity_in_person": 90, "capacity_remote": 200}, seen=0)
        assert changed == ["capacity_in_person"]
        assert event.public_version == before + 1
        assert event.updated_at == clock.now()
    with work() as ctx:
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit")).one()
        assert entry.details == {"fields": ["capacity_in_person"]}


def test_nothing_changed_is_nothing_recorded(work: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        before = event.public_version
        assert service.edit(ctx, event, {"capacity_in_person": 100}, seen=0) == []
        assert event.public_version == before


def test_a_stale_edit_overwrites_nothing_and_says_who_and_what(work: Any, read: Any) -> None:
    amina = Actor(ActorKind.STAFF, 1, "Amina Diallo")
    with work() as ctx:
        event = make_event(ctx)
        event_id = event.id
        seen = queries.last_edit(ctx, event)
    with work(amina) as ctx:
        event = ctx.session.get_one(Event, event_id)
        service.edit(ctx, event, {"capacity_in_person": 80}, seen=seen)
    with pytest.raises(StaleEdit) as stale, work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        service.edit(ctx, event, {"capacity_in_person": 120, "capacity_remote": 5}, seen=seen)
    (clash,) = stale.value.clashes
    assert (clash.field, clash.by, clash.stored) == ("capacity_in_person", "Amina Diallo", 80)
    with read() as ctx:
        event = ctx.session.get_one(Event, event_id)
        assert (event.capacity_in_person, event.capacity_remote) == (80, 200)


def test_edits_of_other_fields_do_not_disturb_each_other(work: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        seen = queries.last_edit(ctx, event)
        service.edit(ctx, event, {"retention_days": 30}, seen=seen)
        assert service.edit(ctx, event, {"capacity_remote": 5}, seen=seen) == ["capacity_remote"]


def test_registration_closes_after_it_opens(work: Any) -> None:
    nine = datetime(2024, 9, 2, 7, tzinfo=UTC)
    with pytest.raises(DomainError) as refused, work() as ctx:
        service.edit(ctx, make_event(ctx), {"registration_opens_at": nine, "registration_closes_at": nine}, seen=0)
    assert refused.value.field == "registration_closes_at"


def test_a_public_event_keeps_its_address_and_its_needed_texts(work: Any) -> None:
    for values, field in (({"slug": "other"}, "slug"), ({"summary": Translated(fr="Deux jours")}, "summary")):
        with pytest.raises(DomainError) as refused, work() as ctx:
            service.edit(ctx, make_event(ctx), values, seen=0)
        assert refused.value.field == field


def test_another_first_language_needs_a_title_and_leads_every_text(work: Any, read: Any) -> None:
    with work() as ctx:
        event = make_event(ctx, state=EventState.DRAFT)
        event_id = event.id
        make_theme(ctx, event, number=1)
        service.edit(ctx, event, {"languages": ["fr", "en"]}, seen=0)
    with read() as ctx:
        event = ctx.session.get_one(Event, event_id)
        assert next(iter(event.title)) == "fr"
        assert next(iter(event.themes[0].title)) == "fr"
        assert event.title["es"], "a language that was taken out keeps its texts"
    with pytest.raises(DomainError), work() as ctx:
        other = make_event(ctx, title=Translated(en="Only English"))
        service.edit(ctx, other, {"languages": ["es", "en"]}, seen=0)


def test_publishing_needs_what_the_public_needs(work: Any) -> None:
    with work() as ctx:
        event = make_event(ctx, state=EventState.DRAFT, travel_rule=Translated(), published_at=None)
        event_id = event.id
    with pytest.raises(NotReady) as refused, work() as ctx:
        service.publish(ctx, ctx.session.get_one(Event, event_id))
    assert {gap.field for gap in refused.value.gaps} == {"travel_rule", "institutions"}
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        make_institution(ctx, event)
        ctx.session.expire(event, ["institutions"])
        service.edit(ctx, event, {"travel_rule": tr("Do not book yet.")}, seen=0)
        service.publish(ctx, event)
        assert event.state is EventState.PUBLISHED
        assert event.published_at == ctx.now


def test_the_life_of_an_event(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(hooks, "cancelled", [lambda _ctx, event: told.append(event.id)])
    with work() as ctx:
        event = make_event(ctx)
        service.close(ctx, event)
        assert event.state is EventState.CLOSED
        service.reopen(ctx, event)
        service.cancel(ctx, event)
        assert event.state is EventState.CANCELLED
        assert told == [event.id]
        with pytest.raises(IllegalMove):
            service.publish(ctx, event) if not service.gaps_of(event) else service.close(ctx, event)
