"""Walks over the whole URL map: what must hold for every address, also for one added tomorrow."""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import event as sqlalchemy_event
from werkzeug.datastructures import Headers
from werkzeug.routing import Rule

from eventapp.core.access import (
    GRANTS,
    Permission,
    PersonalLink,
    Public,
    Requires,
    RequiresStaff,
    Role,
    declared_access,
    granted,
)
from eventapp.core.database import db
from tests.support import confidences
from tests.support import world as worlds
from tests.support.factories import make_account
from tests.support.world import UNSAFE, WHO

# One-click unsubscribing (RFC 8058) is sent by mail programs, which hold no session; the token is the key.
NO_CSRF = {"follow_up.stop", "invitations.stop_reminders"}

# Addresses of files that these small events do not have.
NOTHING_THERE = {"static", "demo_mailbox.one", "demo_mailbox.html", "demo_mailbox.file"}

# Where people see what they told themselves.
OWN_PAGES = {"registrations.my"}

# What a GET may write: how long a session has been idle is no business data.
HOUSEKEEPING = ("account_session",)


pytestmark = pytest.mark.both_engines
ONCE = pytest.mark.parametrize("engine", ["sqlite"])  # who is let in, and what goes with it, is no matter of the engine


@pytest.fixture
def world(app):
    made = worlds.build(app)
    confidences.tell(app, made.here.event_id)
    return made


@dataclass(frozen=True)
class Answer:
    """What a request of one address by somebody came to, and what it wrote."""

    who: str
    rule: Rule
    method: str
    status: int
    headers: Headers
    wrote: list[str]
    told: list[str]  # of what participants told in confidence

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule} as {self.who}: {self.status}"


class Tour:
    """Everybody's reading of every address; HEAD runs the same view, so who sees most behind it asks for that as well.

    On PostgreSQL every page is opened by that one alone: the statements are what differs there.
    """

    def __init__(self, app, world, engine):
        self.answers = []
        with writes_on(app) as written:
            for rule in rules_of(app, {"GET"}):
                opener = opener_of(app, rule)
                for who in WHO if engine == "sqlite" else [opener]:
                    for method in ("GET", "HEAD") if engine == "sqlite" and who == opener else ("GET",):
                        written.clear()
                        answer = world.reader(who).open(world.address(rule, world.here), method=method)
                        told = confidences.told_in(answer)
                        self.answers.append(
                            Answer(who, rule, method, answer.status_code, answer.headers, written.copy(), told)
                        )
        self._found = {(each.who, each.rule.endpoint, each.rule.rule, each.method): each for each in self.answers}

    def of(self, who, rule):
        """Return the answer to a GET of the rule's address."""
        return self._found[who, rule.endpoint, rule.rule, "GET"]


@pytest.fixture(scope="module")
def tours():
    """The tours made so far, by engine."""
    return {}


@pytest.fixture
def tour(app, engine, world, tours):
    """The tour on this engine, made once for all tests that judge its answers."""
    if engine not in tours:
        tours[engine] = Tour(app, world, engine)
    return tours[engine]


