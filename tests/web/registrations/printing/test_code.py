"""The code for the door: on the page and in the mail of whoever is confirmed in person, of nobody else."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest

from eventapp.core import qr
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.registrations import messages
from eventapp.registrations.codes import read_code, spaced
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.mail import courier
from tests.web.registrations.printing.conftest import House, person


@pytest.fixture
def confirmation(house: House) -> Any:
    """Send somebody's confirmation and return the mail."""

    def send(name: str) -> Any:
        with house.work() as ctx:
            registration = ctx.session.get_one(Registration, house.people[name])
            mail.enqueue(ctx, messages.participation_confirmed(ctx, registration))
            code = registration.code
        with house.app.app_context():
            courier(house.app).deliver_due()
        folder = house.app.extensions["settings"].instance / "mailbox"
        (path,) = folder.glob("*.eml")
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default), code, path.stem

    return send


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_mail_carries_the_code_in_words_and_as_a_picture(house: House, confirmation: Any) -> None:
    message, code, name = confirmation("Amina Diallo")
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert f"À présenter à l’entrée : {spaced(code)}" in text.replace("\u00a0", " ")
    assert spaced(code) in html
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert picture.get_content() == qr.png(code)
    shown = house.desk.client.get(f"/mailbox/{name}/html").get_data(as_text=True)
    assert 'src="data:image/png;base64,' in shown


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_takes_part_remotely_gets_none(house: House, confirmation: Any) -> None:
    message, code, _name = confirmation("Olga Remote")
    assert not [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert spaced(code) not in message.get_body(("html",)).get_content()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, True),
        ({"state": State.WITHDRAWN}, False),
        ({"state": State.REVOKED}, False),
        ({"state": State.OFFERED}, False),
        ({"mode": Mode.REMOTE}, False),
    ],
)
def test_the_page_shows_it_to_whoever_is_confirmed_in_person(house: House, fields: dict[str, Any], shown: bool) -> None:
    with house.work() as ctx:
        event = ctx.session.get_one(Event, house.event_id)
        registration = person(ctx, event, "Visitor", "Somewhere", **fields)
        invitation_id, code = registration.invitation_id, registration.code
    client = house.app.test_client()
    with client.session_transaction() as cookie:
        cookie["opened"] = {str(house.event_id): [invitation_id, 1]}
    page = client.get(f"/en/{house.slug}/my").get_data(as_text=True)
    assert ("Show this at the door" in page) is shown
    assert (spaced(code) in page) is shown
    assert (str(qr.svg(code, f"QR code: {spaced(code)}")) in page) is shown
    assert read_code(spaced(code)) == code, "what the door types is what the code says"
