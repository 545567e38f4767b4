"""Signing in: by link in the same browser, by code, never twice, never telling who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from eventapp.accounts.models import Account, AccountSession, SignInChallenge
from eventapp.core.audit import AuditEntry
from eventapp.core.database import Base
from eventapp.mail.models import OutboxMessage
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_account
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, courier

Visitors = Callable[[], Visitor]


@pytest.fixture
def account(work: Work) -> Account:
    with work() as ctx:
        return make_account(ctx, email="jo@example.org", name="Jo Müller", language="fr")


class Post:
    """Delivers the outbox and reads the newest mail."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.transport = KeepingTransport()

    def deliver(self) -> int:
        with self._app.app_context():
            return courier(self._app, self.transport).deliver_due()

    def link(self) -> str:
        found = re.search(r"http://localhost(/sign-in/\S+)", self.transport.letters[-1].text)
        assert found
        return found[1]

    def code(self) -> str:
        found = re.search(r"^(\d{6})$", self.transport.letters[-1].text, re.MULTILINE)
        assert found
        return found[1]


@pytest.fixture
def post(app: Flask) -> Post:
    return Post(app)


def ask(visitor: Visitor, email: str = "jo@example.org", address: str = "/sign-in") -> Page:
    return visitor.submit(visitor.get(address), {"email": email})


def is_in(visitor: Visitor) -> bool:
    return visitor.client.get("/account").status_code == 200


def test_the_link_signs_in_with_a_press_in_the_browser_that_asked(
    account: Account, visitor: Visitors, post: Post
) -> None:
    me = visitor()
    ask(me, address="/sign-in?next=/account")
    assert post.deliver() == 1
    for _ in range(20):
        assert me.client.get(post.link()).status_code == 200
        assert me.client.head(post.link()).status_code == 200
    page = me.get(post.link())
    assert "Jo Müller" in page.text
    assert not is_in(me)
    answer = me.submit(page, action="/sign-in/", follow=False)
    assert (answer.response.status_code, answer.response.headers["Location"]) == (303, "/account")
    assert is_in(me)


def test_the_code_signs_in_and_spaces_do_not_matter(account: Account, visitor: Visitors, post: Post) -> None:
    me = visitor()
    page = ask(me)
    post.deliver()
    code = post.code()
    answer = me.submit(page, {"code": f" {code[:3]} {code[3:]}"}, follow=False)
    assert (answer.response.status_code, answer.response.headers["Location"]) == (303, "/desk/")
    assert is_in(me)


def test_a_link_works_once(account: Account, visitor: Visitors, post: Post) -> None:
    me = visitor()
    ask(me)
    post.deliver()
    page = me.get(post.link())
    me.submit(page, action="/sign-in/", follow=False)
    again = me.get(f"{post.link()}?lang=en")
    assert (again.status, "no longer" in again.heading) == (404, True)
    with me.client.session_transaction() as cookie:
        cookie.pop("staff")
    token = page.form("/sign-in/").fields["csrf_token"]
    assert me.client.post(post.link(), data={"csrf_token": token}).status_code in {400, 404}
    assert not is_in(me)


def test_link_and_code_of_one_mail_are_one_use(account: Account, visitor: Visitors, post: Post) -> None:
    me = visitor()
    code_page = ask(me)
    post.deliver()
    link_page = me.get(post.link())
    me.submit(code_page, {"code": post.code()}, follow=False)
    me.client.post("/sign-out")
    assert me.get(post.link()).status == 404
    assert link_page.status == 200


def test_another_browser_is_told_to_go_back_to_the_first(account: Account, visitor: Visitors, post: Post) -> None:
    me, thief = visitor(), visitor()
    ask(me)
    post.deliver()
    page = thief.get(post.link())
    assert (page.status, page.heading) == (404, "This is another browser")
    token_page = thief.get("/sign-in")
    token = token_page.form().fields["csrf_token"]
    assert thief.client.post(post.link(), data={"csrf_token": token}).status_code == 404
    ask(thief, "somebody@example.org")
    assert thief.get(post.link()).status == 404
    assert not is_in(thief)
    assert me.get(post.link()).status == 200


def test_another_browser_cannot_use_the_code(account: Account, visitor: Visitors, post: Post) -> None:
    me, thief = visitor(), visitor()
    ask(me)
    post.deliver()
    page = ask(thief, "somebody@example.org")
    assert thief.submit(page, {"code": post.code()}).status == 422
    assert not is_in(thief)