@contextmanager
def writes_on(app):
    """Collect the statements that write business data while the block runs."""
    written = []

    def watch(_connection, _cursor, statement, *_):
        verb = statement.lstrip().split(None, 1)[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE"} and not any(f" {table} " in statement for table in HOUSEKEEPING):
            written.append(statement[:80])

    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", watch)
    try:
        yield written
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", watch)


def test_the_watch_over_writes_sees_one(app, work):
    with writes_on(app) as written, work() as ctx:
        make_account(ctx)
    assert written


def rules_of(app, methods):
    return [rule for rule in app.url_map.iter_rules() if rule.methods & set(methods)]


def access_of(app, rule):
    return declared_access(app.view_functions[rule.endpoint])


def reader_of(app, rule):
    """Return who may use the address: the owner, unless somebody must be named for it."""
    access = access_of(app, rule)
    if not isinstance(access, Requires) or access.permission in granted(frozenset({Role.OWNER})):
        return "owner"
    return next(role.value for role in Role if access.permission in granted(frozenset({role})))


def opener_of(app, rule):
    """Return who sees most behind the address: the public or the participant what is theirs, else who may use it."""
    access = access_of(app, rule)
    if isinstance(access, Public):
        return "anonymous"
    return "participant" if isinstance(access, PersonalLink) else reader_of(app, rule)


def test_no_unsafe_method_works_without_a_csrf_token(app, world):
    passed = []
    for rule in rules_of(app, UNSAFE):
        if rule.endpoint in NO_CSRF:
            continue
        for who in ("anonymous", "participant", "owner"):
            for method in rule.methods & UNSAFE:
                answer = world.client(who).open(world.address(rule, world.here), method=method)
                if answer.status_code != 400:
                    passed.append(f"{method} {rule.rule} as {who}: {answer.status_code}")
    assert passed == []


def test_the_walk_for_csrf_can_fail(app, world):
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        rule = next(rule for rule in rules_of(app, {"POST"}) if rule.endpoint not in NO_CSRF)
        assert world.client("owner").post(world.address(rule, world.here)).status_code != 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_no_get_writes_business_data_and_none_fails(app, tour):
    failed = []
    for each in tour.answers:
        missing = each.status == 404 and each.who == "owner" and each.rule.endpoint not in NOTHING_THERE
        if each.status >= 500 or (missing and not isinstance(access_of(app, each.rule), PersonalLink)):
            failed.append(str(each))
        failed += [f"{each} {statement}" for statement in each.wrote]
    assert failed == []


@ONCE
def test_staff_pages_open_only_for_the_roles_that_may(app, tour):
    wrong = []
    for rule in rules_of(app, {"GET"}):
        access = access_of(app, rule)
        if not isinstance(access, Requires | RequiresStaff):
            continue
        for who in WHO:
            status = tour.of(who, rule).status
            if who in {"anonymous", "participant"}:
                right = status == 303
            elif isinstance(access, RequiresStaff):
                right = status == 403 if access.admin else status in {200, 302, 303, 403}
            elif who == "outsider":
                right = status == 404
            elif access.permission in granted(frozenset({Role(who)})):
                right = status in {200, 302, 303, 409}  # 409: let in, but not in this state
            else:
                right = status == 403
            if not right:
                wrong.append(f"{rule.rule} as {who}: {status}")
    assert wrong == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_staff_actions_are_refused_to_other_roles(app, world):
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []
    try:
        for rule in rules_of(app, UNSAFE):
            access = access_of(app, rule)
            if not isinstance(access, Requires):
                continue
            address = world.address(rule, world.here)
            for who in WHO:
                may = who in {role.value for role in Role} and access.permission in granted(frozenset({Role(who)}))
                if may:
                    continue
                expected = {"anonymous": 401, "participant": 401, "outsider": 404}.get(who, 403)
                status = world.client(who).post(address).status_code
                if status != expected:
                    wrong.append(f"POST {address} as {who}: {status}")
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert wrong == []


def test_another_events_object_is_not_found(app, world):
    """Every address with an object below an event, as whoever may use it here, with the object of the event there."""
    app.config["WTF_CSRF_ENABLED"] = False
    wrong, walked = [], 0
    try:
        for rule in app.url_map.iter_rules():
            nested = sorted(rule.arguments - {"event", "lang", "token", "language", "number", "n", "name", "filename"})
            if "event" not in rule.arguments or not nested:
                continue
            for name in nested:
                if world.here.values.get(name) == world.there.values.get(name):
                    continue
                for method in rule.methods & (UNSAFE | {"GET"}):
                    walked += 1
                    address = world.address(rule, world.here, foreign=name)
                    status = world.client(reader_of(app, rule)).open(address, method=method).status_code
                    if status != 404:
                        wrong.append(f"{method} {address}: {status}")
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert wrong == []
    assert walked > 20


@ONCE
def test_only_those_who_decide_see_what_was_told_in_confidence(tour):
    shown = {who: {} for who in WHO}
    for each in tour.answers:
        if each.told and each.rule.endpoint not in OWN_PAGES:
            shown[each.who][each.rule.endpoint] = each.told
    for role in Role:
        if Permission.REGISTRATIONS_DECIDE in GRANTS[role]:
            assert "registrations_desk.detail" in shown[role.value]
        else:
            assert shown[role.value] == {}, role
    assert shown["anonymous"] == shown["outsider"] == {}


@ONCE
def test_every_answer_carries_the_security_headers(app, world, tour):
    bare = []
    for rule in rules_of(app, {"GET"}):
        for who in ("anonymous", "participant", "owner"):
            headers = tour.of(who, rule).headers
            policy = headers.get("Content-Security-Policy", "")
            if (
                "frame-ancestors" not in policy
                or ("unsafe-inline" in policy and "sandbox" not in policy)
                or headers.get("X-Content-Type-Options") != "nosniff"
                or headers.get("Referrer-Policy") != "no-referrer"
                or "Cache-Control" not in headers
            ):
                bare.append(f"{rule.rule} as {who}")
    for address in ("/nothing-here", "/en/nothing-here/", "/static/nothing.css"):
        headers = world.client("anonymous").get(address).headers
        if "frame-ancestors" not in headers.get("Content-Security-Policy", ""):
            bare.append(address)
    assert bare == []


@ONCE
def test_private_pages_are_never_stored(app, tour):
    stored = []
    for rule in rules_of(app, {"GET"}):
        if isinstance(access_of(app, rule), Public):
            continue
        if "no-store" not in tour.of("owner", rule).headers["Cache-Control"]:
            stored.append(rule.rule)
    assert stored == []


@ONCE
def test_cached_pages_set_no_cookie(app, tour):
    setting = []
    for rule in rules_of(app, {"GET"}):
        access = access_of(app, rule)
        if isinstance(access, Public) and access.cached:
            for who in ("anonymous", "owner"):
                if "Set-Cookie" in tour.of(who, rule).headers:
                    setting.append(f"{rule.rule} as {who}")
    assert setting == []
