"""The commands of staff and worker, as an administrator types them, and the worker's jobs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.accounts.models import Account, AccountSession, SignInChallenge
from eventapp.application.jobs import JOBS, PeriodicJob, run_jobs
from eventapp.application.worker import Timetable
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.events.models import Membership
from eventapp.mail import service
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_account, make_event
from tests.support.fixtures import Work
from tests.support.mail import a_draft


def _run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_adding_somebody_twice_changes_nothing(app: Flask, work: Work) -> None:
    with work() as ctx:
        slug = make_event(ctx).slug
    words = ("staff", "add", "Ana@Example.org", "--name", "Ana", "--event", slug, "--role", "organiser", "--admin")
    for _ in range(2):
        assert _run(app, *words) == (0, "Ana <ana@example.org>\n")
    with work() as ctx:
        account = ctx.session.scalars(select(Account)).one()
        assert (account.email, account.is_admin) == ("ana@example.org", True)
        assert ctx.session.scalars(select(Membership.role)).all() == ["organiser"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["not an address", "--name", "A"], "is not a mail address"),
        (["a@example.org", "--name", "A", "--event", "nowhere", "--role", "organiser"], "There is no event nowhere"),
        (["a@example.org", "--name", "A", "--role", "organiser"], "belong together"),
        (["a@example.org", "--name", "A", "--event", "x", "--role", "king"], "king"),
    ],
)
def test_wrong_words_add_nobody(app: Flask, work: Work, words: list[str], said: str) -> None:
    code, output = _run(app, "staff", "add", *words)
    assert code != 0
    assert said in output
    with work() as ctx:
        assert ctx.session.scalar(select(func.count(Account.id))) == 0


def test_a_printed_link_signs_in_once_in_any_browser(app: Flask, work: Work) -> None:
    with work() as ctx:
        make_account(ctx, email="ana@example.org")
    code, output = _run(app, "staff", "link", "ana@example.org")
    assert code == 0
    path = re.fullmatch(r"http://localhost(/sign-in/\S+)\n", output)[1]  # type: ignore[index]
    me, other = Visitor(app.test_client()), Visitor(app.test_client())
    page = me.get(path)
    assert me.submit(page, action="/sign-in/", follow=False).response.status_code == 303
    assert me.client.get("/account").status_code == 200
    assert other.get(path).status == 404
    with work() as ctx:
        actions = ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == ["make_sign_in_link", "sign_in"]


def test_nobody_gets_no_link(app: Flask) -> None:
    code, output = _run(app, "staff", "link", "nobody@example.org")
    assert (code, "Nobody signs in with nobody@example.org" in output) == (1, True)


def test_the_worker_does_what_is_due_and_stops(app: Flask, work: Work) -> None:
    with work() as ctx:
        service.enqueue(ctx, a_draft())
    assert _run(app, "worker", "--once")[0] == 0
    assert len(list((app.extensions["settings"].instance / "mailbox").glob("*.eml"))) == 1


def test_a_failing_job_stops_no_other_and_leaves_nothing_half_done(app: Flask, work: Work) -> None:
    def fails(ctx: Context) -> int:
        make_account(ctx, name="half done")
        raise RuntimeError

    def works(ctx: Context) -> int:
        make_account(ctx, name="done")
        return 1

    with app.app_context():
        run_jobs((PeriodicJob("fails", fails), PeriodicJob("works", works)))
    with work() as ctx:
        assert ctx.session.scalars(select(Account.name)).all() == ["done"]


def test_the_jobs_forget_what_can_no_longer_sign_in(app: Flask, work: Work, clock: StoppedClock) -> None:
    with work() as ctx:
        account = make_account(ctx)
        now = clock.now()
        for days_ago in (0, 40):
            at = now - timedelta(days=days_ago)
            ctx.session.add(
                SignInChallenge(account_id=account.id, created_at=at, expires_at=at + timedelta(minutes=10), tries=0)
            )
            ctx.session.add(
                AccountSession(
                    account_id=account.id,
                    token_hash=f"{days_ago}",
                    browser="",
                    created_at=at,
                    last_seen_at=at,
                    expires_at=at + timedelta(days=7),
                )
            )
    with app.app_context():
        run_jobs(JOBS)
    with work() as ctx:
        assert ctx.session.scalar(select(func.count(SignInChallenge.id))) == 1
        assert ctx.session.scalars(select(AccountSession.token_hash)).all() == ["0"]


def test_jobs_are_due_each_minute_and_when_the_story_jumps(story_start: datetime) -> None:
    timetable = Timetable()
    machine, ahead = story_start, timedelta(days=-100)
    assert timetable.due(machine + ahead, machine)
    assert not timetable.due(machine + ahead + timedelta(seconds=59), machine + timedelta(seconds=59))
    assert timetable.due(machine + ahead + timedelta(seconds=60), machine + timedelta(seconds=60))
    jumped = machine + timedelta(days=3)
    assert timetable.due(jumped + timedelta(seconds=61), machine + timedelta(seconds=61))
    assert not timetable.due(jumped + timedelta(seconds=62), machine + timedelta(seconds=62))
