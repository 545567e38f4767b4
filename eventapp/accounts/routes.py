"""Signing in and out, and one's own account."""

from __future__ import annotations

import secrets

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.accounts import queries, service
from eventapp.accounts.forms import AccountForm, AddressForm, CodeForm
from eventapp.accounts.models import Account
from eventapp.accounts.rules import CHALLENGE_LIFETIME, own_path
from eventapp.accounts.service import Refusal
from eventapp.core.access import public, requires_staff
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.limits import allow
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import clock, reading, unit_of_work

bp = Blueprint("accounts", __name__)

DESK = "/desk/"
_PER_VISITOR = "60 per hour"  # a whole institution may share one address
_PER_MAIL_ADDRESS = ("6 per hour", "20 per day")

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("/sign-in")
@public("the door of the staff")
def sign_in() -> Answer:
    """Ask for the address that the link goes to."""
    next_path = own_path(request.args.get("next"))
    if "account" in g:
        return redirect(next_path or DESK, 303)
    return render_template("accounts/sign_in.html", form=AddressForm(), next_path=next_path)


@bp.post("/sign-in")
@public("the door of the staff")
def ask() -> Answer:
    """Send the mail, if there is such an account, and go to the same page whether there is or not."""
    form = AddressForm()
    next_path = own_path(request.form.get("next"))
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, next_path=next_path), 422
    _require_within_limits(form.email.data)
    asked = session.get("sign_in", {})
    nonce = asked.get("nonce") or secrets.token_urlsafe(24)
    with unit_of_work() as ctx:
        service.ask_to_sign_in(ctx, form.email.data, nonce, clock().machine_now())
    session["sign_in"] = {"nonce": nonce, "next": next_path}
    return redirect(url_for(".check_mail"), 303)


@bp.get("/sign-in/code")
@public("where the code of the mail is typed")
def check_mail() -> Answer:
    """Say that the mail is on its way and take its code."""
    if "sign_in" not in session:
        return redirect(url_for(".sign_in"), 303)
    return _check_mail_page(CodeForm())


@bp.post("/sign-in/code")
@public("where the code of the mail is typed")
def sign_in_with_code() -> Answer:
    """Sign in with the code that was asked for in this browser."""
    asked = session.get("sign_in")
    if asked is None:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if not form.validate():
        return _check_mail_page(form), 422
    _require_calm()
    now = clock().machine_now()
    with unit_of_work() as ctx:
        outcome = service.sign_in_with_code(ctx, _keys(), form.code.data, asked["nonce"], now)
        token = _opened(ctx, outcome)
    if token is None:
        if outcome is Refusal.OVER:
            words = _("This code can no longer be used. Ask for a new mail and use its code.")
        else:
            words = _("This is not the code of the newest mail. Check the 6 digits and type them again.")
        form.refuse(DomainError(words, field="code"))
        return _check_mail_page(form), 422
    return _signed_in(token, asked.get("next"))


@bp.get("/sign-in/<token>")
@public("the one-time link of the mail; a scanner that follows it changes nothing")
def open_link(token: str) -> Answer:
    """Show the button that signs in."""
    found = service.check_link(reading(), _keys(), token, _nonce(), clock().machine_now())
    if isinstance(found, Refusal):
        return _refused(found)
    return render_template("accounts/open_link.html", token=token, account=found.account)


@bp.post("/sign-in/<token>")
@public("the one-time link of the mail")
def sign_in_with_link(token: str) -> Answer:
    """Sign in with the link, in the browser that asked for it."""
    _require_calm()
    next_path = session.get("sign_in", {}).get("next")
    with unit_of_work() as ctx:
        outcome = service.sign_in_with_link(ctx, _keys(), token, _nonce(), clock().machine_now())
        session_token = _opened(ctx, outcome)
    if isinstance(outcome, Refusal) or session_token is None:
        return _refused(outcome if isinstance(outcome, Refusal) else Refusal.UNKNOWN)
    return _signed_in(session_token, next_path)


