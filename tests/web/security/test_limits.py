"""Too much, too often, from elsewhere: hosts, sizes, rates, verbs, and what forms do not ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.accounts.models import Account
from eventapp.application import create_app
from eventapp.core.access import Role
from eventapp.core.config import Environment
from eventapp.core.limits import limiter
from eventapp.events.models import Event, Membership
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.models import Registration
from tests.support import world as worlds
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_account, make_event, make_invitation, make_member, make_registration
from tests.support.fixtures import Work
from tests.support.staff import sign_in
from tests.web.invitations.test_letter import token

Staff = Callable[[Any], Visitor]


def another(app: Flask, folder: Path, **changes: Any) -> Flask:
    """The application with other settings on the same database."""
    settings = replace(app.extensions["settings"], instance=folder, **changes)
    made = create_app(settings, clock=app.extensions["clock"])
    with made.app_context():
        limiter.reset()
    return made


def asks(client: FlaskClient, times: int, **headers: str) -> list[int]:
    """Ask for one's link so often, each time for another address, and return the statuses."""
    csrf = Page(client.get("/en/my-link", headers=headers)).form().fields["csrf_token"]
    data = {"csrf_token": csrf}
    return [
        client.post("/en/my-link", data={**data, "email": f"a{n}@example.org"}, headers=headers).status_code
        for n in range(times)
    ]


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_address_does_not_buy_more_tries(app: Flask, tmp_path: Path, proxies: int) -> None:
    made = another(app, tmp_path, trusted_proxies=proxies)
    statuses = asks(made.test_client(), 20, **{"X-Forwarded-For": "10.0.0.1"})
    assert set(statuses) == {303}
    for n in range(5):  # what the visitor claims stands before what our own proxy adds
        forged = f"203.0.113.{n}, 10.0.0.1"
        assert asks(made.test_client(), 1, **{"X-Forwarded-For": forged}) == [429]
    others = asks(made.test_client(), 1, **{"X-Forwarded-For": "10.0.0.2"})
    assert others == ([303] if proxies else [429])


@pytest.mark.parametrize(("language", "heading"), [("en", "Too many attempts"), ("fr", "Trop"), ("es", "Demasiados")])
def test_too_often_is_said_kindly_in_the_readers_language(client: FlaskClient, language: str, heading: str) -> None:
    csrf = Page(client.get(f"/{language}/my-link")).form().fields["csrf_token"]
    data = {"csrf_token": csrf, "email": "a@example.org"}
    answers = [client.post(f"/{language}/my-link", data=data) for _ in range(21)]
    page = Page(answers[-1])
    assert page.status == 429
    assert heading in page.heading
    assert f'lang="{language}"' in page.body
    assert "no-store" in answers[-1].headers["Cache-Control"]


