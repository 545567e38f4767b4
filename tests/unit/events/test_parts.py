"""Institutions, themes, categories and places, on both engines."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from eventapp.core.errors import Conflict, DomainError
from eventapp.core.translated import Translated
from eventapp.events import parts, queries
from eventapp.events.models import Category, Event, Institution, Place, Theme
from eventapp.events.states import EventState, InstitutionKind
from tests.support.factories import make_category, make_event, make_institution, make_invitation, make_theme, tr


def picture(size: tuple[int, int] = (40, 20), kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Institution, {"name": tr("City"), "text": Translated(), "kind": InstitutionKind.PARTNER, "url": ""}),
        (Theme, {"title": tr("Paying for it"), "text": Translated(), "working_group_url": ""}),
        (Category, {"name": tr("City managers"), "quota": 30, "reserved": 5}),
        (Place, {"name": tr("Hall"), "directions": Translated(), "capacity": None}),
    ],
)
def test_parts_are_added_at_the_end_and_moved(work: Any, model: Any, values: dict[str, Any]) -> None:
    with work() as ctx:
        event = make_event(ctx)
        version = event.public_version
        for _ in range(3):
            parts.add(ctx, event, model, values)
        before = [each.id for each in parts.parts_of(event, model)]
        parts.move(ctx, event, parts.parts_of(event, model)[-1], -1)
        after = [each.id for each in parts.parts_of(event, model)]
        assert after == [*before[:-2], before[-1], before[-2]]
        assert event.public_version > version + 3


def test_themes_stay_numbered_without_gaps(work: Any, read: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        event_id = event.id
        themes = [make_theme(ctx, event, number=n) for n in (1, 2, 3, 4)]
        ctx.session.expire(event, ["themes"])
        parts.remove(ctx, event, themes[1])
        parts.move(ctx, event, themes[3], -1)
        wanted = [themes[0].id, themes[3].id, themes[2].id]
    with read() as ctx:
        event = ctx.session.get_one(Event, event_id)
        assert [(each.number, each.id) for each in event.themes] == list(enumerate(wanted, start=1))


def test_a_category_in_use_is_not_removed(work: Any, read: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        event_id = event.id
        spare = make_category(ctx, event)
        used = event.categories[0]
        make_invitation(ctx, event, category_id=used.id)
        ids = used.id, spare.id
    with pytest.raises(Conflict) as refused, work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        parts.remove(ctx, event, queries.get_category(ctx, event, ids[0]))
    assert "used by invitations or registrations" in refused.value.message
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        parts.remove(ctx, event, queries.get_category(ctx, event, ids[1]))
    with read() as ctx:
        assert [each.id for each in ctx.session.get_one(Event, event_id).categories] == [ids[0]]


def test_a_public_event_keeps_its_last_category(work: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        with pytest.raises(Conflict):
            parts.remove(ctx, event, event.categories[0])
        event.state = EventState.DRAFT
        parts.remove(ctx, event, event.categories[0])


@pytest.mark.parametrize(("quota", "reserved"), [(5, 6), (None, 101)])
def test_no_more_places_are_kept_free_than_there_are(work: Any, quota: int | None, reserved: int) -> None:
    with work() as ctx:
        event = make_event(ctx)
        with pytest.raises(DomainError) as refused:
            parts.add(ctx, event, Category, {"name": tr("X"), "quota": quota, "reserved": reserved})
    assert refused.value.field == "reserved"


def test_a_logo_is_made_anew_under_a_name_of_its_own(work: Any, read: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        event_id = event.id
        institution = make_institution(ctx, event)
        parts.set_logo(ctx, event, institution, picture() + b"<script>alert(1)</script>")
        first = institution.logo_name
        assert institution.logo is not None
        assert b"script" not in institution.logo
        parts.set_logo(ctx, event, institution, picture((10, 10), "JPEG"))
        assert institution.logo_name != first
    with read() as ctx:
        event = ctx.session.get_one(Event, event_id)
        assert queries.find_logo(ctx, event, institution.logo_name or "") is not None
        assert queries.find_logo(ctx, event, first or "") is None


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"%PDF-1.7", picture() + bytes(205_000)]
)
def test_what_is_no_small_picture_is_refused(work: Any, data: bytes) -> None:
    with work() as ctx:
        event = make_event(ctx)
        with pytest.raises(DomainError) as refused:
            parts.set_logo(ctx, event, make_institution(ctx, event), data)
    assert refused.value.field == "logo"
