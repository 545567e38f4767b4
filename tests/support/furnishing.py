"""One of everything that has an address, for the walks over the URL map."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventapp.accounts.models import SignInChallenge
from eventapp.accounts.rules import version_of
from eventapp.agenda import service as agenda
from eventapp.agenda.exchange.models import AgendaImport
from eventapp.agenda.live import service as live
from eventapp.agenda.live.values import AnnouncementValues
from eventapp.agenda.materials import service as materials
from eventapp.agenda.materials.states import MaterialKind
from eventapp.agenda.materials.values import MaterialValues
from eventapp.agenda.service import SessionValues
from eventapp.agenda.signup import feeds
from eventapp.agenda.signup import service as sign_ups
from eventapp.agenda.states import SessionKind
from eventapp.core.context import Context
from eventapp.core.tokens import Purpose
from eventapp.core.uploads import MediaType
from eventapp.events.models import Event, Membership
from eventapp.invitations import messages
from eventapp.invitations import service as invitations
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.models import ImportPreview, Interest
from eventapp.invitations.states import InterestState
from eventapp.mail import service as mail
from eventapp.notes import service as notes
from eventapp.notes.attribution import service as attribution
from eventapp.notes.comments import service as comments
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.session_notes.states import EntryKind, NoteState
from eventapp.notes.states import PublicationKind
from eventapp.registrations.checkin import service as check_ins
from eventapp.registrations.checkin.service import Scan
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.printing import service as printing
from eventapp.registrations.printing.states import PrintKind
from eventapp.registrations.questions import files
from eventapp.registrations.questions import service as questions
from eventapp.registrations.questions.files import CheckedFile
from eventapp.registrations.questions.shape import QuestionValues
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.states import State
from tests.support import factories
from tests.support.factories import tr
from tests.support.gathering import furnish_gathering
from tests.support.noting import make_entry, make_note
from tests.support.publishing import issue_read_out, publish_now
from tests.support.sponsoring import make_fund, make_sponsorship
from tests.support.sponsorship_places import furnish_sponsorship

# Endpoints whose token is of another purpose than the personal link.
INTEREST = ("invitations.interest_link", "invitations.confirm_interest")
UNSUBSCRIBE = ("invitations.unsubscribe", "invitations.stop_reminders")
FOLLOW_UP = ("follow_up.page", "follow_up.send", "follow_up.confirm_stop", "follow_up.stop", "follow_up.resume")
QUOTES = ("quotes.page", "quotes.answer")
SIGN_IN = ("accounts.open_link", "accounts.sign_in_with_link")

PICTURE = base64.b64decode(  # one pixel, as documents must be able to show it
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def furnish(ctx: Context, event: Event, accounts: dict[str, int]) -> dict[str, Any]:
    """Fill the event and return what each argument of an address is in it.

    A key `endpoint:argument` speaks for one endpoint only, `blueprint:argument` for one blueprint. `invitation` is
    the one the participant holds, `tokens` are `(endpoint, purpose, id, version)`.
    """
    theme = factories.make_theme(ctx, event)
    place = factories.make_place(ctx, event)
    ctx.session.refresh(event, ["places"])
    institution = factories.make_institution(
        ctx, event, logo=PICTURE, logo_type="image/png", logo_name=secrets.token_hex(8)
    )
    draft = factories.make_invitation(ctx, event)
    proposal = invitations.decline(
        ctx, factories.make_invitation(ctx, event), instead=Colleague("Proposed Person", "proposed@example.org")
    )
    assert proposal is not None
    registration = factories.make_registration(ctx, event, state=State.APPROVED, decided_at=ctx.now)
    checked_in = check_ins.check_in(ctx, event, registration, Scan(secrets.token_hex(8), Way.TYPED))
    assert checked_in.check_in is not None
    membership = ctx.session.scalars(
        select(Membership).where(Membership.event_id == event.id, Membership.account_id == accounts["desk"])
    ).one()
    interest = _interest(ctx, event, InterestState.OPEN)
    unconfirmed = _interest(ctx, event, InterestState.UNCONFIRMED)
    preview = _added(
        ctx,
        ImportPreview(
            event_id=event.id,
            account_id=accounts["owner"],
            filename="people.csv",
            rows=[],
            ignored_columns=[],
            created_at=ctx.now,
        ),
    )
    session = agenda.add_session(
        ctx,
        event,
        SessionValues(
            kind=SessionKind.PLENARY,
            title=tr("Opening"),
            starts_local=datetime(2024, 11, 7, 9),
            ends_local=datetime(2024, 11, 7, 10),
            place_id=place.id,  # which has a sign for its door
        ),
    )
    agenda.release(ctx, event)
    paper = materials.add(
        ctx,
        event,
        session.id,
        MaterialKind.FILE,
        MaterialValues(tr("Paper"), filename="paper.pdf", data=b"%PDF-1.7 of a test"),
    )
    sessions_file = _added(
        ctx,
        AgendaImport(
            event_id=event.id,
            account_id=accounts["owner"],
            filename="schedule.xml",
            rows=[],
            losses=[],
            created_at=ctx.now,
        ),
    )
    announcement = live.announce(ctx, event, AnnouncementValues(tr("Lunch is served."), ctx.now + timedelta(hours=1)))
    feed = feeds.make(ctx, registration, "en")
    sign_ups.choose(ctx, registration, session.id)
    agenda.set_values(ctx, session, replace(agenda.values_of(session), title=tr("Opening, renamed")))
    second = agenda.release(ctx, event).number
    summary = notes.open_publication(ctx, event, PublicationKind.SUMMARY, 1)
    written = notes.save_source(ctx, summary, title="First day", text="What was said.", base_revision=0)
    publish_now(ctx, summary)
    insight = issue_read_out(ctx, event)  # before anybody comments
    asked = _added(ctx, TakeHome(event_id=event.id, registration_id=registration.id, language="en", asked_at=ctx.now))
    note = make_note(ctx, event, state=NoteState.SUBMITTED)
    quote = make_entry(ctx, note, kind=EntryKind.QUOTE, text="We paid for it.")
    consent = attribution.ask(
        ctx, event, quote, registration=registration, name="", email="", language="", words=quote.text
    )
    comment = comments.write(ctx, registration, summary, comments.Words("", "Is that so?", "en", False, "form"))
    page = questions.add_group(ctx, event, tr("Your visit"), tr("Few places."))
    handed_in = questions.add_question(ctx, event, page, QuestionValues(QuestionKind.FILE, tr("Your passport")))
    checked = CheckedFile("passport.pdf", MediaType.PDF, b"%PDF-1.7")
    file_name = files.keep(ctx, registration.invitation_id, event.id, handed_in.id, checked)
    registration.own_answers = {str(handed_in.id): file_name}
    question = questions.add_question(ctx, event, page, QuestionValues(QuestionKind.YES_NO, tr("Do you come along?")))
    job = printing.ask(ctx, event, PrintKind.BADGES, [registration])
    claimed = printing.claim(ctx, ctx.now)
    assert claimed is not None
    printing.finish(ctx, claimed, b"%PDF-1.7", {registration.id: "0000"})
    message = mail.enqueue(ctx, messages.invited(ctx, draft))
    challenge = _added(
        ctx,
        SignInChallenge(account_id=accounts["owner"], created_at=ctx.now, expires_at=ctx.now + timedelta(minutes=10)),
    )
    fund = make_fund(ctx, event, hotels={"Hotel Mar": {event.starts_on: 2}})
    make_sponsorship(ctx, fund, registration=registration)
    return {
        "registration_id": registration.id,
        "check_in_id": checked_in.check_in.id,
        "job_id": job.id,
        "invitation_id": draft.id,
        "proposals_desk.decline:invitation_id": proposal.id,
        "proposals_desk.confirm:invitation_id": proposal.id,
        "interest_id": interest.id,
        "preview_id": preview.id,
        "message_id": message.id,
        "membership_id": membership.id,
        "session_id": session.id,
        "group_id": question.group_id,
        "question_id": question.id,
        "material_id": paper.id,
        "material_name": paper.name,
        "materials_desk.add:what": "link",
        "agenda_import.preview:preview_id": sessions_file.id,
        "agenda_import.confirm:preview_id": sessions_file.id,
        "announcement_id": announcement.id,
        "accounts.end_session:session_id": 1,
        "events_desk.confirm:action": "close",
        "action": "revoke",
        "part_id": theme.id,
        "kind": "themes",
        "events_parts.logo:part_id": institution.id,
        "events_parts.logo:kind": "institutions",
        "invitations_desk.imports.template:kind": "csv",
        "late_registrations.template:kind": "csv",
        "way": "up",
        "logo_name": institution.logo_name,
        "page": "you",
        "number": 1,
        "edition": 1,
        "insight_id": insight.id,
        "notes_read_out.part:part": "outlook",
        "language": "en",
        "notes_translating:language": "fr",
        "notes_xliff:language": "fr",
        "agenda_notices.look:number": second,
        "agenda_notices.send:number": second,
        "agenda_notices.drop:number": second,
        "other": second,
        "revision": 1,
        "slug": "summary-1",
        "paragraph_key": written.paragraphs[1].key,
        "key": "organiser",
        "name": "nothing",
        "registration_form.file:name": file_name,
        "registration_answers.file:name": file_name,
        "day": "2024-11-07",
        "comment_id": comment.id,
        "note_id": note.id,
        "notes_attribution:entry_id": quote.id,
        "notes_autosave:key": "0123456789abcdef",
        "fund_id": fund.id,
        "sponsorship_form.form:page": "journey",
        "sponsorship_form.save:page": "journey",
        "hotel_id": fund.hotels[0].id,
        "sponsorship_funds.change_state:action": "close",
        **furnish_gathering(ctx, event, session.id, registration.id),
        **furnish_sponsorship(ctx, event, accounts, fund, PICTURE),
        "invitation": registration.invitation,
        "tokens": [
            ("my_agenda.feed", Purpose.CALENDAR, feed.id, feed.version),
            *((name, Purpose.INTEREST, unconfirmed.id, unconfirmed.link_version) for name in INTEREST),
            *((name, Purpose.NO_REMINDERS, draft.id, draft.link_version) for name in UNSUBSCRIBE),
            *((name, Purpose.FOLLOW_UP, asked.id, 1) for name in FOLLOW_UP),
            *((name, Purpose.QUOTE, consent.id, consent.link_version) for name in QUOTES),
            *((name, Purpose.SIGN_IN, challenge.id, version_of(challenge.created_at)) for name in SIGN_IN),
        ],
    }


def _interest(ctx: Context, event: Event, state: InterestState) -> Interest:
    return _added(
        ctx,
        Interest(
            event_id=event.id,
            state=state,
            email=f"{state}-{secrets.token_hex(3)}@example.org",
            name="Somebody Interested",
            organisation="Town of Example",
            country="KE",
            motivation="We rebuilt our market and would like to tell.",
            language="en",
            created_at=ctx.now,
        ),
    )


def _added(ctx: Context, thing: Any) -> Any:
    ctx.session.add(thing)
    ctx.session.flush()
    return thing
