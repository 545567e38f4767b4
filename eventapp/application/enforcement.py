"""Access, enforced before any view runs: what a view declares decides who gets in and what it is given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.accounts import queries as accounts
from eventapp.accounts import service as account_service
from eventapp.application import public_pages
from eventapp.core.access import (
    Carrier,
    Permission,
    PersonalLink,
    Public,
    Requires,
    RequiresStaff,
    Role,
    declared_access,
    granted,
)
from eventapp.core.context import Actor, ActorKind
from eventapp.core.database import db
from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import clock, unit_of_work
from eventapp.events.models import Event
from eventapp.events.queries import find_event, roles_of
from eventapp.events.states import PUBLIC_STATES
from eventapp.invitations import queries as invitations
from eventapp.invitations.models import Invitation

TOUCH_EVERY = timedelta(minutes=5)

Answer = Response | WerkzeugResponse | str | tuple[str, int] | None


class UndeclaredAccess(RuntimeError):
    """A view says nothing about who may use it, so the application does not start."""


def require_declarations(app: Flask) -> None:
    """Refuse to start with a view that declares no access. Raises `UndeclaredAccess` naming them."""
    bare = sorted(name for name, view in app.view_functions.items() if declared_access(view) is None)
    if bare:
        raise UndeclaredAccess(f"no access declared: {', '.join(bare)}")


def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address, before anything else looks at it."""
    g.address_language = values.pop("lang", None) if values else None


def enforce() -> Answer:
    """Let the request through to its view, or answer it here."""
    if request.endpoint is None or request.view_args is None:
        return None
    if "\0" in request.path or "\0" in unquote(request.query_string.decode("latin-1")):
        abort(400)  # no text of ours holds it, and PostgreSQL refuses to be asked for it
    access = declared_access(current_app.view_functions[request.endpoint])
    if isinstance(access, Public):
        return _public(access, request.view_args)
    _remember_language()
    if isinstance(access, PersonalLink):
        return _personal(access, request.view_args)
    return _staff(access, request.view_args)


def _public(access: Public, values: dict[str, Any]) -> Answer:
    if access.cached:  # the same for everybody: no session, nobody signed in
        public_pages.expect(values)
    else:
        if "staff" in session:
            _sign_in_from_cookie()
        _remember_language()
    if "event" in values:
        event = find_event(db.session(), values["event"])
        if event is None or event.state not in PUBLIC_STATES:
            abort(404)
        values["event"] = g.event = event
    return None


def _personal(access: PersonalLink, values: dict[str, Any]) -> Answer:
    if access.carrier is Carrier.TOKEN:
        keys: LinkKeys = current_app.extensions["link_keys"]
        invitation = invitations.find_by_token(db.session(), keys, values.pop("token"))
    else:
        invitation = _opened_before(values.pop("event"))
    if invitation is None and access.carrier is Carrier.COOKIE and request.method == "POST":
        return render_template("application/link_closed.html"), 404
    if invitation is None:
        return render_template("invitations/unknown_link.html"), 404
    g.event = values["event"] = invitation.event
    g.invitation = values["invitation"] = invitation
    g.fallback_language = invitation.language
    g.actor = Actor(ActorKind.PARTICIPANT, invitation.id, invitation.name)
    g.private = True
    return None


def _opened_before(slug: str) -> Invitation | None:
    """Return the invitation to the event that this browser opened; it brings the event along, in the same query."""
    for event_id, (invitation_id, link_version) in session.get("opened", {}).items():
        found = invitations.find_opened(db.session(), int(event_id), invitation_id, link_version)
        if found is not None and found.event.slug == slug:
            return found
    return None


def _staff(access: Requires | RequiresStaff | None, values: dict[str, Any]) -> Answer:
    g.private = True
    if not _sign_in_from_cookie():
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        return render_template("application/signed_out.html"), 401
    account = g.account
    if isinstance(access, RequiresStaff):
        if access.admin and not account.is_admin:
            abort(403)
        return None
    event = find_event(db.session(), values.get("event", ""))
    if event is None:
        abort(404)
    g.permissions = permissions_in(event)
    if not g.permissions:
        abort(404)
    assert isinstance(access, Requires)  # noqa: S101 - the union has no third member
    if access.permission not in g.permissions:
        abort(403)
    values["event"] = g.event = event
    return None


def permissions_in(event: Event) -> frozenset[Permission]:
    """Return what the signed-in account may do in the event; an administrator is an owner of every event."""
    account = g.account
    roles = roles_of(db.session(), event.id, account.id)
    return granted(roles | {Role.OWNER} if account.is_admin else roles)


def _sign_in_from_cookie() -> bool:
    token = session.get("staff")
    if not isinstance(token, str):
        return False
    now = clock().machine_now()
    found = accounts.find_live_session(db.session(), token, now)
    if found is None:
        session.pop("staff", None)
        return False
    g.account = found.account
    g.account_session_id = found.id
    g.fallback_language = found.account.language
    g.actor = Actor(ActorKind.STAFF, found.account.id, found.account.name)
    if now - found.last_seen_at >= TOUCH_EVERY:
        with unit_of_work() as ctx:
            account_service.touch_session(ctx, found.id, now)
    return True


def _remember_language() -> None:
    """Keep the language chosen by `?lang=` on pages whose address has none."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and g.get("address_language") is None and session.get("language") != chosen:
        session["language"] = chosen


def select_language() -> str:
    """Return the interface language of this request; outside of one, mails choose their own."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    if g.get("address_language") in LANGUAGES:  # and the session stays closed: the page is the same for everybody
        return str(g.address_language)
    for candidate in (
        request.args.get("lang"),
        session.get("language"),
        g.get("fallback_language"),
    ):
        if candidate in LANGUAGES:
            return str(candidate)
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT_LANGUAGE
