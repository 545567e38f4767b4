"""What the sample event has none of, for the walk over its pages: a read-out, a board, imports, print jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from eventapp.accounts.models import SignInChallenge
from eventapp.agenda import queries as agenda
from eventapp.agenda import service as agenda_service
from eventapp.agenda.exchange import service as exchange
from eventapp.agenda.exchange.files import read_file
from eventapp.agenda.live import service as live
from eventapp.agenda.live.values import AnnouncementValues
from eventapp.agenda.materials import service as materials
from eventapp.agenda.materials.states import Audience, MaterialKind
from eventapp.agenda.materials.values import MaterialValues
from eventapp.core.context import Context
from eventapp.core.translated import Translated
from eventapp.demo.content import SLUG
from eventapp.demo.loader import find_staff
from eventapp.events.models import Event
from eventapp.events.queries import find_event
from eventapp.invitations import imports
from eventapp.notes import queries as note_queries
from eventapp.notes.comments import service as comments
from eventapp.notes.resources.values import Proposer
from eventapp.notes.states import PublicationKind
from eventapp.registrations import late
from eventapp.registrations.checkin import service as check_ins
from eventapp.registrations.checkin.service import Scan
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import service as printing
from eventapp.registrations.printing.states import PrintKind
from eventapp.registrations.states import State
from tests.support.gathering import make_board, make_resource
from tests.support.publishing import issue_read_out, publish_now

LIST = "Name;Email;Country\r\nAda Example;ada@example.org;SN\r\nNobody;not an address;ZZ\r\n".encode("cp1252")
SESSIONS = (
    "id,date,start,end,title,place,theme,speaker\r\n"
    "1,2024-11-07,16:00,17:00,A market that closes at noon,Great Hall,1,Ada\r\n"
    "2,2024-11-07,17:00,16:00,Backwards,Great Hall,1,Ada\r\n"
)


def furnish(ctx: Context) -> None:
    """Add what the sample event does not have: a published summary, a list that is being imported."""
    event = event_of(ctx)
    account = find_staff(ctx, "organiser")
    assert account is not None
    publish_now(ctx, note_queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1))
    issue_read_out(ctx, event)  # before anybody comments
    table = imports.read("people.csv", LIST)
    rows, ignored = imports.check(table, imports.known_of(ctx, event))
    imports.keep_preview(ctx, event, "people.csv", account_id=account.id, rows=rows, ignored=ignored)
    late_rows, ignored = late.check(ctx, event, table)
    imports.keep_preview(ctx, event, "late.csv", account_id=account.id, rows=late_rows, ignored=ignored)
    confirmed = ctx.session.scalars(
        select(Registration).where(Registration.state == State.APPROVED).order_by(Registration.id)
    ).first()
    assert confirmed is not None
    check_ins.check_in(ctx, event, confirmed, Scan("walked-past", Way.TYPED))
    first_day = note_queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
    said_of_it = comments.Words("", "We tried that, and it held.", "en", signed=True, key="of-the-sample")
    comments.show(ctx, comments.write(ctx, confirmed, first_day, said_of_it))
    make_board(ctx, event, 2, ("Plant along the tram line", "Ask the traders first"))
    make_resource(ctx, event, Proposer(account_id=account.id), theme_id=event.themes[0].id, country="SN")
    for kind in (PrintKind.BADGES, PrintKind.CERTIFICATES):  # one is made, one has failed, a third waits
        printing.ask(ctx, event, kind, [confirmed])
        claimed = printing.claim(ctx, ctx.now)
        assert claimed is not None
        if kind is PrintKind.BADGES:
            printing.finish(ctx, claimed, b"%PDF-1.7", {1: "0000"})
        else:
            printing.fail(ctx, claimed, "PdfFailed")
    printing.ask(ctx, event, PrintKind.BADGE_SHEETS, [confirmed])
    until = ctx.now + timedelta(days=99)
    live.announce(ctx, event, AnnouncementValues(Translated(en="The bus leaves at 18:00."), until))
    live.set_access(ctx, event, None, url="https://meet.example.org/workshop", passcode="918273")
    said = MaterialValues(Translated(en="The slides, with notes"), language="en", filename="a.pdf", data=b"%PDF-1.7")
    materials.add(ctx, event, 2, MaterialKind.FILE, said)
    link = MaterialValues(
        Translated(en="The city’s own report"), "es", Audience.PARTICIPANTS, url="https://example.org"
    )
    materials.add(ctx, event, 2, MaterialKind.LINK, link)
    streamed = agenda.get_draft_session(ctx, event, 2)
    values = agenda_service.values_of(streamed)
    agenda_service.set_values(ctx, streamed, replace(values, ends_local=values.ends_local + timedelta(minutes=5)))
    agenda_service.release(ctx, event)  # the second, which those who take part from afar are to be told of
    sessions = read_file(SESSIONS.encode(), zone=event.timezone, language="en", languages=event.languages)
    exchange.keep_preview(ctx, event, "agenda.csv", sessions, account_id=account.id)
    ctx.session.add(
        SignInChallenge(account_id=account.id, created_at=ctx.now, expires_at=ctx.now + timedelta(days=999))
    )


def event_of(ctx: Context) -> Event:
    """Return the sample event."""
    event = find_event(ctx.session, SLUG)
    assert event is not None
    return event
