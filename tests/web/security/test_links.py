"""Mailed links: scanners change nothing, buttons lead away from the token, what is dead stays dead."""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from eventapp.accounts.models import Account
from eventapp.application import create_app
from eventapp.core.database import Base
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.invitations import interests, messages, service
from eventapp.invitations.models import Interest, Invitation
from eventapp.mail import service as mail
from eventapp.mail.delivery import Courier
from eventapp.mail.letters import Letter
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.databases import KEY
from tests.support.factories import make_account, make_event, make_invitation
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, courier

Visitors = Callable[[], Visitor]
IDLE_MARKS = {"account_session": {"last_seen_at"}}


def rows(work: Work, *, idle_marks: bool = True) -> dict[str, list[Any]]:
    """Return every row of the database, but for when somebody was last seen."""
    dump = {}
    with work() as ctx:
        for table in Base.metadata.sorted_tables:
            left_out = set() if idle_marks else IDLE_MARKS.get(table.name, set())
            columns = [column for column in table.columns if column.name not in left_out]
            query = table.select().with_only_columns(*columns).order_by(*table.primary_key.columns)
            dump[table.name] = [tuple(row) for row in ctx.session.execute(query)]
    return dump


@dataclass
class Mailed:
    """What lies in somebody's inbox: the address of each kind of link, and the code."""

    links: dict[str, str]
    code: str
    letters: list[Letter]
    invitation_id: int
    asked_in: Visitor

    @property
    def secrets(self) -> list[str]:
        """The tokens and the code, and the unguessable part of each token."""
        tokens = [address.rsplit("/", 1)[1] for address in self.links.values()]
        return [self.code, *tokens, *(token.partition("-")[2] for token in tokens)]


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """Everything that anything logs, SQL and its values included."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, old = logging.getLogger(), logging.getLogger().level
    engine = logging.getLogger("sqlalchemy.engine")
    engine_old = engine.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    engine.setLevel(logging.INFO)
    yield written
    engine.setLevel(engine_old)
    root.removeHandler(handler)
    root.setLevel(old)


@pytest.fixture
def mailed(app: Flask, work: Work, visitor: Visitors, clock: StoppedClock, log: io.StringIO) -> Mailed:
    """One of each mailed link, delivered."""
    with work() as ctx:
        event = make_event(ctx, slug="here")
        invitation = make_invitation(ctx, event, email="amina@example.org")
        mail.enqueue(ctx, messages.invited(ctx, invitation))
        mail.enqueue(ctx, messages.reminded(ctx, invitation))
        values: interests.InterestValues = {
            "email": "wanjiru@example.org",
            "name": "Wanjiru",
            "organisation": "Nakuru",
            "country": "KE",
            "motivation": "Our market.",
            "theme_id": None,
            "language": "en",
        }
        interests.record_interest(ctx, event, values)
        make_account(ctx, email="jo@example.org")
        invitation_id = invitation.id
    staff = visitor()
    staff.submit(staff.get("/sign-in"), {"email": "jo@example.org"})
    transport = KeepingTransport()
    with app.app_context():
        assert courier(app, transport).deliver_due() == 4
    found: dict[str, str] = {}
    for letter in transport.letters:
        for part in (letter.text, letter.html):
            for kind, path in re.findall(r"http://localhost(/(?:i|unsubscribe|interest|sign-in)/[\w-]+)()", part):
                found[kind.split("/")[1]] = kind
                assert path == ""
    code = next(m[1] for letter in transport.letters if (m := re.search(r"^(\d{6})$", letter.text, re.MULTILINE)))
    assert set(found) == {"i", "unsubscribe", "interest", "sign-in"}
    return Mailed(found, code, transport.letters, invitation_id, staff)


def test_scanners_change_not_one_row(app: Flask, work: Work, mailed: Mailed) -> None:
    before = rows(work)
    for address in [*mailed.links.values(), f"{mailed.links['i']}/decline"]:
        for scanner in (app.test_client(), mailed.asked_in.client):
            for n in range(10):
                answer = scanner.open(
                    address, method="HEAD" if n % 2 else "GET", headers={"User-Agent": f"Scanner/{n}"}
                )
                assert answer.status_code in {200, 404}
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                assert "no-store" in answer.headers["Cache-Control"]
    assert rows(work) == before


def test_the_dump_sees_one_changed_row(work: Work, mailed: Mailed) -> None:
    before = rows(work)
    with work() as ctx:
        ctx.session.get_one(Invitation, mailed.invitation_id).reminder_count += 1
    assert rows(work) != before


@pytest.mark.parametrize(
    ("kind", "further", "action", "values"),
    [
        ("i", "", "/accept", {}),
        ("i", "/decline", "/decline", {"reason": "I am away."}),
        ("unsubscribe", "", "/unsubscribe/", {}),
        ("interest", "", "/interest/", {}),
        ("sign-in", "", "/sign-in/", {}),
    ],
)
def test_a_press_acts_and_leads_to_an_address_without_the_token(
    work: Work, mailed: Mailed, kind: str, further: str, action: str, values: dict[str, str]
) -> None:
    before = rows(work)
    person = mailed.asked_in
    shown = person.get(mailed.links[kind] + further)
    answer = person.submit(shown, values, action=action, follow=False).response
    assert answer.status_code == 303
    token = mailed.links[kind].rsplit("/", 1)[1]
    assert token not in answer.headers["Location"]
    assert rows(work) != before
    after = person.get(answer.headers["Location"])
    assert after.status == 200
    assert token not in urlsplit(after.response.request.url).path


def test_nothing_secret_is_written_down_anywhere(app: Flask, work: Work, mailed: Mailed, log: io.StringIO) -> None:
    person = mailed.asked_in
    for address in mailed.links.values():
        person.get(address)
    person.submit(person.get(mailed.links["i"]), action="/accept")
    person.submit(person.get(mailed.links["sign-in"]), action="/sign-in/")
    with person.client.session_transaction() as cookie:
        mailed_secrets = [*mailed.secrets, cookie["staff"]]
    with work() as ctx:
        dump = "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in ctx.session.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608 - our own names
        )
    assert "amina@example.org" in dump
    assert "INSERT INTO" in log.getvalue()
    for secret in mailed_secrets:
        assert secret not in dump
        assert secret not in log.getvalue()


def test_tokens_are_long_enough_and_every_bit_counts(app: Flask, mailed: Mailed) -> None:
    keys: LinkKeys = app.extensions["link_keys"]
    token = mailed.links["i"].rsplit("/", 1)[1]
    assert math.log2(64) * len(token.partition("-")[2]) >= 128
    letters = "ABab01-_"
    for place in range(token.index("-") + 1, len(token)):
        other = next(letter for letter in letters if letter != token[place])
        changed = token[:place] + other + token[place + 1 :]
        assert not keys.opens(changed, Purpose.PARTICIPATION, mailed.invitation_id, 1)


def test_a_token_opens_its_own_kind_of_page_only(app: Flask, work: Work, mailed: Mailed) -> None:
    """Even where the numbers are the same: each purpose is signed by itself."""
    for kind, address in mailed.links.items():
        token = address.rsplit("/", 1)[1]
        for other in {"i", "unsubscribe", "interest", "sign-in"} - {kind}:
            assert mailed.asked_in.client.get(f"/{other}/{token}").status_code == 404
    keys: LinkKeys = app.extensions["link_keys"]
    for purpose in Purpose:
        for other_purpose in set(Purpose) - {purpose}:
            assert not keys.opens(keys.token(purpose, 1, 1), other_purpose, 1, 1)


def test_a_cookie_of_one_event_opens_no_other(app: Flask, work: Work, mailed: Mailed) -> None:
    with work() as ctx:
        there = make_event(ctx, slug="there")
        theirs = make_invitation(ctx, there)
        there_id, theirs_id = there.id, theirs.id
    client = app.test_client()
    for opened in (
        {str(there_id): [mailed.invitation_id, 1]},
        {str(there_id): [theirs_id, 2]},
        {str(there_id): [theirs_id, 0]},
        {str(there_id): [10**6, 1]},
    ):
        with client.session_transaction() as cookie:
            cookie["opened"] = opened
        assert client.get("/en/there/my").status_code == 404


def opened(mailed: Mailed, visitor: Visitors) -> Visitor:
    person = visitor()
    person.submit(person.get(mailed.links["i"]), action="/accept")
    assert person.client.get("/en/here/my/form/you").status_code == 200
    return person


@pytest.mark.parametrize("how", ["reissue", "address", "revoke"])
def test_what_ends_a_link_ends_its_copies_too(
    app: Flask, work: Work, visitor: Visitors, mailed: Mailed, how: str
) -> None:
    person = opened(mailed, visitor)
    waiting = person.get("/en/here/my/form/you")
    with work() as ctx:
        invitation = ctx.session.get_one(Invitation, mailed.invitation_id)
        if how == "revoke":
            service.revoke(ctx, invitation, "A mistake.")
        else:
            service.reissue(ctx, invitation, email="other@example.org" if how == "address" else None)
    before = rows(work)
    for address in (mailed.links["i"], f"{mailed.links['i']}/decline", mailed.links["unsubscribe"], "/en/here/my"):
        assert person.client.get(address).status_code == 404
    for address in (mailed.links["i"] + "/accept", mailed.links["i"] + "/decline", mailed.links["unsubscribe"]):
        token = person.get("/en/my-link").form().fields["csrf_token"]
        assert person.client.post(address, data={"csrf_token": token}).status_code == 404
    assert person.submit(waiting, {"name": "Somebody else"}).status == 404
    assert rows(work) == before


def test_a_revoked_invitation_made_a_draft_again_opens_nothing_old(
    work: Work, visitor: Visitors, mailed: Mailed
) -> None:
    person = opened(mailed, visitor)
    with work() as ctx:
        invitation = ctx.session.get_one(Invitation, mailed.invitation_id)
        service.revoke(ctx, invitation, "A mistake.")
        service.reopen(ctx, invitation)
        service.send(ctx, invitation)
    assert person.client.get(mailed.links["i"]).status_code == 404
    assert person.client.get("/en/here/my").status_code == 404


def test_a_deleted_interest_leaves_a_dead_link(app: Flask, work: Work, mailed: Mailed) -> None:
    with work() as ctx:
        ctx.session.delete(ctx.session.query(Interest).one())
    assert app.test_client().get(mailed.links["interest"]).status_code == 404


def test_a_disabled_account_has_no_way_in(work: Work, mailed: Mailed, clock: StoppedClock) -> None:
    with work() as ctx:
        ctx.session.query(Account).one().disabled_at = clock.now()
    assert mailed.asked_in.client.get(mailed.links["sign-in"]).status_code == 404


def test_keys_rotate_and_a_removed_key_opens_nothing(app: Flask, tmp_path: Path, mailed: Mailed) -> None:
    new = "a-newer-key-" + "y" * 32
    token = mailed.links["i"].rsplit("/", 1)[1]
    for keys, status in (((new, KEY), 200), ((new,), 404), ((KEY,), 200)):
        settings = replace(app.extensions["settings"], link_keys=keys, instance=tmp_path)
        other = create_app(settings, clock=app.extensions["clock"])
        assert other.test_client().get(f"/i/{token}").status_code == status
        with other.app_context():
            made = Courier(settings, other.extensions["link_keys"], KeepingTransport())
            assert made is not None
        newest: LinkKeys = other.extensions["link_keys"]
        assert (newest.token(Purpose.PARTICIPATION, mailed.invitation_id, 1) == token) == (keys[0] == KEY)


@pytest.mark.parametrize(
    "token", ["", "1", "1-", "zzzzzzzzzzzzz-" + "A" * 32, "1-" + "A" * 32, "١-" + "A" * 32, "1-" + "A" * 33]
)
@pytest.mark.parametrize("kind", ["i", "unsubscribe", "interest", "sign-in"])
def test_invented_tokens_get_a_kind_word(app: Flask, kind: str, token: str) -> None:
    assert app.test_client().get(f"/{kind}/{token}").status_code == 404 or (kind == "sign-in" and not token)
