"""Ten thousand malformed requests, as everybody: each gets an answer, none is our fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask

from eventapp.core.access import public
from tests.support import world as worlds
from tests.support.world import World
from tests.web.security.garbage import Known, Malice, send

pytestmark = pytest.mark.both_engines

REQUESTS = {"sqlite": 10_000, "postgresql": 500}
WHO = ("owner", "participant", "owner", "anonymous", "owner", "participant", "rapporteur")
# These end what the others need; without their form's token they are walked like all others.
ENDS = ("/sign-out", "/end", "/end-others", "/settings/cancel", "/settings/close", "/demo/", "/remove", "/people")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    yield worlds.build(app)
    app.config["WTF_CSRF_ENABLED"] = True


def known(world: World) -> Known:
    found = Known([])
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        found.addresses.append(world.address(rule, world.here))
    engine = world.app.config["SQLALCHEMY_DATABASE_URI"].partition(":")[0]
    for who in ("participant", "owner", "anonymous") if engine == "sqlite" else ("owner",):
        client = world.reader(who)
        for address in found.addresses:
            answer = client.get(address)
            found.learn(answer)
    return found


def cookie_of(world: World, who: str) -> str:
    cookie = world.client(who).get_cookie("session")
    return cookie.value if cookie is not None else ""


def faults(world: World, malice: Malice, count: int) -> Counter[str]:
    """Send the requests and return what went wrong, by kind, with one request that shows it."""
    found: Counter[str] = Counter()
    cookies: dict[str, str] = {}
    for n in range(count):
        if n % 500 == 0:
            cookies = {who: cookie_of(world, who) for who in set(WHO)}
        who = WHO[n % len(WHO)]
        request = malice.request()
        world.app.config["WTF_CSRF_ENABLED"] = n % 5 == 0 or any(end in request["path"] for end in ENDS)
        request["environ_overrides"] = {"REMOTE_ADDR": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"}
        try:
            status = send(world.app, request, cookies[who])
        except Exception as error:  # noqa: BLE001 - the app under test lets what it did not expect through
            found[f"{type(error).__name__}: {str(error)[:150]} | {who} {str(request)[:300]}"] += 1
            continue
        if status >= 500:
            found[f"{status} | {who} {str(request)[:300]}"] += 1
    return found


def test_no_malformed_request_is_answered_by_a_fault_of_ours(world: World, engine: str) -> None:
    assert not faults(world, Malice(20241107, known(world)), REQUESTS[engine])


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_fault_of_ours_would_be_seen(world: World) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    whole = world.app.view_functions["readyz"]
    world.app.view_functions["readyz"] = public("broken on purpose")(broken)
    try:
        found = faults(world, Malice(1, Known(["/readyz"])), 200)
    finally:
        world.app.view_functions["readyz"] = whole
    assert any("ZeroDivisionError" in fault for fault in found), found