@bp.post("/sign-out")
@public("ends the session of whoever sends it; nothing happens to others")
def sign_out() -> Answer:
    """End the session here and in every copy of its cookie."""
    if "account" in g:
        with unit_of_work() as ctx:
            account = ctx.session.get_one(Account, g.account.id)
            service.end_session(ctx, account, g.account_session_id, clock().machine_now())
    _start_afresh()
    flash(_("You are signed out."), "success")
    return redirect(url_for(".sign_in"), 303)


@bp.get("/account")
@requires_staff()
def account() -> Answer:
    """Show one's own name, language and the browsers one is signed in with."""
    return _account_page(AccountForm(obj=g.account))


@bp.post("/account")
@requires_staff()
def edit_account() -> Answer:
    """Change one's own name and language."""
    form = AccountForm()
    if not form.validate():
        return _account_page(form), 422
    with unit_of_work() as ctx:
        own = ctx.session.get_one(Account, g.account.id)
        service.edit_account(ctx, own, name=form.name.data, language=form.language.data)
    session["language"] = form.language.data
    flash(_("Saved."), "success")
    return redirect(url_for(".account"), 303)


@bp.post("/account/sessions/<int(max=2147483647):session_id>/end")
@requires_staff()
def end_session(session_id: int) -> Answer:
    """Sign out in one other browser."""
    with unit_of_work() as ctx:
        own = ctx.session.get_one(Account, g.account.id)
        service.end_session(ctx, own, session_id, clock().machine_now())
    if session_id == g.account_session_id:
        _start_afresh()
        return redirect(url_for(".sign_in"), 303)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".account"), 303)


@bp.post("/account/sessions/end-others")
@requires_staff()
def end_other_sessions() -> Answer:
    """Sign out everywhere but here."""
    with unit_of_work() as ctx:
        own = ctx.session.get_one(Account, g.account.id)
        service.end_other_sessions(ctx, own, g.account_session_id, clock().machine_now())
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for(".account"), 303)


def _opened(ctx: Context, outcome: Account | Refusal) -> str | None:
    if isinstance(outcome, Refusal):
        return None
    return service.open_session(ctx, outcome, request.user_agent.string, clock().machine_now())


def _signed_in(token: str, next_path: str | None) -> Answer:
    """Give the browser a cookie that shares nothing with the one it came with, and go on."""
    _start_afresh()
    session["staff"] = token
    return redirect(own_path(next_path) or DESK, 303)


def _start_afresh() -> None:
    language = session.get("language")
    session.clear()
    if language is not None:
        session["language"] = language


def _check_mail_page(form: CodeForm) -> str:
    minutes = int(CHALLENGE_LIFETIME.total_seconds() // 60)
    return render_template("accounts/check_mail.html", form=form, minutes=minutes)


def _account_page(form: AccountForm) -> str:
    sessions = queries.list_live_sessions(reading(), g.account, clock().machine_now())
    return render_template(
        "accounts/account.html", form=form, account=g.account, sessions=sessions, current_id=g.account_session_id
    )


def _refused(refusal: Refusal) -> Answer:
    return render_template("accounts/refused_link.html", other_browser=refusal is Refusal.OTHER_BROWSER), 404


def _require_within_limits(address: str) -> None:
    """Refuse too many mails, counted by what was typed, so that the answer says nothing about who has an account."""
    _require_calm()
    if not all(allow(rule, "sign-in-address", address) for rule in _PER_MAIL_ADDRESS):
        abort(429)


def _require_calm() -> None:
    if not allow(_PER_VISITOR, "sign-in-visitor", request.remote_addr or ""):
        abort(429)


def _nonce() -> str | None:
    nonce = session.get("sign_in", {}).get("nonce")
    return nonce if isinstance(nonce, str) else None


def _keys() -> LinkKeys:
    keys: LinkKeys = current_app.extensions["link_keys"]
    return keys
