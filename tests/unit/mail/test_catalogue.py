"""The catalogue of mails: each kind has both parts and words for the desk, each file of one has words too."""

from __future__ import annotations

from eventapp.application import mail_words
from eventapp.application.wiring import wire
from eventapp.core.config import ROOT
from eventapp.mail import hooks

TEMPLATES = ROOT / "templates"


def _kinds(suffix: str) -> set[str]:
    return {f"{path.parent.parent.name}/{path.stem}" for path in TEMPLATES.glob(f"*/mail/*{suffix}")}


def test_every_mail_has_text_html_and_words_and_nothing_else_has() -> None:
    assert _kinds(".txt") == _kinds(".html") == set(mail_words.KIND)


def test_every_file_of_a_mail_has_words() -> None:
    wire()
    assert set(mail_words.ATTACHMENT) == set(hooks.ATTACHMENT_MAKERS)
