"""Two complete events, so that a test can walk every address of the URL map as everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from eventapp.core.access import Role
from eventapp.core.context import SYSTEM, Context
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import unit_of_work
from tests.support import factories, furnishing
from tests.support.staff import sign_in

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Side:
    """One event with at least one of everything that has an address, and its people."""

    slug: str
    values: dict[str, Any]
    accounts: dict[str, int]
    invitation: tuple[int, int]
    event_id: int

    def value(self, endpoint: str, name: str) -> Any:
        """Return what an argument of an address is, as said for the endpoint, its blueprint or all."""
        blueprint = endpoint.partition(".")[0]
        said = (f"{endpoint}:{name}", f"{blueprint}:{name}", name)
        return next((self.values[key] for key in said if key in self.values), None)


@dataclass
class World:
    """Two events that know nothing of each other."""

    app: Flask
    here: Side
    there: Side
    readers: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """Return a client as `anonymous`, `participant`, `outsider`, or a role here."""
        client = self.app.test_client()
        if who == "participant":
            with client.session_transaction() as cookie:
                cookie["opened"] = {str(self.here.event_id): list(self.here.invitation)}
        elif who == "outsider":
            sign_in(self.app, client, self.there.accounts["owner"])
        elif who != "anonymous":
            sign_in(self.app, client, self.here.accounts[who])
        return client

    def reader(self, who: str) -> FlaskClient:
        """Return a client for reading only, the same one each time."""
        if who not in self.readers:
            self.readers[who] = self.client(who)
        return self.readers[who]

    def address(self, rule: Rule, side: Side, *, foreign: str = "") -> str:
        """Return the rule's address in an event; the argument named `foreign` is taken from the other event."""
        other = self.there if side is self.here else self.here
        values = {}
        for name in rule.arguments:
            source = other if name == foreign else side
            value = source.value(rule.endpoint, name)
            if value is None:
                raise AssertionError(f"tests/support/furnishing.py does not say what <{name}> is in {rule.rule}")
            values[name] = value
        adapter = self.app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, values, method=sorted(rule.methods or {"GET"})[0])


WHO = ("anonymous", "participant", "outsider", *(role.value for role in Role))


def build(app: Flask) -> World:
    """Return two furnished events."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        return World(app, _side(app, ctx, "here"), _side(app, ctx, "there"))


def _side(app: Flask, ctx: Context, slug: str) -> Side:
    event = factories.make_event(ctx, slug=slug)
    accounts = {role.value: factories.make_member(ctx, event, role).id for role in Role}
    values = furnishing.furnish(ctx, event, accounts)
    keys: LinkKeys = app.extensions["link_keys"]
    invitation = values.pop("invitation")
    values |= {
        "event": slug,
        "lang": "en",
        "token": keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version),
    }
    for endpoint, purpose, object_id, version in values.pop("tokens"):
        values[f"{endpoint}:token"] = keys.token(purpose, object_id, version)
    return Side(slug, values, accounts, (invitation.id, invitation.link_version), event.id)