def test_one_address_gets_few_mails_whoever_asks(app: Flask, work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        make_invitation(ctx, event, email="amina@example.org")
    answers = []
    for n in range(12):
        client = app.test_client()
        overrides = {"REMOTE_ADDR": f"10.1.0.{n}"}
        csrf = Page(client.get("/en/my-link", environ_overrides=overrides)).form().fields["csrf_token"]
        data = {"csrf_token": csrf, "email": "Amina@Example.org"}
        app.extensions["clock"].advance(minutes=11)
        answers.append(client.post("/en/my-link", data=data, environ_overrides=overrides).status_code)
    assert set(answers) == {303}
    with work() as ctx:
        assert ctx.session.query(OutboxMessage).count() == 5


def test_a_token_takes_only_so_many_presses(app: Flask) -> None:
    client = app.test_client()
    invented = "1-" + "A" * 32
    assert [client.post(f"/unsubscribe/{invented}").status_code for _ in range(61)] == [404] * 60 + [429]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""]
)
def test_a_host_that_is_not_ours_is_refused_on_every_page(app: Flask, work: Work, host: str) -> None:
    with work() as ctx:
        make_event(ctx, slug="here")
    client = app.test_client()
    for address in ("/", "/en/", "/en/here/", "/en/here/", "/sign-in", "/livez", "/static/x.css", "/nowhere"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400, address
        assert "evil" not in answer.get_data(as_text=True)
        assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


def test_a_forwarded_host_changes_nothing(app: Flask, tmp_path: Path, work: Work) -> None:
    with work() as ctx:
        make_event(ctx, slug="here")
    made = another(app, tmp_path, trusted_proxies=1)
    answer = made.test_client().get(
        "/en/here/", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    )
    assert answer.status_code == 200
    assert "evil.example" not in answer.get_data(as_text=True)


def test_production_cookies_and_transport(app: Flask, tmp_path: Path) -> None:
    made = another(app, tmp_path, environment=Environment.PRODUCTION, base_url="https://workshops.example.org")
    answer = made.test_client().get("/sign-in", base_url="https://workshops.example.org")
    cookie = answer.headers["Set-Cookie"]
    name, *flags = [piece.strip() for piece in cookie.split(";")]
    assert name.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not any(flag.lower().startswith("domain") for flag in flags)
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    for address in ("/mailbox", "/demo/", "/desk/style"):
        assert made.test_client().get(address, base_url="https://workshops.example.org").status_code == 404


def test_the_demo_on_plain_http_has_a_plain_cookie(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_a_cookie_signed_by_another_key_is_worth_nothing(app: Flask, tmp_path: Path, work: Work) -> None:
    with work() as ctx:
        account_id = make_account(ctx, is_admin=True).id
    forger = another(app, tmp_path, secret_key="k" * 40)
    client = forger.test_client()
    sign_in(forger, client, account_id)
    cookie = client.get_cookie("session")
    assert cookie is not None
    victim = app.test_client()
    victim.set_cookie("session", cookie.value)
    assert victim.get("/account").status_code == 303


def test_losing_a_role_or_the_account_acts_at_once(work: Work, staff: Staff, app: Flask) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="here")
        person = make_member(ctx, event, Role.ORGANISER)
    me = staff(person)
    page = me.get("/desk/here/settings")
    assert page.status == 200
    with work() as ctx:
        membership = ctx.session.query(Membership).filter_by(account_id=person.id).one()
        membership.role = Role.OBSERVER
    assert me.get("/desk/here/settings").status == 403
    assert me.submit(page, {}, action="/settings").status == 403
    assert me.get("/desk/here/registrations").status == 200
    with work() as ctx:
        ctx.session.delete(ctx.session.query(Membership).filter_by(account_id=person.id).one())
    assert me.get("/desk/here/registrations").status == 404
    with work() as ctx:
        ctx.session.get_one(type(person), person.id).disabled_at = app.extensions["clock"].now()
    assert me.client.get("/account").status_code == 303


def test_a_huge_body_gets_the_page_that_says_so(work: Work, staff: Staff) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="here")
        person = make_member(ctx, event, Role.OWNER)
    me = staff(person)
    csrf = me.get("/desk/here/invitations/import").form("/import").fields["csrf_token"]
    for data in (
        {"csrf_token": csrf, "file": (BytesIO(b"x" * (12 * 1024 * 1024 + 1)), "a.csv")},
        {"csrf_token": csrf, "text": "x" * (9 * 1024 * 1024)},
        {"csrf_token": csrf, **{f"field{n}": "" for n in range(2000)}},
    ):
        answer = me.client.post("/desk/here/invitations/import", data=data, content_type="multipart/form-data")
        assert answer.status_code == 413
        assert "too large" in Page(answer).heading


def test_verbs_that_nobody_offers(client: FlaskClient, work: Work) -> None:
    with work() as ctx:
        make_event(ctx, slug="here")
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        for address in ("/en/here/", "/sign-in", "/desk/here/settings"):
            assert client.open(address, method=method).status_code in {400, 401, 405}, (method, address)
    assert client.get("/sign-out").status_code == 405


