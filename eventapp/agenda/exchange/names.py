"""What a file calls kinds and roles, in whichever language of the interface it was written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

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


def name_and_doubt(written: str) -> tuple[str, bool]:
    """Return a person's name without the words that say that they are to be confirmed, and whether these were there."""
    bare, bracket, remark = written.rpartition("(")
    if bracket and fold(bracket + remark) in _doubts(get_locale() is not None):
        return bare.rstrip(), True
    return written, False


@cache
def _doubts(_translated: bool) -> frozenset[str]:
    doubts = set()
    for language in LANGUAGES:
        with force_locale(language):
            doubts.add(fold(_("%(person)s (to be confirmed)", person="")))
    return frozenset(doubts)


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
