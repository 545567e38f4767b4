"""What the arguments of an address can be in the sample event, and the keys of those who may look behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from eventapp.accounts.models import SignInChallenge
from eventapp.accounts.rules import version_of
from eventapp.agenda.materials.models import Material
from eventapp.core.context import Context
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.demo.content import SLUG
from eventapp.events.models import Membership
from eventapp.invitations.models import Interest, Invitation
from eventapp.invitations.states import InterestState, InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.notes.ideas.models import IdeaBoard
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.models import Registration
from eventapp.registrations.questions import queries as question_queries
from eventapp.registrations.selection import pack
from eventapp.registrations.states import Mode, State
from tests.browser.furniture import event_of

PARTS = ("institutions", "themes", "categories")


@dataclass(frozen=True)
class Arguments:
    """What each argument is: everywhere, and at the addresses that have several objects worth a look."""

    event_id: int
    tokens: dict[str, str]
    """The personal link of one invitee in each state of the way: the letter, the form, the participation."""
    links: dict[str, list[int]]
    """The same as the cookie holds it."""
    own_pages: list[str]
    """The pages of the form that hold the organisers' own questions."""
    values: dict[str, Any]
    objects: dict[str, list[dict[str, Any]]]


def look_up(ctx: Context, keys: LinkKeys, mailbox: Path) -> Arguments:
    """Return the arguments in the furnished sample event."""
    event = event_of(ctx)
    rows = ctx.session.scalars

    invitations = {each.state: each for each in rows(select(Invitation).order_by(Invitation.id.desc()))}
    registrations = {each.state: each for each in rows(select(Registration).order_by(Registration.id.desc()))}
    interests = {each.state: each for each in rows(select(Interest).order_by(Interest.id.desc()))}
    answered = {each.invitation_id for each in rows(select(Registration))}
    filling = next(
        each
        for each in rows(select(Invitation).where(Invitation.state == InvitationState.ACCEPTED))
        if each.id not in answered
    )
    # One invitee in each state of the way: the letter, the form, the participation.
    invitees = {str(state): each for state, each in invitations.items() if state is not InvitationState.DRAFT}
    invitees["filling"] = filling
    invitees |= {f"registration_{state}": each.invitation for state, each in registrations.items()}
    invitees["remote"] = next(
        each.invitation
        for each in rows(select(Registration).where(Registration.state == State.APPROVED))
        if each.mode is Mode.REMOTE
    )
    for state in (State.SUBMITTED, State.APPROVED, State.WAITLISTED):
        invitees[str(state)] = invitees.pop(f"registration_{state}")
    tokens = {state: keys.token(Purpose.PARTICIPATION, each.id, each.link_version) for state, each in invitees.items()}
    links = {state: [each.id, each.link_version] for state, each in invitees.items()}

    challenge = rows(select(SignInChallenge).order_by(SignInChallenge.id.desc())).first()
    of_somebody = (Invitation.delegated_from_id.is_not(None), Invitation.state == InvitationState.DRAFT)
    proposed = rows(select(Invitation).where(*of_somebody)).first()
    assert proposed is not None
    unconfirmed, sent = interests[InterestState.UNCONFIRMED], invitations[InvitationState.SENT]
    assert challenge is not None
    message = rows(select(OutboxMessage)).first()
    here = rows(select(CheckIn).order_by(CheckIn.id.desc())).first()
    assert here is not None
    membership = rows(select(Membership).order_by(Membership.id.desc())).first()
    groups = question_queries.list_groups(ctx, event.id)
    group, own_pages = groups[0], [f"own-{each.id}" for each in groups]
    paper = rows(select(Material).order_by(Material.id)).first()
    assert message is not None and membership is not None and paper is not None
    board = rows(select(IdeaBoard)).one()
    values: dict[str, Any] = {
        "board_id": board.id,
        "code": board.code,
        "event": SLUG,
        "registration_id": registrations[State.SUBMITTED].id,
        "invitation_id": invitations[InvitationState.DRAFT].id,
        "interest_id": interests[InterestState.OPEN].id,
        "preview_id": 1,
        "session_id": 1,
        "material_id": paper.id,
        "material_name": paper.name,
        "announcement_id": 1,
        "message_id": message.id,
        "membership_id": membership.id,
        "group_id": group.id,
        "question_id": group.questions[0].id,
        "number": 1,
        "slug": "summary-1",
        "day": event.starts_on.isoformat(),
        "fund_id": 1,
        "language": "en",
        "other": 2,
        "revision": 1,
        "page": "you",
        "name": sorted(mailbox.glob("*.eml"))[-1].stem,
    }
    parts = {"institutions": event.institutions, "themes": event.themes, "categories": event.categories}
    each_part = [{"kind": kind, "part_id": parts[kind][0].id} for kind in PARTS]
    ticked = {state: pack([each.id]) for state, each in registrations.items()}
    objects: dict[str, list[dict[str, Any]]] = {
        "accounts.open_link": [
            {"token": keys.token(Purpose.SIGN_IN, challenge.id, version_of(challenge.created_at))},
            {"token": "nothing"},
        ],
        "agenda_import.preview": [{"preview_id": 1}],
        "materials_desk.add": [{"session_id": 2, "what": "file"}, {"session_id": 2, "what": "link"}],
        "materials_desk.edit": [{"material_id": paper.id}, {"material_id": paper.id + 1}],
        "materials_desk.of_session": [{"session_id": 2}, {"session_id": 4}],
        "agenda_notices.look": [{"number": 2}],
        "agenda.session": [{"session_id": 2}, {"session_id": 4}],
        "check_in_desk.door": [
            {},
            {"?": "?who=ma"},
            {"?": f"?answer={registrations[State.WAITLISTED].id}"},
            {"?": f"?answer={here.registration_id}&done={here.id}"},
        ],
        "events_desk.confirm": [{"action": "close"}, {"action": "cancel"}],
        "events_parts.add": [{"kind": kind} for kind in (*PARTS, "places")],
        "events_parts.edit": each_part,
        "events_parts.listing": [{"kind": kind} for kind in (*PARTS, "places")],
        "events_parts.remove": each_part,
        "interest_desk.detail": [{"interest_id": each.id} for each in interests.values()],
        "invitations.interest_link": [
            {"token": keys.token(Purpose.INTEREST, unconfirmed.id, unconfirmed.link_version)},
            {"token": "nothing"},
        ],
        "invitations.unsubscribe": [{"token": keys.token(Purpose.NO_REMINDERS, sent.id, sent.link_version)}],
        "invitations_desk.detail": [{"invitation_id": each.id} for each in invitations.values()],
        "invitations_desk.imports.template": [{"kind": "csv"}],
        "invitations_desk.reissue": [{"invitation_id": sent.id}],
        "form_exceptions.keep_open": [
            {"invitation_id": invitations[each].id} for each in (InvitationState.SENT, InvitationState.DECLINED)
        ],
        "proposals_desk.decline": [{"invitation_id": proposed.id}],
        "invitations_desk.revoke": [{"invitation_id": sent.id}],
        "late_registrations.preview": [{"preview_id": 2}],
        "late_registrations.template": [{"kind": "csv"}],
        "notes_writing.write": [{"slug": "summary-1"}, {"slug": "summary-2"}],
        "notes_translating.sheet": [{"language": "fr"}],
        "questions_desk.add_question": [{}, {"?": "?kind=one_of"}],
        "questions_preview.preview": [{"language": "fr"}],
        "printing.choose": [{}, {"?": "?what=certificates"}],
        "printing.job": [{"job_id": number} for number in (1, 2, 3)],
        "printing.document": [{"job_id": 1}],
        "registrations_desk.ask": [
            {"registration_id": registrations[State.SUBMITTED].id, "action": "decline"},
            {"registration_id": registrations[State.APPROVED].id, "action": "revoke"},
        ],
        "registrations_bulk.done": [
            {"?": f"?decision=approve&done={ticked[State.APPROVED]}&full={ticked[State.SUBMITTED]}"}
        ],
        "registrations_bulk.restate": [
            {"?": f"?decision={decision}&chosen={ticked[State.SUBMITTED]}"} for decision in ("approve", "decline")
        ],
        "registrations_desk.detail": [{"registration_id": each.id} for each in registrations.values()],
        "registrations_desk.list_all": [{}, {"?": f"?show=chosen&chosen={ticked[State.SUBMITTED]}"}],
        "sign_ups.remove": [{"registration_id": registrations[State.APPROVED].id}],
        "waitlist_desk.offer": [{"registration_id": registrations[State.WAITLISTED].id}],
        "waitlist_desk.place": [{"registration_id": registrations[State.WAITLISTED].id}],
    }
    return Arguments(event.id, tokens, links, own_pages, values, objects)
