"""What goes with a confirmation: the code for the door as a picture in the mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventapp.core import qr
from eventapp.core.context import Context
from eventapp.mail.hooks import Attachment
from eventapp.registrations.messages import BADGE_CODE_ID
from eventapp.registrations.models import Registration


def badge_code_picture(ctx: Context, arguments: Mapping[str, Any]) -> Attachment | None:
    """Return the QR code of a registration; `arguments` is its `registration_id`; None when it is gone."""
    registration = ctx.session.get(Registration, arguments["registration_id"])
    if registration is None:
        return None
    return Attachment("code.png", "image/png", qr.png(registration.code), content_id=BADGE_CODE_ID)
