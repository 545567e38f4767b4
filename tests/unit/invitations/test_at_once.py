"""Several at the very same moment: one import, one invitation an address, one answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM, Context
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import imports, service
from eventapp.invitations.errors import AlreadyInvited
from eventapp.invitations.models import Invitation
from tests.support.factories import make_account, make_event, make_invitation

Work = Callable[..., AbstractContextManager[Context]]
MANY = 6


def at_once(app: Flask, command: Callable[[Context], object]) -> list[object]:
    """Run the command in several threads that start together, each in its own unit of work."""
    ready = Barrier(MANY)

    def one(_: int) -> object:
        with app.app_context():
            ready.wait()
            try:
                with unit_of_work(SYSTEM) as ctx:
                    return command(ctx)
            except AlreadyInvited as error:
                return type(error)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_a_list_is_imported_once(app: Flask, work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        account = make_account(ctx)
        data = b"email,name\n" + b"".join(b"p%d@example.org,P %d\n" % (n, n) for n in range(50))
        rows, ignored = imports.check(imports.read("l.csv", data), imports.known_of(ctx, event))
        preview = imports.keep_preview(ctx, event, "l.csv", account_id=account.id, rows=rows, ignored=ignored)
        event_id, preview_id = event.id, preview.id
    written = at_once(app, lambda ctx: imports.confirm(ctx, ctx.session.get_one(Event, event_id), preview_id))
    assert sorted(written, key=str) == [50, *[None] * (MANY - 1)]
    with work() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Invitation)) == 50


def test_an_address_is_invited_once(app: Flask, work: Work) -> None:
    with work() as ctx:
        event_id = make_event(ctx).id

    def invite(ctx: Context) -> object:
        values: service.InvitationValues = {"email": "amina@example.org", "name": "Amina", "language": "en"}
        service.invite(ctx, ctx.session.get_one(Event, event_id), values)
        return "written"

    assert sorted(at_once(app, invite), key=str) == [*[AlreadyInvited] * (MANY - 1), "written"]


def test_many_clicks_are_one_answer(app: Flask, work: Work) -> None:
    with work() as ctx:
        invitation_id = make_invitation(ctx, make_event(ctx)).id
    at_once(app, lambda ctx: service.accept(ctx, ctx.session.get_one(Invitation, invitation_id)))
    with work() as ctx:
        assert ctx.session.scalars(select(AuditEntry.action)).all() == ["accept"]
