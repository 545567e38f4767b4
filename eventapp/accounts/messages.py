"""The mails about accounts."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.accounts.models import Account, SignInChallenge
from eventapp.accounts.rules import CHALLENGE_LIFETIME, MAX_TRIES
from eventapp.core.tokens import Purpose
from eventapp.mail.drafts import Draft, PersonalLinkRef, SecretRef


def sign_in_asked(account: Account, challenge: SignInChallenge) -> Draft:
    """Return the mail with the link and the code that sign the person in."""
    with force_locale(account.language):
        subject = _("Sign in to the workshop desk")
    return Draft(
        kind="accounts/sign_in_asked",
        recipient=account.email,
        recipient_name=account.name,
        language=account.language,
        subject=subject,
        values={"minutes": int(CHALLENGE_LIFETIME.total_seconds() // 60), "max_tries": MAX_TRIES},
        about=f"sign_in_challenge:{challenge.id}",
        links={"sign_in": PersonalLinkRef(Purpose.SIGN_IN, challenge.id, "/sign-in/{token}")},
        secrets={"code": SecretRef("sign_in_code", challenge.id)},
        urgent=True,
    )
