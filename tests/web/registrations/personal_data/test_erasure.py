"""Erasing somebody: asked for, taken back, carried out; no table holds a trace, the counts stay."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from eventapp.accounts.models import Account
from eventapp.core.audit import AuditEntry
from eventapp.core.database import Base
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.models import Event
from eventapp.invitations import messages as letters
from eventapp.invitations import service as inviting
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail import service as mail
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import queries, reports
from eventapp.registrations.balance import Dimension, Stage, tables, totals
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import retention, service
from eventapp.registrations.personal_data.models import AnonymousCount, ErasureRequest
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_invitation
from tests.support.mail import KeepingTransport, courier
from tests.web.registrations.conftest import Meeting
from tests.web.registrations.personal_data.conftest import ADDRESS, NAME, WRITE_TO, Somebody

pytestmark = pytest.mark.both_engines


def ask(somebody: Somebody) -> None:
    guest = somebody.guest()
    page = guest.get(guest.get(somebody.meeting.my("/data")).links()["Have it erased…"])
    assert "your seat goes to somebody else" in page.text
    page = guest.submit(page, action="/data/erase")
    assert "You asked us to erase your data." in page.text
    assert "Saturday 12 October 2024" in page.text


def erase(somebody: Somebody, organiser: Visitor) -> None:
    page = organiser.get(f"/desk/{somebody.meeting.slug}/personal-data")
    page = organiser.get(page.links()[f"Erase… {NAME}"])
    assert "goes to the waiting list" in page.text
    page = organiser.submit(page, action="/erase")
    assert "The person is erased." in page.text


def test_asking_is_confirmed_by_mail_and_can_be_taken_back(somebody: Somebody, organiser: Visitor) -> None:
    ask(somebody)
    ask_again = somebody.guest().get(somebody.meeting.my("/data/erase"))
    assert ask_again.path.endswith("/my/data"), "asked already"
    [told] = [each for each in somebody.meeting.mails() if each.kind == "personal_data/erasure_asked"]
    assert (told.recipient, told.language) == (ADDRESS, "fr")
    overview = organiser.get(f"/desk/{somebody.meeting.slug}/")
    assert "request to erase data, by Saturday 12 October" in overview.text
    guest = somebody.guest()
    page = guest.submit(guest.get(somebody.meeting.my("/data")), action="/data/keep")
    assert "Your data is not erased." in page.text
    assert "Nobody waits." in organiser.get(f"/desk/{somebody.meeting.slug}/personal-data").text
    assert not [each for each in somebody.meeting.mails() if each.kind == "personal_data/erasure_asked"], "called back"
    ask(somebody)


def test_no_table_holds_a_trace_of_an_erased_person(
    app: Flask, somebody: Somebody, organiser: Visitor, clock: StoppedClock
) -> None:
    with somebody.meeting.work() as ctx:
        invitation = ctx.session.get_one(Invitation, somebody.invitation_id)
        keys: LinkKeys = app.extensions["link_keys"]
        link = f"/i/{keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version)}"
    assert len(somebody.traces()) > 20, "the net catches"
    before = somebody.dump().count("bystander")
    ask(somebody)
    guest = somebody.guest()
    erase(somebody, organiser)

    # the last mail holds the address and no name until it has left
    [left] = somebody.traces()
    assert left.startswith("outbox_message") and "personal_data/erased" in left and WRITE_TO in left
    transport = KeepingTransport()
    with app.app_context():
        courier(app, transport).deliver_due()
    [letter] = [each for each in transport.letters if each.recipient == WRITE_TO]
    assert "Vos données dans cette rencontre sont effacées" in letter.text
    assert "Votre place est revenue à quelqu’un d’autre." in letter.text
    with somebody.meeting.work() as ctx:
        assert retention.forget_farewells(ctx) == 1
    assert somebody.traces() == []

    # the seat went to the next, who was told; nobody else lost anything
    other = next(each for each in somebody.meeting.registrations() if each.id == somebody.other_id)
    assert (other.state, other.dietary) == (State.OFFERED, "no nuts")
    assert somebody.dump().count("bystander") >= before
    # links and browsers that were open before answer as for an unknown link
    client = app.test_client()
    nothing = "/i/1-" + "A" * 32
    unknown, dead = client.get(nothing), client.get(link)
    assert dead.status_code == unknown.status_code == 404
    assert dead.text.replace(link, "") == unknown.text.replace(nothing, "")
    assert guest.get(somebody.meeting.my()).status == 404
    # in the lists of the desk is nobody without a name; the number is not given out again
    assert "Erased" in organiser.get(f"/desk/{somebody.meeting.slug}/personal-data").text
    invitations = organiser.get(f"/desk/{somebody.meeting.slug}/invitations")
    assert "Bystander" not in invitations.text or NAME not in invitations.text
    assert "Somebody who was erased" in organiser.get(f"/desk/{somebody.meeting.slug}/audit").text
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        assert make_invitation(ctx, event).id > somebody.invitation_id


def test_erasing_twice_is_harmless_and_counts_once(somebody: Somebody, organiser: Visitor) -> None:
    address = f"/desk/{somebody.meeting.slug}/personal-data/{somebody.invitation_id}/erase"
    page = organiser.get(address)
    assert "Go on only if you have their wish in writing." in page.text
    organiser.submit(page, action="/erase")
    with somebody.meeting.work() as ctx:
        counted = ctx.session.scalar(select(func.sum(AnonymousCount.people)))
    again = organiser.submit(page, action="/erase")
    assert "This person is erased already." in again.text
    with somebody.meeting.work() as ctx:
        assert ctx.session.scalar(select(func.sum(AnonymousCount.people))) == counted
        assert ctx.session.scalar(select(func.count(ErasureRequest.id))) == 1
        assert service.reapply(ctx) == 0
        mails = ctx.session.scalars(select(OutboxMessage.kind)).all()
    assert mails.count("personal_data/erased") == 1


def test_erased_people_stay_in_the_balance(somebody: Somebody, organiser: Visitor, clock: StoppedClock) -> None:
    def balance() -> tuple[dict[Stage, int | None], dict[str, dict[Stage, int | None]]]:
        with somebody.meeting.work() as ctx:
            event = ctx.session.get_one(Event, somebody.meeting.event_id)
            groups = reports.list_groups(ctx, event)
        country = next(each for each in tables(groups, conceal=False) if each.dimension is Dimension.COUNTRY)
        return totals(groups, conceal=False), {line.value: dict(line.counts) for line in country.lines}

    clock.advance(days=60)  # after the event: they were there, and that counts
    before = balance()
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        assert service.carry_out(ctx, event, somebody.invitation_id)
    assert balance() == before
    with somebody.meeting.work() as ctx:
        rows = ctx.session.scalars(select(AnonymousCount)).all()
        gender = {row.value for row in rows if row.dimension == "gender"}
        present = {row.people for row in rows if row.stage == "present" and row.dimension == "people"}
    assert gender == {"other"}, "words of one's own would point at the person"
    assert present == {1}


def test_a_restored_backup_is_erased_again_but_nobody_who_came_later(somebody: Somebody) -> None:
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        for invitation_id in (somebody.invitation_id, 2):
            ctx.session.add(
                ErasureRequest(
                    event_id=event.id,
                    invitation_id=invitation_id,
                    requested_at=ctx.now,
                    answered_at=ctx.now,
                    state="carried_out",
                )
            )
        late = make_invitation(ctx, event)
        late.created_at = ctx.now.replace(year=2025)
        ctx.session.flush()
        record = ctx.session.scalars(select(ErasureRequest).where(ErasureRequest.invitation_id == 2)).one()
        record.invitation_id = late.id
        late_id = late.id
    with somebody.meeting.work() as ctx:
        assert service.reapply(ctx) == 1
        assert ctx.session.get_one(Invitation, late_id).email
    assert [line for line in somebody.traces() if "outbox" not in line] == []


def test_a_shared_address_and_an_account_are_left_alone(somebody: Somebody, organiser: Visitor) -> None:
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        ctx.session.add(Account(email=ADDRESS, name=NAME, language="fr", created_at=ctx.now))
        other = ctx.session.get_one(Registration, somebody.other_id)
        other.email = WRITE_TO  # an office that reads for both
        service.carry_out(ctx, event, somebody.invitation_id)
    with somebody.meeting.work() as ctx:
        assert ctx.session.scalar(select(Account.name).where(Account.email == ADDRESS)) == NAME
        other = ctx.session.get_one(Registration, somebody.other_id)
        assert other.email == WRITE_TO
        about = ctx.session.scalars(select(OutboxMessage.about).where(OutboxMessage.about.like("registration:%")))
        assert set(about) == {f"registration:{other.id}"}
        assert queries.find_registration(ctx, somebody.invitation_id) is None
        told = select(AuditEntry.object_label).where(AuditEntry.object_type == "registration")
        assert set(ctx.session.scalars(told)) == {"", other.name}


READ = {
    "en": ("Dear Ada Reader,", "by Saturday 12 October 2024 at the latest", "Your data in this event is erased"),
    "fr": ("Bonjour Ada Reader,", "au plus tard le samedi 12 octobre 2024", "Vos données dans cette rencontre sont"),
    "es": ("saludo, Ada Reader:", "a más tardar el sábado 12 de octubre de 2024", "Sus datos en este encuentro están"),
}


@pytest.mark.parametrize("language", READ)
def test_both_mails_are_read_in_every_language(meeting: Meeting, language: str) -> None:
    transport = KeepingTransport()
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        invitation = make_invitation(ctx, event, name="Ada Reader", email="ada@example.org", language=language)
        service.ask(ctx, invitation)
        invitation_id = invitation.id
    with meeting.app.app_context():
        courier(meeting.app, transport).deliver_due()
    with meeting.work() as ctx:
        service.carry_out(ctx, ctx.session.get_one(Event, meeting.event_id), invitation_id)
    with meeting.app.app_context():
        courier(meeting.app, transport).deliver_due()
    asked, erased = transport.letters
    greeting, until, done = READ[language]
    assert greeting in asked.text and until in asked.text and until in asked.html and "/i/" in asked.text
    assert done in erased.text and done in erased.html
    assert "Ada" not in erased.text + erased.html + erased.recipient_name and "/i/" not in erased.text + erased.html
    for letter in transport.letters:
        assert letter.language == language and "%(" not in letter.text


@pytest.mark.parametrize("erased", ["who proposed", "who was proposed"])
def test_who_proposed_a_colleague_and_who_was_proposed_are_named_to_nobody_once_erased(
    meeting: Meeting, erased: str
) -> None:
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        alice = make_invitation(
            ctx, event, name="Alice D’Aquill <Ms>", organisation="Quay & City", email="alice@quay.example",
            language="fr", state=InvitationState.SENT,
        )  # fmt: skip
        colleague = Colleague("Bob Borough", "bob@borough.example", "Borough")
        bob = inviting.decline(ctx, alice, reason="Ask Bob Borough, he knows", instead=colleague)
        assert bob is not None and "Quay" in bob.reason
        if erased == "who proposed":
            inviting.send(ctx, bob)
            inviting.remind(ctx, bob)
        else:
            inviting.revoke(ctx, bob, "")
            mail.enqueue(ctx, letters.proposal_declined(ctx, bob, alice, "Bob Borough came last year."))
        alice_id, bob_id = alice.id, bob.id

    def dump() -> str:
        with meeting.work() as ctx:
            tables = [Base.metadata.tables[name] for name in ("invitation", "outbox_message", "audit_entry")]
            return "\n".join(str(list(row)) for table in tables for row in ctx.session.execute(select(table)))

    wanted, other = ("Alice", "Aquill", "Quay"), ("Bob Borough", "bob@borough.example")
    if erased != "who proposed":
        wanted, other = other, wanted
    assert all(each in dump() for each in wanted)
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        service.carry_out(ctx, event, alice_id if erased == "who proposed" else bob_id)
        ctx.session.execute(delete(OutboxMessage).where(OutboxMessage.kind == "personal_data/erased"))
    left = dump()
    assert [each for each in wanted if each in left] == []
    assert all(each in left for each in other)
    if erased == "who proposed":
        assert left.count("Une personne qui ne peut pas venir nous a proposé de vous inviter.") >= 3, (
            "letter, both parts"
        )