def test_ten_minutes_end_it(account: Account, visitor: Visitors, post: Post, clock: StoppedClock) -> None:
    me = visitor()
    page = ask(me)
    post.deliver()
    clock.advance(minutes=10)
    assert me.get(post.link()).status == 404
    refused = me.submit(page, {"code": post.code()})
    assert (refused.status, "Ask for a new mail" in refused.text) == (422, True)


def test_five_wrong_codes_end_it_even_for_the_right_one(account: Account, visitor: Visitors, post: Post) -> None:
    me = visitor()
    page = ask(me)
    post.deliver()
    wrong = f"{(int(post.code()) + 1) % 10**6:06}"
    for n in range(5):
        refused = me.submit(page, {"code": wrong})
        assert refused.status == 422
        assert ("no longer" in refused.text) == (n == 4)
    assert me.submit(page, {"code": post.code()}).status == 422
    assert me.get(post.link()).status == 404
    assert not is_in(me)


def _steps(me: Visitor, email: str) -> list[tuple[int, str]]:
    """Everything that somebody who types the address and then guesses gets to see, form tokens aside."""
    pages = [ask(me, email)]
    pages += [me.submit(pages[0], {"code": "000 001"}) for _ in range(6)]
    return [(page.status, re.sub(r'name="csrf_token"[^>]*>', "", page.body)) for page in pages]


def test_an_unknown_address_gets_the_same_answers_in_every_step(
    account: Account, visitor: Visitors, post: Post
) -> None:
    assert _steps(visitor(), "jo@example.org") == _steps(visitor(), "nobody@example.org")
    assert post.deliver() == 0 or len(post.transport.letters) == 1


def test_only_people_with_an_account_get_mail(account: Account, visitor: Visitors, post: Post) -> None:
    ask(visitor(), "nobody@example.org")
    assert post.deliver() == 0
    ask(visitor(), "JO@Example.org ")
    assert post.deliver() == 1
    assert post.transport.letters[0].recipient == "jo@example.org"
    assert post.transport.letters[0].language == "fr"


def test_a_closed_account_gets_neither_mail_nor_entry(
    account: Account, visitor: Visitors, post: Post, work: Work, clock: StoppedClock
) -> None:
    me = visitor()
    page = ask(me)
    post.deliver()
    with work() as ctx:
        ctx.session.get_one(Account, account.id).disabled_at = clock.now()
    assert me.get(post.link()).status == 404
    assert me.submit(page, {"code": post.code()}).status == 422
    ask(visitor())
    assert post.deliver() == 0


@pytest.mark.parametrize(
    "tries", ["", "no address", "a@b", "two@example.org, one@example.org", "x@example.org\r\nBcc: y"]
)
def test_what_is_not_one_address_is_refused_beside_the_field(visitor: Visitors, tries: str) -> None:
    page = ask(visitor(), tries)
    assert page.status == 422
    assert len(page.errors) == 1


def test_a_code_needs_a_request_first(visitor: Visitors) -> None:
    assert visitor().get("/sign-in/code").path == "/sign-in"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "///evil.example", "evil.example", "/ /evil.example", "http:evil.example",
        "/%0d\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_next_leads_nowhere_but_here(account: Account, visitor: Visitors, post: Post, elsewhere: str) -> None:
    me = visitor()
    form = me.get("/sign-in").form()
    data = {"csrf_token": form.fields["csrf_token"], "email": "jo@example.org", "next": elsewhere}
    me.client.post("/sign-in", data=data)
    post.deliver()
    answer = me.submit(me.get(post.link()), action="/sign-in/", follow=False)
    assert answer.response.headers["Location"] == "/desk/"
    signed_in = me.client.get("/sign-in", query_string={"next": elsewhere})
    assert signed_in.headers["Location"] == "/desk/"


def test_a_cookie_copied_before_sign_out_is_dead_after(account: Account, visitor: Visitors, post: Post) -> None:
    me, copy = visitor(), visitor()
    page = ask(me)
    before = me.client.get_cookie("session")
    post.deliver()
    me.submit(page, {"code": post.code()}, follow=False)
    cookie = me.client.get_cookie("session")
    assert cookie is not None
    assert before is not None
    assert cookie.value != before.value
    copy.client.set_cookie("session", cookie.value)
    assert is_in(copy)
    me.submit(me.get("/account"), action="/sign-out")
    assert not is_in(me)
    assert not is_in(copy)


def test_signing_in_leaves_nothing_of_the_old_cookie(account: Account, visitor: Visitors, post: Post) -> None:
    me = visitor()
    page = ask(me)
    with me.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        planted_csrf = cookie.get("csrf_token")
    post.deliver()
    me.submit(page, {"code": post.code()}, follow=False)
    with me.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "sign_in" not in cookie
        assert cookie.get("csrf_token") != planted_csrf


