"""The gate before sensitive data: a fresh code by mail, asked for and typed in the same browser."""

from __future__ import annotations

import secrets

from flask import abort, current_app, g, session
from flask_babel import gettext as _

from eventapp.accounts import step_up
from eventapp.accounts.step_up import Asker, Wrong
from eventapp.core.errors import DomainError
from eventapp.core.limits import allow
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import clock, reading, unit_of_work
from eventapp.invitations.models import Invitation
from eventapp.sponsorship.sensitive.forms import CodeForm

_PER_PERSON = "6 per hour"
_PER_SUBJECT_TRIES = "30 per hour"
_NONCE = "step_up"


def staff() -> Asker:
    """Return the signed-in member of staff as somebody who asks for a code."""
    account = g.account
    return Asker(f"account:{account.id}", account.email, account.name, account.language)


def holder(invitation: Invitation) -> Asker:
    """Return the holder of a personal link as somebody who asks for a code.

    It goes to the address that was invited, which nobody can change with the link: the address of the registration
    can be, and a stolen link must not lead to a code.
    """
    return Asker(f"invitation:{invitation.id}", invitation.email, invitation.name, invitation.language)


def is_open(asker: Asker) -> bool:
    """Tell whether a right code was typed here a short while ago."""
    return step_up.is_open(reading().session, asker.subject, session.get(_NONCE), clock().machine_now())


def code_is_on_its_way(asker: Asker) -> bool:
    """Tell whether a code was mailed for this browser and can still be typed."""
    return step_up.waits_for_code(reading().session, asker.subject, session.get(_NONCE), clock().machine_now())


def send_code(asker: Asker) -> None:
    """Mail a code. Aborts with 429 beyond a few an hour."""
    if not allow(_PER_PERSON, "step-up", asker.subject):
        abort(429)
    nonce = session.setdefault(_NONCE, secrets.token_urlsafe(24))
    with unit_of_work() as ctx:
        step_up.ask(ctx, asker, nonce, clock().machine_now())


def try_code(asker: Asker, form: CodeForm) -> bool:
    """Open the gate with the code that was typed, or say beside it what is wrong."""
    if not form.validate():
        return False
    if not allow(_PER_SUBJECT_TRIES, "step-up-tries", asker.subject):
        abort(429)
    keys: LinkKeys = current_app.extensions["link_keys"]
    nonce = session.get(_NONCE, "")
    with unit_of_work() as ctx:
        wrong = step_up.open_with_code(ctx, keys, asker.subject, form.code.data, nonce, clock().machine_now())
    if wrong is None:
        return True
    words = {
        Wrong.OVER: _("This code can no longer be used. Ask for a new one."),
        Wrong.CODE: _("This is not the code of the newest mail. Check the 6 digits and type them again."),
    }
    form.refuse(DomainError(words[wrong], field="code"))
    return False
