"""Names and quotes on the pages: from what the guard found to one-click consent behind the link of a mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.agenda import service as agenda
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.application.access_log import redacted
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.notes import queries as notes
from eventapp.notes import service as writing
from eventapp.notes.attribution.models import NameOverride, QuoteConsent, SessionRule
from eventapp.notes.attribution.states import Answer, ConsentState
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.states import PublicationKind, PublicationState
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_invitation, make_member, make_registration, tr
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, courier
from tests.support.noting import make_entry, make_note
from tests.support.publishing import publish_now, write_summary

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]
HEARD = "We bought <b>cheap</b>, and have paid for it ever since."


@dataclass(frozen=True)
class Here:
    """An event with a quote that was handed in, three people of three languages, a rapporteur and a translator."""

    event_id: int
    slug: str
    rapporteur: int
    translator: int
    entry: int
    guests: dict[str, int]

    def desk(self, tail: str) -> str:
        return f"/desk/{self.slug}/notes/{tail}"


@pytest.fixture
def here(work: Work) -> Here:
    with work() as ctx:
        event = make_event(ctx)
        guests = {}
        for language, name in (("en", "Núria Okafor-Sarr"), ("fr", "Bilal Traoré"), ("es", "Inés Quiroga")):
            invited = make_invitation(ctx, event, name=name, language=language, email=f"{language}@example.org")
            guests[language] = make_registration(ctx, event, invitation=invited, state=State.APPROVED).id
        entry = make_entry(ctx, make_note(ctx, event), kind=EntryKind.QUOTE, text=HEARD, speaker="a mayor")
        day = write_summary(ctx, event, {"en": ("Day one", f"> {HEARD}\n\nNURIA OKAFOR-SARR <i>began</i>.")})
        latest = notes.find_latest_revision(ctx, day, "en")
        assert latest is not None
        writing.link_sources(ctx, day, {latest.paragraphs[1].key: [entry.id]})
        members = [make_member(ctx, event, role).id for role in (Role.ORGANISER, Role.TRANSLATOR)]
        return Here(event.id, event.slug, *members, entry.id, guests)


def consent_of(work: Work, here: Here) -> QuoteConsent:
    with work() as ctx:
        return ctx.session.scalars(
            select(QuoteConsent)
            .where(QuoteConsent.event_id == here.event_id, QuoteConsent.state != ConsentState.REPLACED)
            .order_by(QuoteConsent.id.desc())
            .limit(1)
        ).one()


def address_of(app: Flask, consent: QuoteConsent, purpose: Purpose = Purpose.QUOTE) -> str:
    keys: LinkKeys = app.extensions["link_keys"]
    return f"/quotes/{keys.token(purpose, consent.id, consent.link_version)}"


@pytest.mark.parametrize(
    ("language", "heading", "answer"),
    [
        ("en", "May we quote you?", Answer.WITH_NAME),
        ("fr", "Pouvons-nous vous citer ?", Answer.WITHOUT_NAME),
        ("es", "¿Podemos citar sus palabras?", Answer.NO),
    ],
)
def test_consent_from_the_desk_to_the_answer(
    app: Flask,
    work: Work,
    here: Here,
    visitor: Callable[[], Visitor],
    staff: Any,
    language: str,
    heading: str,
    answer: Answer,
) -> None:
    desk = staff(here.rapporteur)
    listed = desk.get(here.desk("quotes"))
    assert "<b>cheap</b>" in listed.text
    asking = desk.get(here.desk(f"quotes/{here.entry}"))
    assert desk.submit(asking, {"words": ""}, action="quotes").status == 422
    assert desk.submit(asking, {"name": "Somebody", "email": ""}, action="quotes").status == 422
    sent = desk.submit(asking, {"registration_id": str(here.guests[language])}, action="quotes")
    assert sent.status == 200

    letters = KeepingTransport()
    with app.app_context():
        courier(app, letters).deliver_due()
    (letter,) = letters.letters
    address = address_of(app, consent_of(work, here))
    assert letter.recipient == f"{language}@example.org"
    assert address in letter.text and address in letter.html
    assert "<b>cheap</b>" in letter.text and "<b>" not in letter.html
    assert redacted(f"GET {address} HTTP/1.1") == "GET /quotes/- HTTP/1.1"

    guest = visitor()
    for _scanner in range(3):
        assert guest.client.head(address).status_code == 200
        page = guest.get(address)
    assert (page.heading.replace("\xa0", " ").replace("\u202f", " "), page.tree.get("lang")) == (heading, language)
    assert "<b>cheap</b>" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert consent_of(work, here).state is ConsentState.ASKED
    assert guest.client.post(address, data={"answer": "with_name"}).status_code == 400  # no form of ours
    assert guest.submit(page, {"answer": None}, action="quotes").status == 422
    assert consent_of(work, here).state is ConsentState.ASKED
    done = guest.submit(page, {"answer": answer.value}, action="quotes", follow=False)
    assert done.status == 303
    assert done.response.headers["Location"] == f"/{language}/{here.slug}/quotes/answered"
    thanks = guest.get(done.response.headers["Location"])
    assert "<b>cheap</b>" in thanks.text
    assert "cheap" not in visitor().get(done.response.headers["Location"]).text
    said = consent_of(work, here)
    assert said.state is (ConsentState.REFUSED if answer is Answer.NO else ConsentState.GIVEN)
    assert said.with_name is (answer is Answer.WITH_NAME)

    guest.submit(guest.get(address), {"answer": "without_name"}, action="quotes")  # people may think again
    assert consent_of(work, here).state is ConsentState.GIVEN
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        publication = notes.find_publication(ctx, event, PublicationKind.SUMMARY, 1)
        assert publication is not None
        publication.state = PublicationState.FINAL
    closed = guest.get(address)
    assert not [form for form in closed.tree.forms if "quotes" in (form.get("action") or "")]
    assert guest.submit(page, {"answer": "no"}, action="quotes").status == 409
    assert consent_of(work, here).state is ConsentState.GIVEN


def test_links_that_are_forged_old_or_of_another_purpose_open_one_and_the_same_page(
    app: Flask, work: Work, here: Here, visitor: Callable[[], Visitor], staff: Any
) -> None:
    desk = staff(here.rapporteur)
    form = desk.get(here.desk(f"quotes/{here.entry}"))
    desk.submit(form, {"registration_id": str(here.guests["en"])}, action="quotes")
    old = consent_of(work, here)
    first = address_of(app, old)
    assert visitor().get(first).status == 200
    desk.submit(desk.get(here.desk(f"quotes/{here.entry}")), {}, action="quotes")  # asked again: a new link
    second = address_of(app, consent_of(work, here))
    again = desk.get(here.desk(f"quotes/{here.entry}"))
    desk.submit(again, {"words": "We paid twice."}, action="quotes")  # other words: a new question
    third = consent_of(work, here)
    assert third.id != old.id
    bodies = set()
    keys: LinkKeys = app.extensions["link_keys"]
    forged = [
        first,
        second,
        address_of(app, third, Purpose.PARTICIPATION),
        f"/quotes/{keys.token(Purpose.QUOTE, 999_999, 1)}",
        address_of(app, third)[:-1] + ("A" if address_of(app, third)[-1] != "A" else "B"),
        "/quotes/zzzzzzzzzzzzz-" + "A" * 32,
        "/quotes/x",
    ]
    for address in forged:
        page = visitor().get(address)
        assert page.status == 404, address
        assert page.response.headers["Cache-Control"] == "no-store"
        bodies.add(page.heading)
    assert bodies == {"This link does not open anything"}
    assert visitor().get(address_of(app, third)).status == 200


def test_names_are_shown_where_they_stand_and_may_stand_for_a_reason(work: Work, here: Here, staff: Any) -> None:
    desk, translator = staff(here.rapporteur), staff(here.translator)
    page = desk.get(here.desk("texts/summary-1/names"))
    assert "NURIA OKAFOR-SARR <i>began</i>" in page.text
    assert [each.text for each in page.tree.xpath("//mark")] == ["NURIA OKAFOR-SARR"]
    assert translator.get(here.desk("texts/summary-1/names")).tree.xpath("//textarea") == []
    assert translator.get(here.desk("quotes")).status == 403  # what was heard, and from whom
    assert translator.client.post(here.desk("texts/summary-1/names"), data={}).status_code in {400, 403}
    empty = desk.submit(page, {"reason": ""}, action="names")
    assert empty.status == 422
    assert "Say why the name may stand." in empty.text
    stands = desk.submit(empty, {"reason": "She <b>opened</b> in public."}, action="names")
    assert "She <b>opened</b> in public." in stands.text
    with work() as ctx:
        assert ctx.session.scalars(select(NameOverride)).one().account_id == here.rapporteur
    assert "She opened" not in desk.get(f"/desk/{here.slug}/audit").text
    assert "a protected name may stand" in desk.get(f"/desk/{here.slug}/audit").text
    desk.submit(stands, action="take-back")
    with work() as ctx:
        assert ctx.session.scalars(select(NameOverride)).all() == []


def test_a_quote_without_consent_is_left_out_of_the_edition(work: Work, here: Here, staff: Any) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        event.attribution_rule = AttributionRule.CONSENTED
        day = notes.find_publication(ctx, event, PublicationKind.SUMMARY, 1)
        assert day is not None
        writing.save_source(ctx, day, title="Day one", text=f"> {HEARD}\n\nSomebody began.", base_revision=1)
        edition = publish_now(ctx, day)
        assert [each.text for each in edition.paragraphs["fr"]] == ["Day one", "Somebody began."]
    assert "1 quote has no consent yet" in staff(here.rapporteur).get(here.desk("attribution")).text


def test_a_session_has_a_rule_of_its_own(work: Work, here: Here, staff: Any) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        session = agenda.add_session(
            ctx,
            event,
            SessionValues(
                kind=SessionKind.PLENARY,
                title=tr("Opening"),
                starts_local=datetime(2024, 11, 7, 9),
                ends_local=datetime(2024, 11, 7, 10),
            ),
        )
        field = f"rule-{session.id}"
    desk = staff(here.rapporteur)
    saved = desk.submit(desk.get(here.desk("attribution")), {field: "on_the_record"}, action="attribution")
    assert saved.value(field) == "on_the_record"
    with work() as ctx:
        assert ctx.session.scalars(select(SessionRule)).one().rule is AttributionRule.ON_THE_RECORD
        assert ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "attribute")).one().details == {
            "session": "Opening",
            "rule": "on_the_record",
        }
    desk.submit(saved, {field: ""}, action="attribution")
    assert (
        staff(here.translator).get(here.desk("attribution")).tree.xpath("//select[starts-with(@name, 'rule-')]") == []
    )
    with work() as ctx:
        assert ctx.session.scalars(select(SessionRule)).all() == []
