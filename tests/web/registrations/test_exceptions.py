"""On the web: more time for one person, what changed since the decision, why no seat, and proposed colleagues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from eventapp.core.access import Role
from eventapp.events.models import Event
from eventapp.invitations import service as invitations
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import service
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_invitation, make_member, make_registration
from tests.web.registrations.conftest import Meeting

KEPT_OPEN = {
    "en": (
        "The form is still open for you: Local solutions",
        "Registration has closed, but the organisers keep the form open for you: you can still register.",
        "The form is open for you until Wednesday 25 September 2024, 18:00 (Madrid, UTC+2).",
    ),
    "fr": (
        "Le formulaire vous reste ouvert\u00a0: Solutions locales",
        "Les inscriptions sont closes, mais l’équipe organisatrice vous laisse le formulaire ouvert\u00a0: "
        "vous pouvez encore vous inscrire.",
        "Le formulaire vous est ouvert jusqu’au mercredi 25 septembre 2024, 18:00 (Madrid, UTC+2).",
    ),
    "es": (
        "El formulario sigue abierto para usted: Soluciones locales",
        "La inscripción está cerrada, pero el equipo organizador le deja abierto el formulario: "
        "todavía puede inscribirse.",
        "El formulario está abierto para usted hasta el miércoles 25 de septiembre de 2024, 18:00 (Madrid, UTC+2).",
    ),
}
THANKS = {
    "en": "Thank you for suggesting that we invite Bo Li to “Local solutions”.",
    "fr": "Merci de nous avoir suggéré d’inviter Bo Li à «\u202fSolutions locales\u202f».",
    "es": "Gracias por sugerirnos que invitemos a Bo Li a «Soluciones locales».",
}


@pytest.fixture
def enter(meeting: Meeting, staff: Callable[[Any], Visitor]) -> Callable[..., Visitor]:
    """Make the browser of somebody with a role in the event."""

    def make(role: Role = Role.ORGANISER) -> Visitor:
        with meeting.work() as ctx:
            account_id = make_member(ctx, ctx.session.get_one(Event, meeting.event_id), role).id
        return staff(account_id)

    return make


def add(meeting: Meeting, make: Callable[..., Any], **fields: Any) -> Any:
    with meeting.work() as ctx:
        return make(ctx, ctx.session.get_one(Event, meeting.event_id), **fields).id


def desk(meeting: Meeting, rest: str = "") -> str:
    return f"/desk/{meeting.slug}{rest}"


@pytest.mark.parametrize("language", KEPT_OPEN)
def test_more_time_for_one_person(
    meeting: Meeting, enter: Callable[..., Visitor], clock: StoppedClock, language: str
) -> None:
    invitation_id = add(
        meeting, make_invitation, state=InvitationState.ACCEPTED, language=language, name="Awa Ba", preapproved=True
    )
    clock.advance(days=9)
    guest, organiser = meeting.opened(invitation_id), enter()
    assert guest.get(meeting.my()).heading == "Registration is closed"
    page = organiser.get(desk(meeting, f"/invitations/{invitation_id}"))
    page = organiser.get(page.links()["Keep the form open longer…"])
    assert "For everybody else it closed on Friday 20 September 2024, 23:59." in page.text
    wrong = organiser.submit(page, {"until": "2024-09-20T10:00", "reason": ""}, button="Keep it open")
    assert wrong.status == 422
    assert len(wrong.errors) == 1
    wrong = organiser.submit(wrong, {"until": "2024-09-20T10:00", "reason": "Ill"}, button="Keep it open")
    assert (wrong.status, wrong.value("reason")) == (422, "Ill")
    assert wrong.errors == ["Open until: This time is past. Choose a later one."]
    done = organiser.submit(wrong, {"until": "2024-09-25T18:00"}, button="Keep it open")
    assert "The form stays open for Awa Ba; a mail says until when." in done.text
    assert "Form open until Wednesday 25 September 2024, 18:00" in done.text
    assert "Reason: Ill" in done.text
    (mail,) = meeting.mails()
    subject, *sentences = KEPT_OPEN[language]
    assert (mail.subject, mail.language) == (subject, language)
    for sentence in sentences:
        assert sentence in mail.text_body
        assert sentence in mail.html_body.replace("&nbsp;", "\u00a0")
    registered = meeting.register(guest)
    assert registered.heading == "Your participation is confirmed"
    assert "You can change your answers until Wednesday 25 September 2024, 18:00 (Madrid, UTC+2)." in registered.text
    registration_id = meeting.only().id
    detail = organiser.get(meeting.desk(f"/{registration_id}"))
    assert "Form open for this person untilWednesday 25 September 2024, 18:00" in detail.text
    page = organiser.get(detail.links()["Keep the form open longer…"])
    assert page.value("until") == "2024-09-25T18:00"
    ended = organiser.submit(page, button="Close it as for everybody")
    assert ended.path == meeting.desk(f"/{registration_id}")
    assert "Ended the longer time for the form" in ended.text
    assert "You can change your answers" not in guest.get(meeting.my()).text


def test_nobody_gets_longer_without_the_right_or_a_living_invitation(
    meeting: Meeting, enter: Callable[..., Visitor]
) -> None:
    invitation_id = add(meeting, make_invitation, state=InvitationState.DECLINED)
    address = desk(meeting, f"/invitations/{invitation_id}/keep-open")
    assert enter(Role.OBSERVER).get(address).status == 403
    page = enter().get(address)
    assert "This invitation no longer stands." in page.text
    assert "Keep it open" not in page.text


def test_changes_are_shown_and_marked_as_seen(
    meeting: Meeting, enter: Callable[..., Visitor], clock: StoppedClock
) -> None:
    guest, organiser = meeting.guest(preapproved=True), enter()
    meeting.register(guest)
    registration_id = meeting.only().id
    clock.advance(hours=1)
    guest.submit(guest.get(meeting.my("/form/needs")), {"dietary": "vegan"}, action="/form/")
    guest.submit(guest.get(meeting.my("/form/check")), action="/form/check")
    overview = organiser.get(desk(meeting))
    address = overview.links()["1 registration changed since your decision"]
    listed = organiser.get(address)
    assert "changed since the decision" in listed.tree.xpath("string(//table)")
    detail = organiser.get(listed.links()["Amina Diallo"])
    (row,) = detail.tree.xpath("//section[@aria-labelledby='changes']//tbody/tr")
    assert " ".join(row.text_content().split()) == "Food (confidential) halal vegan"
    door = enter(Role.DESK).get(meeting.desk(f"/{registration_id}"))
    assert "vegan" not in door.text
    assert "Changed since your decision" not in door.text
    stale = detail
    clock.advance(hours=1)
    guest.submit(guest.get(meeting.my("/form/you")), {"city": "Dakar"}, action="/form/")
    guest.submit(guest.get(meeting.my("/form/check")), action="/form/check")
    late = organiser.submit(stale, action="/changes-seen")
    assert late.status == 409
    assert "The answers were changed again in the meantime." in late.text
    assert "Dakar" in late.text
    seen = organiser.submit(late, action="/changes-seen")
    assert "The changes are marked as seen." in seen.text
    assert "Saw what changed since the decision" in seen.text
    assert "Changed since your decision" not in seen.text
    assert "changed since your decision" not in organiser.get(desk(meeting)).text


def test_why_there_is_no_seat_and_what_would_help(meeting: Meeting, enter: Callable[..., Visitor]) -> None:
    meeting.change(capacity_in_person=1)
    add(meeting, make_registration, state=State.APPROVED)
    waiting = add(meeting, make_registration, category_id=meeting.categories[1], name="Awa Ba")
    with meeting.work() as ctx:
        service.put_on_waitlist(ctx, ctx.session.get_one(Registration, waiting))
    organiser = enter()
    page = organiser.get(meeting.desk(f"/{waiting}"))
    text = " ".join(page.tree.xpath("string(//section[@aria-labelledby='seat'])").split())
    assert text.startswith("Why no seat can be given now All seats in person are taken. Seats in person in the way")
    assert "Seats of the category no obstacle 0 people are confirmed, of 1." in text
    assert "Number 1 of the list." in text
    assert page.links()["Change the number of seats"] == desk(meeting, "/settings/capacity")
    assert page.links()["Move on the list"] == meeting.desk(f"/{waiting}/place")
    door = enter(Role.DESK).get(meeting.desk(f"/{waiting}"))
    assert "Seats in person in the way" in door.text
    assert "Change the number of seats" not in door.text
    done = organiser.submit(page, {"override_reason": "Opens the event"}, button="Confirm beyond the seats")
    assert "Confirmed beyond the seatsOpens the event" in done.text
    assert "Confirmed (Opens the event)" in done.text
    assert not done.tree.xpath("//section[@aria-labelledby='seat']")
    assert "beyond the seats" in organiser.get(meeting.desk("?state=approved")).tree.xpath("string(//table)")
    assert "Confirmed beyond the seats" in enter(Role.DESK).get(meeting.desk(f"/{waiting}")).text


@pytest.mark.parametrize("language", THANKS)
def test_a_proposed_colleague_is_found_and_declined_kindly(
    meeting: Meeting, enter: Callable[..., Visitor], language: str
) -> None:
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        first = make_invitation(ctx, event, name="Awa Ba", language=language, preapproved=True)
        draft = invitations.decline(ctx, first, instead=Colleague("Bo Li", "bo@example.org"))
        assert draft is not None
        first_id, draft_id = first.id, draft.id
    organiser = enter()
    listed = organiser.get(organiser.get(desk(meeting)).links()["1 proposed colleague to invite or decline"])
    assert "proposed by Awa Ba, who cannot come" in listed.text
    page = organiser.get(listed.links()["Bo Li"])
    assert "Proposed by Awa Ba, who cannot come." in page.text
    assert "Awa Ba was to be confirmed without a decision; that is not passed on." in page.text
    assert "Delete this draft…" not in page.text
    chain = [" ".join(each.text_content().split()) for each in page.tree.xpath("//ol[@class='chain']/li")]
    assert chain == ["Awa Ba, City of Example Proposed a colleague", "Bo Li, City of Example Draft"]
    form = organiser.get(page.links()["Decline the proposal kindly…"])
    assert THANKS[language] in form.body
    shown = organiser.submit(form, {"sentence": "See you next year."}, press=("preview", "yes"), action="/decline-pro")
    assert "See you next year." in shown.tree.xpath("string(//pre)")
    done = organiser.submit(shown, action="/decline-proposal")
    assert "The proposal is declined; a mail of thanks is on its way." in done.text
    assert "Proposal declined" in organiser.get(desk(meeting, f"/invitations/{first_id}")).text
    (mail,) = meeting.mails()
    assert (mail.kind, mail.language) == ("invitations/proposal_declined", language)
    assert THANKS[language] in mail.text_body
    assert organiser.get(desk(meeting, f"/invitations/{draft_id}/decline-proposal")).status == 409
    assert "proposed colleague" not in organiser.get(desk(meeting)).text


def test_the_chain_is_on_the_registrations_page_too(meeting: Meeting, enter: Callable[..., Visitor]) -> None:
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        first = make_invitation(ctx, event, name="Awa Ba")
        standing = make_invitation(ctx, event, name="Cy Ng", email="cy@example.org")
        second = invitations.decline(ctx, first, instead=Colleague("Bo Li", "bo@example.org"))
        assert second is not None
        second.state, second.sent_at = InvitationState.ACCEPTED, ctx.now - timedelta(days=1)
        registration_id = make_registration(ctx, event, invitation=second).id
        assert invitations.decline(ctx, standing, instead=Colleague("Bo Li", "bo@example.org")) is None
        standing_id = standing.id
    organiser = enter()
    page = organiser.get(meeting.desk(f"/{registration_id}"))
    chain = [" ".join(each.text_content().split()) for each in page.tree.xpath("//ol[@class='chain']/li")]
    assert chain == [
        "Awa Ba, City of Example Proposed a colleague",
        "Bo Li, City of Example Accepted To decide",
    ]
    page = organiser.get(desk(meeting, f"/invitations/{standing_id}"))
    assert "The proposed colleague had an invitation already Bo Li Accepted" in page.text
    assert "Cy Ng was not told." in page.text


def test_the_proposer_is_told_nothing_that_may_prove_false(meeting: Meeting) -> None:
    with meeting.work() as ctx:
        first = make_invitation(ctx, ctx.session.get_one(Event, meeting.event_id), state=InvitationState.DELEGATED)
        first_id = first.id
    guest = meeting.opened(first_id)
    page = guest.get(meeting.my("/invitation"))
    assert "if they invite your colleague, they write to them themselves" in page.text
    with meeting.work() as ctx:
        assert ctx.session.get_one(Invitation, first_id).state is InvitationState.DELEGATED
