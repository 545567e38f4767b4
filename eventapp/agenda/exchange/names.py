"""What a file calls kinds and roles, in whichever language of the interface it was written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flask_babel import force_locale, get_locale

from eventapp.agenda import words
from eventapp.agenda.states import PersonRole, SessionKind
from eventapp.core.languages import LANGUAGES
from eventapp.core.text import fold


def kind_named(name: str) -> SessionKind | None:
    """Return the kind of session that has this value or name."""
    return _kinds(get_locale() is not None).get(fold(name))


def role_named(name: str) -> PersonRole | None:
    """Return the role that has this value or name."""
    return _roles(get_locale() is not None).get(fold(name))


@cache
def _kinds(_translated: bool) -> Mapping[str, SessionKind]:
    named = {kind.value: kind for kind in SessionKind}
    for language in LANGUAGES:
        with force_locale(language):
            named |= {fold(words.kind(kind)): kind for kind in SessionKind}
    return named


@cache
def _roles(_translated: bool) -> Mapping[str, PersonRole]:
    named = {role.value: role for role in PersonRole}
    for language in LANGUAGES:
        with force_locale(language):
            named |= {fold(words.role(role)): role for role in PersonRole}
    return named