def test_sessions_end_idle_and_after_a_week(
    account: Account, visitor: Visitors, post: Post, clock: StoppedClock
) -> None:
    me = visitor()
    page = ask(me)
    post.deliver()
    me.submit(page, {"code": post.code()}, follow=False)
    clock.advance(hours=11)
    assert is_in(me)
    clock.advance(hours=11)
    assert is_in(me)
    clock.advance(hours=12)
    assert not is_in(me)

    page = ask(me)
    post.deliver()
    me.submit(page, {"code": post.code()}, follow=False)
    for _ in range(16):
        assert is_in(me)
        clock.advance(hours=10.5)
    assert not is_in(me)


def test_too_many_mails_to_one_address_are_refused_alike_for_everybody(
    account: Account, visitor: Visitors, post: Post
) -> None:
    answers = {}
    for email in ("jo@example.org", "nobody@example.org"):
        answers[email] = [ask(visitor(), email).status for _ in range(8)]
    assert answers["jo@example.org"] == answers["nobody@example.org"] == [200] * 6 + [429] * 2
    assert post.deliver() == 6


def test_signing_in_is_audited_and_holds_no_secret(account: Account, visitor: Visitors, post: Post, work: Work) -> None:
    me = visitor()
    page = ask(me)
    post.deliver()
    me.submit(page, {"code": post.code()}, follow=False)
    with work() as ctx:
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in")).one()
        assert (entry.actor_kind, entry.actor_id, entry.details) == ("staff", account.id, {})


def test_nothing_secret_is_in_the_database_the_outbox_or_the_log(
    account: Account, visitor: Visitors, post: Post, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    me = visitor()
    page = ask(me)
    post.deliver()
    code, link = post.code(), post.link()
    me.submit(page, {"code": code}, follow=False)
    with me.client.session_transaction() as cookie:
        session_token = cookie["staff"]
    with work() as ctx:
        dump = "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in ctx.session.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608 - our own table names
        )
        assert ctx.session.scalars(select(OutboxMessage)).one().text_body.count("own-secret-code") == 1
    token = link.rsplit("/", 1)[1]
    for secret in (code, token, token.partition("-")[2], session_token):
        assert secret not in dump
        assert secret not in caplog.text


def test_the_sign_in_mail_speaks_three_languages_and_both_parts_hold_link_and_code(
    account: Account, visitor: Visitors, post: Post, work: Work
) -> None:
    ask(visitor())
    post.deliver()
    letter = post.transport.letters[0]
    assert post.link() in letter.html
    assert post.code() in letter.html
    assert letter.reply_to is None


def test_own_account_name_language_and_browsers(account: Account, visitor: Visitors, post: Post, work: Work) -> None:
    browsers = []
    for _ in range(3):
        each = visitor()
        page = ask(each)
        post.deliver()
        each.submit(page, {"code": post.code()}, follow=False)
        browsers.append(each)
    me = browsers[0]
    page = me.submit(me.get("/account?lang=en"), {"name": "  Jo\r\nBcc: Müller ", "language": "es"}, action="/account")
    with work() as ctx:
        changed = ctx.session.get_one(Account, account.id)
        assert (changed.name, changed.language) == ("Jo Bcc: Müller", "es")
        sessions = ctx.session.scalars(select(AccountSession).order_by(AccountSession.id)).all()
    assert me.submit(me.get("/account?lang=en"), {"language": "de"}, action="/account").status == 422
    me.submit(me.get("/account"), action=f"/account/sessions/{sessions[1].id}/end")
    assert [is_in(each) for each in browsers] == [True, False, True]
    me.submit(me.get("/account"), action="/account/sessions/end-others")
    assert [is_in(each) for each in browsers] == [True, False, False]


def test_nobody_ends_the_session_of_another(account: Account, work: Work, staff: Callable[[Account], Visitor]) -> None:
    with work() as ctx:
        other = make_account(ctx)
    mine, theirs = staff(account), staff(other)
    with work() as ctx:
        session_id = ctx.session.scalars(select(AccountSession.id).where(AccountSession.account_id == account.id)).one()
    page = theirs.get("/account")
    token = page.form("/account").fields["csrf_token"]
    answer = theirs.client.post(f"/account/sessions/{session_id}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert is_in(mine)


def test_an_undelivered_mail_of_a_used_challenge_is_called_back(
    account: Account, visitor: Visitors, post: Post, work: Work, clock: StoppedClock
) -> None:
    ask(visitor())
    with work() as ctx:
        ctx.session.scalars(select(SignInChallenge)).one().used_at = clock.now()
    post.deliver()
    assert post.transport.letters == []