EXTRA = {
    "id": "999", "event_id": "2", "invitation_id": "999", "account_id": "1", "state": "approved", "status": "approved",
    "role": "owner", "is_admin": "1", "link_version": "99", "preapproved": "1", "address_locked": "1",
    "slug": "taken-over", "public_version": "999", "invited_by_id": "999", "delegated_from_id": "999",
    "interest_id": "999", "sent_at": "2020-01-01", "override_reason": "me", "decided_at": "2020-01-01",
    "category": "999", "submitted_at": "2020-01-01", "disabled_at": "x",
}  # fmt: skip
WATCHED = (
    "id", "event_id", "invitation_id", "account_id", "link_version", "public_version", "interest_id", "invited_by_id",
    "delegated_from_id", "override_reason", "slug",
)  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"])  # what a form takes is no matter of the engine
def test_no_form_of_the_desk_takes_what_it_does_not_show(app: Flask, work: Work) -> None:
    """Each form of each page of the owner, sent as it is shown with more fields than it has."""
    world = worlds.build(app)
    client = world.client("owner")
    visitor, sent = Visitor(client), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith(("/desk/<event>", "/account")):
            continue
        page = visitor.get(world.address(rule, world.here))
        if page.status != 200 or "<form" not in page.body:
            continue
        for form in page.tree.forms:
            target = form.get("action") or page.path
            ends = ("sign-out", "/end", "cancel", "/close", "/remove", "/delete", "/revoke", "/people")
            if form.get("method", "get").lower() != "post" or any(word in target for word in ends):
                continue
            shown = dict(form.form_values())
            extra = {name: value for name, value in EXTRA.items() if name not in form.fields}
            client.post(target, data={**extra, **shown})
            sent += 1
    assert sent > 15
    with work() as ctx:
        for table in (Event, Invitation, Registration, Membership, Account):
            for row in ctx.session.query(table):
                taken = {name: getattr(row, name) for name in WATCHED if hasattr(row, name)}
                wrong = {
                    name: value for name, value in taken.items() if str(value) in {"999", "99", "taken-over", "me"}
                }
                assert not wrong
                assert getattr(row, "is_admin", False) is False


def test_no_answer_of_a_guest_decides_anything(app: Flask, work: Work, visitor: Callable[[], Visitor]) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="here")
        make_registration(ctx, event)
        invitation = make_invitation(ctx, event)
        link, invitation_id = f"/i/{token(app, invitation)}", invitation.id
    guest = visitor()
    guest.submit(guest.get(link), EXTRA, action="/accept")
    guest.submit(guest.get("/en/here/my/form/you"), EXTRA, action="/form/")
    with work() as ctx:
        found = ctx.session.get_one(Invitation, invitation_id)
        assert (found.state, found.preapproved, found.address_locked) == (InvitationState.ACCEPTED, False, False)
        assert (found.link_version, found.event.slug) == (1, "here")
    proposer = visitor()
    with work() as ctx:
        second = make_invitation(ctx, ctx.session.query(Event).one(), preapproved=True)
        link = f"/i/{token(app, second)}"
    colleague = {"colleague_name": "Ama", "colleague_email": "ama@example.org", **EXTRA}
    proposer.submit(proposer.get(f"{link}/decline"), colleague, action="/decline")
    with work() as ctx:
        proposed = ctx.session.query(Invitation).filter_by(email="ama@example.org").one()
        assert (proposed.state, proposed.preapproved) == (InvitationState.DRAFT, False)


def test_a_form_sent_without_any_field_is_one_left_empty(
    app: Flask, work: Work, visitor: Callable[[], Visitor]
) -> None:
    with work() as ctx:
        link = f"/i/{token(app, make_invitation(ctx, make_event(ctx, slug='here')))}"
    guest = visitor()
    csrf = guest.get(f"{link}/decline").form("/decline").fields["csrf_token"]
    assert guest.client.post(f"{link}/decline", headers={"X-CSRFToken": csrf}).status_code == 303
    with work() as ctx:
        assert ctx.session.query(Invitation).one().decline_reason == ""
