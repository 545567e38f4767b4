"""Marks: what stands in a stored body where the recipient's own link or secret will be, put in at delivery only."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARK = re.compile(r"own-(link|secret)-([a-z_]+)-[0-9a-f]{32}")


def link_mark(name: str, nonce: str) -> str:
    """Return the mark of a link; `nonce` is the message's own, so that nobody can write a mark into a text."""
    return f"own-link-{name}-{nonce}"


def secret_mark(name: str, nonce: str) -> str:
    """Return the mark of a secret."""
    return f"own-secret-{name}-{nonce}"


def filled(body: str, values: Mapping[str, str]) -> str:
    """Return the body with every mark replaced by its value; the values hold no character that HTML would escape."""
    for mark, value in values.items():
        body = body.replace(mark, value)
    return body


def hidden(body: str, link_words: str, secret_words: str) -> str:
    """Return the body for the eyes of others than the recipient: words instead of the marks."""
    return _MARK.sub(lambda match: link_words if match[1] == "link" else secret_words, body)
