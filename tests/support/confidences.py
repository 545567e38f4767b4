"""What people tell only those who decide: words that no other page, history or log may repeat."""

from __future__ import annotations

from flask import Flask
from werkzeug.test import TestResponse

from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import unit_of_work
from eventapp.registrations.models import Registration

SECRETS = {
    "dietary": "kosher-without-sesame",
    "access_needs": "needs-a-hearing-loop",
    "gender": "gender-told-in-confidence",
    "why": "why-told-to-organisers",
}
ADDRESS = "told.in.confidence@example.net"


def tell(app: Flask, event_id: int) -> None:
    """Have the participants of an event tell all of it."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        people = ctx.session.query(Registration).filter_by(event_id=event_id).order_by(Registration.id)
        for turn, registration in enumerate(people):
            registration.email = ADDRESS
            for name, value in SECRETS.items():
                if name != "gender" or turn < 2:  # what three people said alike is counted for all who read reports
                    setattr(registration, name, value)


def told_in(answer: TestResponse) -> list[str]:
    """Return what of it an answer repeats."""
    body = answer.get_data().decode("utf-8", "replace")
    return [value for value in (*SECRETS.values(), ADDRESS) if value in body]
