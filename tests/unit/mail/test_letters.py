"""A mail parsed back by the standard library says what the letter said, whatever people are called."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.core.text import clean_line
from eventapp.mail.hooks import Attachment
from eventapp.mail.letters import Letter, compose

ODD_NAMES = [
    "Jo ’“;, Müller",
    'Anna "Nana" O\'Neill, PhD <x@y>',
    "مدينة الرباط، رئيس البلدية",
    "Zoë " * 50,
    "名" * 200,
    "a" * 200,
    "Evil\r\nBcc: everybody@example.org",
    "Back\\slash (comment) [x]: y",
    "",
]


def a_letter(**fields: object) -> Letter:
    values: dict[str, object] = {
        "row_id": 7,
        "message_id": "<0123456789abcdef0123456789abcdef@example.org>",
        "written_at": datetime(2024, 9, 12, 7, 0, tzinfo=UTC),
        "sender": '"Workshop “one”, two" <workshop@example.org>',
        "recipient": "guest@example.org",
        "recipient_name": "Guest",
        "reply_to": "team@example.org",
        "language": "fr",
        "subject": "Votre participation",
        "text": "Bonjour,\n\nà bientôt\n",
        "html": "<html><body><p>à bientôt</p></body></html>",
        **fields,
    }
    return Letter(**values)  # type: ignore[arg-type]


def back(message: EmailMessage) -> EmailMessage:
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)  # type: ignore[return-value]


def decoded(message: EmailMessage, header: str) -> str:
    """The header as RFC 2047 reads it; the newer parser of the library puts a space between encoded words of a name."""
    plain: Message = email.message_from_bytes(message.as_bytes())
    unfolded = str(plain[header]).replace("\r\n", "").replace("\n", "")
    if header == "To":
        unfolded = parseaddr(unfolded)[0]
    return str(make_header(decode_header(unfolded)))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_and_subjects_come_back_whole_and_begin_no_header(name: str) -> None:
    message = compose(a_letter(recipient_name=name, subject=f"For {name}"))
    parsed = back(message)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["guest@example.org"]
    assert decoded(message, "To") == clean_line(name)
    assert decoded(message, "Subject") == clean_line(f"For {name}")
    assert parsed["Bcc"] is None
    assert not parsed.defects
    assert not parsed["To"].defects


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_name_comes_back_as_one_recipient(name: str) -> None:
    message = compose(a_letter(recipient_name=name, subject=name))
    parsed = back(message)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["guest@example.org"]
    if "=?" not in name:
        assert decoded(message, "To") == clean_line(name)
    assert set(parsed.keys()) <= {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type", "Content-Language",
    }  # fmt: skip


def test_the_headers_say_what_they_must() -> None:
    parsed = back(compose(a_letter(unsubscribe_address="https://example.org/i/" + "t" * 90)))
    assert parsed["From"].addresses[0].addr_spec == "workshop@example.org"
    assert parsed["Reply-To"].addresses[0].addr_spec == "team@example.org"
    assert parsed["Date"].datetime == datetime(2024, 9, 12, 7, 0, tzinfo=UTC)
    assert parsed["Message-ID"] == "<0123456789abcdef0123456789abcdef@example.org>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Content-Language"] == "fr"
    assert parsed["List-Unsubscribe"] == f"<https://example.org/i/{'t' * 90}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed.get_body(("plain",)).get_content().splitlines() == ["Bonjour,", "", "à bientôt"]  # type: ignore[union-attr]


def test_mail_without_a_way_out_has_no_list_headers() -> None:
    parsed = back(compose(a_letter()))
    assert parsed["List-Unsubscribe"] is None
    assert parsed["List-Unsubscribe-Post"] is None


def test_lines_end_in_crlf_and_are_short_enough_for_smtp() -> None:
    raw = compose(a_letter(text="x" * 5000 + "\n", html=f"<p>{'y' * 5000}</p>")).as_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_calendar_is_an_alternative_and_a_file_with_the_same_bytes() -> None:
    ics = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:D\xc3\xa9j\xc3\xa0\r\nEND:VCALENDAR\r\n"
    pdf = b"%PDF-1.7\n\x00\xff"
    files = (
        Attachment("réunion.ics", "text/calendar; method=REQUEST; charset=utf-8", ics),
        Attachment("programme.pdf", "application/pdf", pdf),
    )
    parsed = back(compose(a_letter(attachments=files)))
    assert parsed.get_content_type() == "multipart/mixed"
    alternative, calendar_file, document = list(parsed.iter_parts())
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    inline = list(alternative.iter_parts())[2]
    assert inline.get_param("method") == "REQUEST"
    assert inline.get_param("charset") == "utf-8"
    assert inline.get_payload(decode=True) == ics
    assert calendar_file.get_filename() == "réunion.ics"
    assert calendar_file.get_payload(decode=True) == ics
    assert document.get_content_type() == "application/pdf"
    assert document.get_payload(decode=True) == pdf
    assert parsed["Content-Language"] == "fr"


def test_several_calendars_are_files_only() -> None:
    ics = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    files = [Attachment(f"session-{n}.ics", "text/calendar; method=REQUEST; charset=utf-8", ics) for n in (1, 2)]
    alternative, *rest = list(back(compose(a_letter(attachments=files))).iter_parts())
    assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_filename() for part in rest] == ["session-1.ics", "session-2.ics"]


def test_a_foreign_domain_travels_in_ascii() -> None:
    parsed = back(compose(a_letter(recipient="guest@münchen.example")))
    assert parsed["To"].addresses[0].addr_spec == "guest@xn--mnchen-3ya.example"


def test_a_picture_of_the_html_part_goes_along_with_it() -> None:
    picture = Attachment("code.png", "image/png", b"\x89PNG", content_id="code@eventapp")
    calendar = Attachment("invitation.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\n")
    page = '<html><body><img src="cid:code@eventapp" alt="Code"></body></html>'
    message = back(compose(a_letter(html=page, attachments=(picture, calendar))))
    html = message.get_body(("related",))
    assert html is not None
    shown, image = html.iter_parts()
    assert 'src="cid:code@eventapp"' in shown.get_content()
    assert (image["Content-ID"], image.get_content_disposition()) == ("<code@eventapp>", "inline")
    assert image.get_content() == b"\x89PNG"
    assert message.get_body(("plain",)) is not None
    assert [each.get_filename() for each in message.iter_attachments()] == ["invitation.ics"]
