"""An organiser makes an event on the web, from the short form to the public page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from eventapp.core.access import Role
from eventapp.events.models import Category, Event, Institution, Membership, Theme
from eventapp.events.states import EventState
from tests.support.factories import (
    make_account,
    make_category,
    make_event,
    make_institution,
    make_invitation,
    make_member,
    make_place,
    make_theme,
    tr,
)
from tests.unit.events.test_parts import picture

NEW = {
    "first_language": "fr",
    "other_languages": ["en"],
    "title-fr": "Villes qui apprennent",
    "title-en": "Cities that learn",
    "place-fr": "Lyon",
    "slug": "",
    "timezone": "Europe/Paris",
    "starts_on": "2025-03-04",
    "ends_on": "2025-03-05",
    "contact_email": "team@example.org",
    "capacity_in_person": "40",
    "capacity_remote": "0",
}
SETTINGS = ("", "/texts", "/capacity", "/rules", "/completeness", "/publish", "/institutions", "/themes")


@pytest.fixture
def owner(work: Any, staff: Any) -> Any:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        account = make_member(ctx, event, Role.OWNER, name="Amina Diallo")
    return staff(account)


def test_from_the_short_form_to_the_public_page(owner: Any, visitor: Any, read: Any) -> None:
    page = owner.submit(owner.get("/desk/new"), NEW, button="Create")
    assert page.path == "/desk/villes-qui-apprennent-2025/"
    assert "What to do first" in page.text
    base = "/desk/villes-qui-apprennent-2025/settings"
    assert visitor().get("/fr/villes-qui-apprennent-2025/").status == 404

    page = owner.get(f"{base}/publish")
    for gap in ("Summary", "Travel rule", "Privacy notice", "Organising institution", "Category of participants"):
        assert gap in page.text
    refused = owner.client.post(f"{base}/publish", data={"csrf_token": owner.get(base).value("csrf_token")})
    assert refused.status_code == 422

    owner.submit(owner.get(f"{base}/texts"), {"summary-fr": "Deux jours.", "venue-fr": "Hôtel de ville"}, button="Save")
    owner.submit(
        owner.get(f"{base}/rules"), {"travel_rule-fr": "Ne réservez pas.", "privacy_notice-fr": "Rien."}, button="Save"
    )
    owner.submit(
        owner.get(f"{base}/categories/new"), {"name-fr": "Élus", "quota": "30", "reserved": "2"}, button="Save"
    )
    page = owner.submit(
        owner.get(f"{base}/institutions/new"),
        {"name-fr": "Ville de Lyon", "kind": "organiser", "logo": (BytesIO(picture()), "logo.png")},
        button="Save",
    )
    assert "The institution was added." in page.text
    assert owner.client.get(f"{base}/institutions/1/logo").status_code in {200, 404}

    page = owner.get(f"{base}/publish")
    assert "What will happen" in page.text
    page = owner.submit(page, button="Publish the event")
    assert "The event is public now." in page.text
    public = visitor().get("/fr/villes-qui-apprennent-2025/")
    for words in ("Villes qui apprennent", "Deux jours.", "Hôtel de ville", "Ne réservez pas.", "Ville de Lyon"):
        assert words in public.text
    assert public.tree.xpath("//ul[@class='institutions']//img/@src")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title-fr": ""}, "Title: Fill in this field in Français"),
        ({"starts_on": "soon"}, "First day: Write a day as year, month and day"),
        ({"starts_on": ""}, "First day: Fill in this field."),
        ({"ends_on": "2025-03-01"}, "Last day: The last day comes before the first."),
        ({"timezone": "Mars/Base"}, "Time zone: Choose one of the list."),
        ({"timezone": ""}, "Time zone: Fill in this field."),
        ({"contact_email": "a@b, c@d.org"}, "Contact address: This is not a complete address."),
        ({"capacity_in_person": "-1"}, "Seats in person: Write a whole number from 0"),
        ({"capacity_in_person": "many"}, "Seats in person: Write a whole number, such as 100."),
        ({"slug": "my-link"}, "Web address: Use 3 to 60 small letters"),
        ({"slug": "ours"}, "Web address: Another event has this address."),
        ({"first_language": "xx"}, "First language: Choose one of the list."),
        ({"other_languages": ["xx"]}, "Other languages: Choose from the list."),
    ],
)
def test_each_fault_is_said_beside_its_field_and_the_input_kept(
    owner: Any, values: dict[str, Any], message: str
) -> None:
    page = owner.submit(owner.get("/desk/new"), {**NEW, **values}, button="Create")
    assert page.status == 422
    assert any(message in error for error in page.errors), page.errors
    assert page.value("title-en") == "Cities that learn"
    assert page.value("place-fr") == "Lyon"


def test_a_stale_save_keeps_both(owner: Any, work: Any, staff: Any, read: Any) -> None:
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        rosa = make_member(ctx, event, Role.ORGANISER, name="Rosa Martí")
    other = staff(rosa)
    mine = owner.get("/desk/ours/settings/texts")
    other.submit(other.get("/desk/ours/settings/texts"), {"title-en": "Rosa’s title"}, button="Save")
    page = owner.submit(mine, {"title-en": "Amina’s title"}, button="Save")
    assert page.status == 409
    assert page.value("title-en") == "Amina’s title"
    assert "Rosa’s title" in page.text
    assert "Rosa Martí" in page.text
    page = owner.submit(page, {"title-en": "Both titles"}, button="Save")
    assert "Saved." in page.text
    with read() as ctx:
        assert ctx.session.query(Event).filter_by(slug="ours").one().title["en"] == "Both titles"


def test_a_time_that_the_clock_skips_or_repeats_is_refused(owner: Any) -> None:
    for typed, words in (
        ("2024-03-31T02:30", "this time does not exist"),
        ("2024-10-27T02:30", "this time comes twice"),
        ("yesterday", "Write day and time like"),
    ):
        page = owner.submit(owner.get("/desk/ours/settings/capacity"), {"registration_opens_at": typed}, button="Save")
        assert page.status == 422
        assert any(words in error for error in page.errors), page.errors


def test_windows_are_typed_in_the_events_zone(owner: Any, read: Any) -> None:
    page = owner.submit(
        owner.get("/desk/ours/settings/capacity"),
        {"registration_opens_at": "2024-09-01T09:00", "registration_closes_at": "2024-09-01T08:00"},
        button="Save",
    )
    assert any("It has to close after it opens." in error for error in page.errors)
    page = owner.submit(page, {"registration_closes_at": "2024-12-01T08:00"}, button="Save")
    assert "Saved." in page.text
    with read() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        assert event.registration_opens_at.isoformat() == "2024-09-01T07:00:00+00:00"
        assert event.registration_closes_at.isoformat() == "2024-12-01T07:00:00+00:00"
    assert owner.get("/desk/ours/settings/capacity").value("registration_opens_at") == "2024-09-01T09:00"


def test_more_seats_kept_than_there_are_is_said(owner: Any, work: Any) -> None:
    with work() as ctx:
        make_category(ctx, ctx.session.query(Event).filter_by(slug="ours").one(), reserved=2)
    words = "More seats are kept for categories than there are in person"
    for seats, said in (("2", False), ("1", True)):
        owner.submit(owner.get("/desk/ours/settings/capacity"), {"capacity_in_person": seats}, button="Save")
        assert (words in owner.get("/desk/ours/settings/capacity").text) is said


def test_a_category_in_use_stays_and_the_page_says_why(owner: Any, work: Any) -> None:
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        make_category(ctx, event)
        used = event.categories[0].id
        make_invitation(ctx, event, category_id=used)
    page = owner.get(f"/desk/ours/settings/categories/{used}/remove")
    page = owner.submit(page, button="Remove")
    assert page.status == 409
    assert "used by invitations or registrations" in page.text


def test_parts_are_moved_and_edited_through_pages(owner: Any, work: Any, read: Any) -> None:
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        first = make_theme(ctx, event, number=1, title=tr("First"))
        second = make_theme(ctx, event, number=2, title=tr("Second"))
    page = owner.get("/desk/ours/settings/themes")
    owner.submit(page, action=f"/themes/{second.id}/up")
    page = owner.get(f"/desk/ours/settings/themes/{first.id}")
    page = owner.submit(page, {"working_group_url": "javascript:alert(1)"}, button="Save")
    assert any("Write the whole address" in error for error in page.errors)
    owner.submit(page, {"working_group_url": "https://example.org/wg"}, button="Save")
    with read() as ctx:
        themes = ctx.session.query(Theme).order_by(Theme.number).all()
        assert [each.title["en"] for each in themes] == ["Second", "First"]
        assert themes[1].working_group_url == "https://example.org/wg"


def test_a_bad_logo_is_refused_and_nothing_added(owner: Any, read: Any) -> None:
    page = owner.submit(
        owner.get("/desk/ours/settings/institutions/new"),
        {"name-en": "City", "kind": "partner", "logo": (BytesIO(b"<svg/>"), "logo.png")},
        button="Save",
    )
    assert page.status == 422
    assert any("not a picture" in error for error in page.errors)
    assert page.value("name-en") == "City"
    with read() as ctx:
        assert ctx.session.query(Institution).count() == 0


def test_completeness_leads_to_the_missing_field(owner: Any, work: Any) -> None:
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        event.summary = event.summary.with_text("fr", "")
        place = make_place(ctx, event, name=tr("Hall").with_text("es", ""))
    page = owner.get("/desk/ours/settings/completeness")
    targets = page.tree.xpath("//a[@class='missing']/@href")
    assert "/desk/ours/settings/texts#summary-fr" in targets
    assert f"/desk/ours/settings/places/{place.id}#name-es" in targets
    for target in targets:
        address, _, anchor = target.partition("#")
        assert owner.get(address).tree.xpath(f"//*[@id='{anchor}']"), target


def test_close_reopen_cancel_say_first_what_happens(owner: Any, read: Any) -> None:
    base = "/desk/ours/settings"
    page = owner.get(f"{base}/close")
    assert "Nobody can register" in page.text
    owner.submit(page, button="Close the event")
    owner.submit(owner.get(f"{base}/reopen"), button="Open it again")
    page = owner.get(f"{base}/cancel")
    assert "This cannot be undone." in page.text
    page = owner.submit(page, button="Cancel the event")
    assert "The event is cancelled." in page.text
    with read() as ctx:
        assert ctx.session.query(Event).filter_by(slug="ours").one().state is EventState.CANCELLED
    assert owner.get(f"{base}/cancel").path == f"{base}/publish"


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_and_change_the_settings(work: Any, staff: Any, role: Role) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        account = make_member(ctx, event, role)
    person = staff(account)
    edits = role in {Role.OWNER, Role.ORGANISER}
    for path in SETTINGS:
        assert person.get(f"/desk/ours/settings{path}").status == (200 if edits else 403), path
    assert person.get("/desk/ours/people").status == (200 if role is Role.OWNER else 403)
    assert person.get("/desk/new").status == (200 if edits else 403)


def test_strangers_find_nothing(work: Any, staff: Any, visitor: Any) -> None:
    with work() as ctx:
        make_event(ctx, slug="ours")
        account = make_account(ctx)
    stranger = staff(account)
    for path in (*SETTINGS, "/people"):
        assert stranger.get(f"/desk/ours/settings{path}").status == 404
    assert visitor().get("/desk/ours/settings").path == "/sign-in"


def test_things_of_another_event_are_not_found(owner: Any, work: Any, read: Any) -> None:
    with work() as ctx:
        other = make_event(ctx, slug="theirs")
        ids = {
            "themes": make_theme(ctx, other, number=1).id,
            "institutions": make_institution(ctx, other).id,
            "places": make_place(ctx, other).id,
            "categories": other.categories[0].id,
        }
        make_member(ctx, other, Role.DESK)
        role_id = ctx.session.query(Membership).filter_by(event_id=other.id).one().id
    token = owner.get("/desk/ours/settings").value("csrf_token")
    for kind, part_id in ids.items():
        base = f"/desk/ours/settings/{kind}/{part_id}"
        for address in (base, f"{base}/remove"):
            assert owner.get(address).status == 404
            assert owner.client.post(address, data={"csrf_token": token}).status_code == 404
        assert owner.client.post(f"{base}/up", data={"csrf_token": token}).status_code == 404
    assert owner.get(f"/desk/ours/people/{role_id}/remove").status == 404
    with read() as ctx:
        assert ctx.session.query(Category).filter_by(event_id=other.id).count() == 1


def test_roles_are_given_and_taken_on_the_people_page(owner: Any, work: Any, visitor: Any) -> None:
    page = owner.get("/desk/ours/people")
    page = owner.submit(page, {"email": "new@example.org", "name": "", "role": "rapporteur"}, button="Give the role")
    assert any("Add the person’s name" in error for error in page.errors)
    page = owner.submit(page, {"name": "Noor <b>Haddad</b>"}, button="Give the role")
    assert "Noor <b>Haddad</b> has the role now" in page.text
    link = next(url for text, url in page.links().items() if "Noor" in text)
    page = owner.submit(owner.get(link), button="Take away")
    assert "The role was taken away." in page.text
    last = next(
        url for text, url in owner.get("/desk/ours/people").links().items() if "Amina" in text and "remove" in url
    )
    page = owner.submit(owner.get(last), button="Take away")
    assert page.status == 409
    assert "An event needs an owner." in page.text
