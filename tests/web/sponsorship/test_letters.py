"""Letters from their words to the consulate: issued, superseded, checked, and what is in them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.states import State
from eventapp.sponsorship.letters import document, rules, service
from eventapp.sponsorship.letters.models import Letter, Signature
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sensitive import service as sensitive
from eventapp.sponsorship.states import LetterKind, LineKind, LineMode, RequestState, SensitiveKind
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_registration, tr
from tests.support.pdfs import text_of
from tests.support.sponsoring import actor_of, make_fund, make_sponsorship, make_staff

PASSPORT = {
    "surname": "Diallo",
    "given_names": "Amina",
    "number": "XK7719204",
    "nationality": "SN",
    "born_on": "1980-02-03",
    "issued_on": "2020-01-01",
    "expires_on": "2030-01-01",
}
ODD = "Amina *Diallo* <b>{passport_number}</b>"


@pytest.fixture
def trip(app: Flask, work: Any) -> dict[str, Any]:
    """An accepted request of somebody with an odd name who reads French, and the letter officer."""
    with work() as ctx:
        event = make_event(ctx)
        person = make_registration(
            ctx, event, name=ODD, organisation="Ville de Saint-Louis", language="fr", state=State.APPROVED
        )
        request = make_sponsorship(
            ctx,
            make_fund(ctx, event, name=tr("Fonds Ville")),
            registration=person,
            state=RequestState.ACCEPTED,
            lines=[(LineKind.TRAVEL, "612.50"), (LineKind.ACCOMMODATION, "300", LineMode.IN_KIND)],
        )
        officer = make_staff(ctx, event, Role.OFFICER)
        ctx.session.add(Signature(event_id=event.id, name="Marta Puig", function=tr("Director"), updated_at=ctx.now))
        return {
            "event": event.id,
            "slug": event.slug,
            "request": request.id,
            "officer": officer,
            "person": person.invitation_id,
        }


def test_letters_are_frozen_superseded_and_checked_without_anything_personal(
    app: Flask, work: Any, staff: Any, visitor: Any, trip: dict[str, Any]
):
    officer, anybody = staff(trip["officer"].id), visitor()
    letters = f"/desk/{trip['slug']}/sponsorship/letters"
    page = officer.submit(officer.get(letters), button="Letter of support")
    assert "is issued" in page.text
    with work() as ctx:
        first = ctx.session.scalars(select(Letter)).one()
        number, snapshot = first.number, first.snapshot
        assert first.language == "fr"
    checked = anybody.get(f"/verify/{number.lower()}")
    assert (checked.status, "This letter holds" in checked.text) == (200, True)
    assert "Diallo" not in checked.body
    assert anybody.get("/verify/S1-001-AAAA-BBBB").status == 404

    with work() as ctx:
        ctx.session.scalars(select(SponsorshipRequest)).one().lines[0].approved += 100
    assert "This letter is out of date" in anybody.get(f"/verify/{number}").text
    officer.submit(officer.get(letters), button="Letter of support")
    with work() as ctx:
        old, new = ctx.session.scalars(select(Letter).order_by(Letter.id))
        assert (old.number, old.snapshot, old.superseded_by_id) == (number, snapshot, new.id)
        assert ("612,50" in old.snapshot["body"], "712,50" in new.snapshot["body"]) == (True, True)
        newer = new.number
    assert "A newer letter takes its place" in anybody.get(f"/verify/{number}").text
    officer.submit(officer.get(letters), button="Take back")
    assert "no longer holds" in anybody.get(f"/verify/{newer}").text
    with work() as ctx:
        service.issue(
            ctx,
            app.extensions["sealer"],
            ctx.session.scalars(select(SponsorshipRequest)).one(),
            LetterKind.SUPPORT,
            "https://x.example",
        )
        latest = ctx.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert latest is not None
        newest = latest.number
        ctx.session.scalars(select(SponsorshipRequest)).one().state = RequestState.WITHDRAWN
    assert "no longer holds" in anybody.get(f"/verify/{newest}").text  # with the request its letters end


def test_a_visa_letter_needs_the_passport_keeps_it_sealed_and_says_it_in_the_file_only(
    app: Flask, work: Any, staff: Any, trip: dict[str, Any]
):
    officer, sealer = staff(trip["officer"].id), app.extensions["sealer"]
    page = officer.get(f"/desk/{trip['slug']}/sponsorship/letters")
    assert "Ask for passport data" in page.text
    with work(actor_of(trip["officer"])) as ctx:
        request = ctx.session.scalars(select(SponsorshipRequest)).one()
        with pytest.raises(service.Conflict, match="passport data first"):
            service.issue(ctx, sealer, request, LetterKind.VISA, "https://x.example")
    with work(actor_of(trip["officer"])) as ctx:
        request = ctx.session.scalars(select(SponsorshipRequest)).one()
        sensitive.ask(ctx, request, SensitiveKind.PASSPORT)
        sensitive.give(ctx, sealer, request, SensitiveKind.PASSPORT, PASSPORT)
        letter = service.issue(ctx, sealer, request, LetterKind.VISA, "https://x.example")
        assert "XK7719204" not in f"{letter.snapshot}{letter.sealed}"
        values = service.open_letter(ctx, sealer, letter)
        html = document.html_of(app.jinja_env, letter.snapshot, values, letter.language)
        pdf = app.extensions["pdf"].render(html, created_at=letter.issued_at, identifier="x")
        assert pdf == app.extensions["pdf"].render(html, created_at=letter.issued_at, identifier="x")
    text = text_of(pdf)
    for words in ("XK7719204", "Amina Diallo", "3 février 1980", "janvier 2030", "612,50", "Marta Puig"):
        assert words in " ".join(text.split()), words
    assert text.count("XK7719204") == 1  # an odd name brings no placeholder of its own
    opened = officer.client.post(
        f"/desk/{trip['slug']}/sponsorship/letters/{trip['request']}/{letter_id(work)}/open",
        data={"csrf_token": page.value("csrf_token")},
    )
    assert opened.status_code == 303  # to the gate: a fresh code first
    with app.app_context(), unit_of_work() as ctx:
        request = ctx.session.scalars(select(SponsorshipRequest)).one()
        sensitive.forget_all_of(ctx, request)
        assert service.forget_due(ctx) == 1
        with pytest.raises(service.Conflict, match="deleted in time"):
            service.open_letter(ctx, sealer, ctx.session.scalars(select(Letter)).one())
    person = Visitor(app.test_client())
    with person.client.session_transaction() as cookie:
        cookie["opened"] = {str(trip["event"]): [trip["person"], 1]}
    number = letter_id(work)
    for gone in (
        person.get(f"/en/{trip['slug']}/my/sponsorship/letters/{number}.pdf"),
        officer.get(f"/desk/{trip['slug']}/sponsorship/letters/{trip['request']}/{number}.pdf"),
    ):
        assert (gone.status, "deleted in time" in gone.text) == (409, True)  # and no paper with gaps in braces


def letter_id(work: Any) -> int:
    """Return the number of the only letter's row."""
    with work() as ctx:
        return int(ctx.session.scalars(select(Letter.id)).one())


