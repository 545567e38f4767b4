"""Seeing what is held and taking it along: complete, the same each time, and nobody else's."""

from __future__ import annotations

import base64
import json

from sqlalchemy import select

from eventapp.core.access import GRANTS, Permission, Role
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.personal_data import hooks
from eventapp.registrations.personal_data.hooks import HeldElsewhere
from tests.support.browsing import Visitor
from tests.support.factories import make_invitation
from tests.web.invitations.test_letter import token
from tests.web.registrations.personal_data.conftest import (
    ADDRESS,
    FILE,
    NAME,
    OWN_ANSWER,
    PRIVATE_ANSWER,
    TOLD,
    WRITE_TO,
    Somebody,
)


def test_the_file_is_complete_the_same_each_time_and_nobody_elses(somebody: Somebody) -> None:
    with somebody.meeting.work() as ctx:
        registration = ctx.session.get_one(Registration, somebody.registration_id)
        [own] = ({key: value} for key, value in registration.own_answers.items() if value == OWN_ANSWER)
        registration.decided_answers = {**registration.decided_answers, "own_answers": own}
        draft = ctx.session.scalars(select(RegistrationDraft)).one()
        draft.answers = {**draft.answers, "own_answers": own}
    page = somebody.guest().get(somebody.meeting.my("/data"))
    first, second = (
        somebody.guest().client.get(page.links()["Take everything along (JSON file)"]) for _each in range(2)
    )
    assert first.data == second.data
    assert first.headers["Cache-Control"] == "no-store"
    assert first.mimetype == "application/json"
    assert first.headers["Content-Disposition"].startswith("attachment;")
    text = first.data.decode()
    document = json.loads(text)
    assert list(document) == [
        "format", "made_at", "event", "kept_until", "invitations", "interest", "registrations", "unsent_forms",
        "check_ins", "mails", "requests", "history", "elsewhere", "files",
    ]  # fmt: skip
    for told in (NAME, ADDRESS, WRITE_TO, OWN_ANSWER, PRIVATE_ANSWER, *TOLD.values(), "New Quillaborough", "quills"):
        assert told in text, told
    [registration] = document["registrations"]
    assert registration["code"] == somebody.code
    assert [each["written_by_organisers"] for each in registration["own_questions"]] == [False, True, False, False]
    assert [each["sensitive"] for each in registration["own_questions"]] == [False, False, False, True]
    assert registration["consents"]["consent_photos"] is False
    for then in (document["unsent_forms"][0]["own_questions"], registration["own_questions_when_decided"]):
        assert [(each["question"], each["in_words"]) for each in then] == [("What do you play?", OWN_ANSWER)]
    [file] = document["files"]
    assert base64.b64decode(file["content_base64"]) == FILE
    [check_in] = document["check_ins"]
    assert check_in["day"] == "2024-11-07"
    assert {each["by"] for each in document["history"]} == {"staff", "participant", "system"}
    assert [each["kind"] for each in document["mails"]][:2] == [
        "invitations/interest_confirm",
        "invitations/invitation",
    ]
    for others in ("Clara", "Bystander", "no nuts", "own-link-", "/i/"):
        assert others not in text, others


def test_the_page_says_it_in_plain_words_with_why_and_until_when(somebody: Somebody) -> None:
    page = somebody.guest().get(somebody.meeting.my("/data"))
    text = " ".join(page.text.split())
    for said in (NAME, TOLD["dietary"], OWN_ANSWER, "quill-passport.pdf", "The organisers", "[personal link]"):
        assert said in text, said
    assert f"For us (written by the organisers) {PRIVATE_ANSWER}" in text
    assert "So that everybody can eat and take part. Kept until Sunday 8 December 2024." in text
    assert "and only for it. Kept until Sunday 8 December 2024. Your health Frail Food" in text
    assert "Kept until Saturday 8 November 2025." in text
    assert "Clara" not in text and "Bystander" not in text
    somebody.meeting.change(retention_days=10)
    assert "Kept until Monday 18 November 2024." in somebody.guest().get(somebody.meeting.my("/data")).text


def test_somebody_who_only_was_invited_sees_their_data_too(somebody: Somebody) -> None:
    with somebody.meeting.work() as ctx:
        invitation = make_invitation(ctx, ctx.session.get_one(Event, somebody.meeting.event_id), name="Only Invited")
        invitation_id = invitation.id
    guest = somebody.meeting.opened(invitation_id)
    page = guest.get(somebody.meeting.my("/data"))
    assert "Only Invited" in page.text and "quill" not in page.text.lower()
    document = json.loads(guest.client.get(somebody.meeting.my("/data/file")).data)
    assert (document["registrations"], document["files"]) == ([], [])


def test_rooms_above_add_what_they_hold(somebody: Somebody) -> None:
    def held(_ctx: object, invitation: Invitation) -> HeldElsewhere:
        return HeldElsewhere("travel", "Your travel", [("Train", f"for {invitation.name}")], {"train": "night"})

    hooks.held.append(held)
    try:
        assert f"for {NAME}" in somebody.guest().get(somebody.meeting.my("/data")).text
        file = somebody.guest().client.get(somebody.meeting.my("/data/file")).data
    finally:
        hooks.held.remove(held)
    assert json.loads(file)["elsewhere"] == {"travel": {"train": "night"}}


def test_erasing_is_for_organisers_and_owners() -> None:
    assert {role for role in Role if Permission.PERSONAL_DATA in GRANTS[role]} == {Role.ORGANISER, Role.OWNER}


def test_the_privacy_page_says_how_long_in_every_language(somebody: Somebody) -> None:
    for language, words in (("en", "30 days after the event"), ("fr", "30 jours"), ("es", "30 días")):
        page = somebody.meeting.app.test_client().get(f"/{language}/{somebody.meeting.slug}/privacy")
        assert words in page.text, language


def test_the_letter_leads_there_before_it_is_answered(somebody: Somebody) -> None:
    with somebody.meeting.work() as ctx:
        invitation = make_invitation(ctx, ctx.session.get_one(Event, somebody.meeting.event_id), name="Only Invited")
        link = f"/i/{token(somebody.meeting.app, invitation)}"
    guest = Visitor(somebody.meeting.app.test_client())
    page = guest.submit(guest.get(link), action="/data")
    assert page.heading == "What we hold about you" and "Only Invited" in page.text
