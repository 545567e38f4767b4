"""Rendering of a draft into text and HTML, in the recipient's language, with the styles put into the elements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale

from eventapp.core.config import Settings
from eventapp.core.languages import direction, interface_language
from eventapp.core.text import clean_line
from eventapp.mail.drafts import Draft
from eventapp.mail.marks import link_mark, secret_mark

_inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
_SUBJECT_LETTERS = 250


@dataclass(frozen=True)
class Rendered:
    """Both bodies of a mail, marks in place of secrets, and the language they are in."""

    language: str
    subject: str
    text: str
    html: str


def render(draft: Draft, nonce: str) -> Rendered:
    """Return the draft's bodies; a language that the interface does not speak falls back to the default."""
    language = interface_language(draft.language)
    room, _, message = draft.kind.partition("/")
    subject = clean_line(draft.subject)
    if len(subject) > _SUBJECT_LETTERS:
        subject = f"{subject[: _SUBJECT_LETTERS - 1]}…"
    values = {
        "lang": language,
        "dir": direction(language),
        "subject": subject,
        "recipient_name": draft.recipient_name,
        "base_url": _settings().base_url,
        "page": _page,
        "link": lambda name: _known(link_mark(name, nonce), name, _link_names(draft)),
        "secret": lambda name: _known(secret_mark(name, nonce), name, set(draft.secrets)),
        "has_link": lambda name: name in _link_names(draft),
        **draft.values,
    }
    with force_locale(language):
        text = current_app.jinja_env.get_template(f"{room}/mail/{message}.txt").render(values)
        html = current_app.jinja_env.get_template(f"{room}/mail/{message}.html").render(values)
    return Rendered(language, subject, _tidy(text), _inliner.inline(html))


def sender() -> str:
    """Return the address that every mail comes from."""
    return _settings().mail_from


def _link_names(draft: Draft) -> set[str]:
    return {*draft.links, *({"unsubscribe"} if draft.unsubscribe else ())}


def _known(mark: str, name: str, names: set[str]) -> str:
    if name not in names:
        raise LookupError(f"the template asks for {name!r}, which the draft does not give")
    return mark


def _page(endpoint: str, **values: Any) -> str:
    """Return the full address of a page; in mails there is no request that `url_for` could go by."""
    base = urlsplit(_settings().base_url)
    current_app.inject_url_defaults(endpoint, values)
    return current_app.url_map.bind(base.netloc, url_scheme=base.scheme).build(endpoint, values, force_external=True)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _tidy(text: str) -> str:
    """Return plain text without the blank lines and trailing spaces that templates leave."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