def test_words_take_known_placeholders_only_and_are_seen_as_a_letter(work: Any, staff: Any, trip: dict[str, Any]):
    officer = staff(trip["officer"].id)
    address = f"/desk/{trip['slug']}/sponsorship/letters/words/support"
    page = officer.get(address)
    assert "{covered}" in page.value("body-en")
    wrong = officer.submit(page, {"body-en": "Dear {nmae}, {event.__init__} {passport_number}"}, button="Save")
    assert wrong.status == 422
    assert "{nmae} is none of the placeholders" in wrong.errors[0]
    saved = officer.submit(wrong, {"body-en": "Dear {name}: *welcome*."}, button="Save")
    assert saved.value("body-en").strip() == "Dear {name}: *welcome*."
    sample = officer.client.get(f"{address}/sample-en.pdf")
    assert "Dear Amina Example: welcome." in " ".join(text_of(sample.data).split())
    with work() as ctx:
        assert ctx.session.get_one(Event, trip["event"]).languages
    stale = officer.submit(page, {"body-en": "Another text."}, button="Save")
    assert stale.status == 409


def test_values_bring_no_marks_of_their_own():
    body = "Dear {name},\n\n{covered}\n\n{hotel}\n\nSee {unknown}."
    html = str(rules.put_in(body, {"name": ODD, "covered": ["A & B", "<i>"], "hotel": ""}))
    assert "&lt;b&gt;&#123;passport_number}" in html
    assert "<li>A &amp; B</li><li>&lt;i&gt;</li>" in html
    assert "<em>" not in html
    assert "{unknown}" in html
    assert "{hotel}" not in html
