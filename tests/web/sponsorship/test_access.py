"""Each page of sponsorship, each role, and whose request it is: one's own, a colleague's, somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from eventapp.accounts.models import Account
from eventapp.core.access import Requires, Role, declared_access, granted
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review import conflicts, duties
from eventapp.sponsorship.review.duties import Duty
from eventapp.sponsorship.spending.models import Authorisation
from eventapp.sponsorship.states import RequestState
from tests.support import factories, world
from tests.support.sponsoring import actor_of, make_fund, make_review, make_sponsorship, make_staff
from tests.support.sponsorship_places import OF_ACCEPTED, make_applicant, places_of
from tests.support.world import Side, World

NO_PART = (Role.DESK, Role.OBSERVER, Role.RAPPORTEUR)  # to whom no request is anything
OWN, COLLEAGUE, OTHER = "Own Request", "Colleague Request", "Other Request"


@dataclass
class Matrix:
    """Requests by whose they are and in which state, with what each argument of an address is for them."""

    world: World
    sides: dict[tuple[str, RequestState], Side]

    def of(self, role: Role, whose: str, rule: Rule) -> Side:
        """Return the request that a page of the rule is about, in a state that the page is for."""
        blueprint = rule.endpoint.partition(".")[0]
        state = RequestState.ACCEPTED if blueprint in OF_ACCEPTED else RequestState.IN_REVIEW
        return self.sides[f"{whose} {role}" if whose == OWN else whose, state]


@pytest.fixture
def matrix(app: Flask, work: Any) -> Matrix:
    """Everybody works at the Host Agency; each has asked for support, and so have a colleague and somebody else."""
    made = world.build(app)
    here = made.here
    sides: dict[tuple[str, RequestState], Side] = {}
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        fund = make_fund(ctx, event, budget=100_000)
        for role in Role:
            account = ctx.session.get_one(Account, here.accounts[role.value])
            account.email = f"{role.value}@host.example"
        ctx.session.flush()

        def add(name: str, email: str, organisation: str, state: RequestState) -> None:
            person = make_applicant(ctx, event, name=f"{name} {state}", email=email, organisation=organisation)
            request = make_sponsorship(ctx, fund, registration=person, state=state)
            values = places_of(ctx, request, here.accounts)
            sides[name, state] = Side(here.slug, {**here.values, **_for_all(values)}, {}, here.invitation, event.id)

        for state in (RequestState.IN_REVIEW, RequestState.ACCEPTED):
            add(COLLEAGUE, f"colleague-{state}@private.example", "The Host Agency", state)
            add(OTHER, f"other-{state}@other.example", "City of Elsewhere", state)
            for role in Role:  # by the address of the invitation, and by the same name without accents
                account = ctx.session.get_one(Account, here.accounts[role.value])
                email = account.email if state is RequestState.IN_REVIEW else f"{role.value}@at-home.example"
                name = f"{OWN} {role}"
                add(name, email, f"House of {role}", state)
        for role in Role:
            account = ctx.session.get_one(Account, here.accounts[role.value])
            account.name = f"{RequestState.ACCEPTED} {OWN} {role}"  # as in the request, in another order
    return Matrix(made, sides)


def _for_all(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, **{f"{blueprint}:{name}": value for blueprint in OF_ACCEPTED for name, value in values.items()}}


def rules(app: Flask, *, about_one: bool) -> list[tuple[Rule, frozenset[Role]]]:
    """Return the staff's addresses of this room with the roles that may use them."""
    found = []
    for rule in app.url_map.iter_rules():
        access = declared_access(app.view_functions[rule.endpoint])
        ours = rule.rule.startswith("/desk/<event>/sponsorship") and isinstance(access, Requires)
        if ours and ("request_id" in rule.arguments) is about_one:
            may = frozenset(role for role in Role if access.permission in granted(frozenset({role})))
            found.append((rule, may))
    return found


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # who may read does not depend on the engine
def test_own_and_colleagues_requests_are_not_there(app: Flask, matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong, opened = [], 0
    try:
        for rule, may in rules(app, about_one=True):
            for role in may:
                client = matrix.world.reader(role.value)
                for whose in (OWN, COLLEAGUE, OTHER):
                    address = matrix.world.address(rule, matrix.of(role, whose, rule))
                    for method in rule.methods & {"GET", "POST"}:
                        if whose == OTHER and method == "POST":
                            continue
                        status = client.open(address, method=method).status_code
                        hidden = status == 404
                        opened += not hidden
                        if hidden is (whose == OTHER) or status == 403 or status >= 500:
                            wrong.append(f"{method} {rule.rule} as {role}, {whose}: {status}")
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert wrong == []
    assert opened > 15
    # And it is the conflict that hides them: without the rule they open.
    monkeypatch.setattr(conflicts, "hidden_from", lambda _ctx, _event: ())
    detail = next(rule for rule, _may in rules(app, about_one=True) if rule.endpoint == "sponsorship_desk.detail")
    for whose in (OWN, COLLEAGUE):
        address = matrix.world.address(detail, matrix.of(Role.COORDINATOR, whose, detail))
        assert matrix.world.reader("coordinator").get(address).status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_list_names_own_or_colleagues_requests(app: Flask, matrix: Matrix) -> None:
    """Neither pages nor files of the room, for any role that opens them; the others are named somewhere."""
    app.config["WTF_CSRF_ENABLED"] = False
    wrong, named = [], set()
    try:
        for rule, may in rules(app, about_one=False):
            file = "POST" in rule.methods and rule.rule.endswith("<any(csv,xlsx):kind>")
            if not file and "GET" not in rule.methods:
                continue
            for role in may:
                address = matrix.world.address(rule, matrix.world.here)
                answer = matrix.world.reader(role.value).open(address, method="POST" if file else "GET")
                text = answer.get_data().decode(errors="ignore")
                own = any(f"{OWN} {role} {state}" in text for state in RequestState)
                if own or COLLEAGUE in text or (OTHER in text and role in NO_PART):
                    wrong.append(f"{rule.rule} as {role}")
                if OTHER in text:
                    named.add(rule.endpoint)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert wrong == []
    assert {"sponsorship_desk.list_all", "sponsorship_review.mine", "sponsorship_review.progress"} <= named


def test_four_parts_are_four_peoples(work: Any) -> None:
    """Read from what was done: each has one part, and is refused the three others, singly and in the list."""
    with work() as ctx:
        event = factories.make_event(ctx)
        fund = make_fund(ctx, event)
        people = {duty: make_staff(ctx, event, Role.COORDINATOR, name=f"Who does {duty}") for duty in Duty}
        request = make_sponsorship(
            ctx, fund, state=RequestState.ACCEPTED, proposed_by_id=people[Duty.OFFER].id, released_by_id=None
        )
        make_review(ctx, request, people[Duty.SCORE])
        make_sponsorship(ctx, fund)  # in which nobody has a part
        line = request.lines[0]
        ctx.session.add(
            Authorisation(
                event_id=event.id,
                line_id=line.id,
                amount=line.approved,
                authorised_by_id=people[Duty.AUTHORISE].id,
                authorised_at=ctx.now,
            )
        )
        identity = request.id
    with work(actor_of(people[Duty.PAY])) as ctx:
        request = ctx.session.get_one(SponsorshipRequest, identity)
        ledger.pay(ctx, ledger.locked(ctx, request), request.lines[0], request.lines[0].approved)
    for held, person in people.items():
        with work(actor_of(person)) as ctx:
            request = ctx.session.get_one(SponsorshipRequest, identity)
            for wanted in Duty:
                if wanted is held:
                    duties.refuse_second_duty(ctx, request, wanted)
                    assert duties.barred_from(ctx, request.event, wanted) == {}
                else:
                    with pytest.raises(Conflict, match="different people"):
                        duties.refuse_second_duty(ctx, request, wanted)
                    assert duties.barred_from(ctx, request.event, wanted) == {identity: held}
