"""Every move that a table allows has its sentence in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask_babel import force_locale

from eventapp.core.audit import AuditEntry
from eventapp.desk.sentences import KIND, SENTENCES, lines_of
from eventapp.events import states as events
from eventapp.invitations import states as invitations
from eventapp.mail import states as mail
from eventapp.notes import states as notes
from eventapp.notes.session_notes import states as session_notes
from eventapp.registrations import states as registrations
from eventapp.registrations.personal_data import states as personal_data
from eventapp.sponsorship import states as sponsorship

TABLES: Mapping[str, Mapping[Any, Any]] = {
    "event": events.TRANSITIONS,
    "invitation": invitations.TRANSITIONS,
    "interest": invitations.INTEREST_TRANSITIONS,
    "registration": registrations.TRANSITIONS,
    "erasure_request": personal_data.TRANSITIONS,
    "publication": notes.TRANSITIONS,
    "session_note": session_notes.TRANSITIONS,
    "sponsorship_request": sponsorship.REQUEST_TRANSITIONS,
    "sponsorship_line": sponsorship.LINE_TRANSITIONS,
    "sponsorship_review": sponsorship.REVIEW_TRANSITIONS,
    "sponsorship_letter": sponsorship.LETTER_TRANSITIONS,
    "outbox_message": {move: state for move, state in mail.TRANSITIONS.items() if move[1] != "claim"},  # unrecorded
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_move_has_a_sentence(kind: str) -> None:
    assert {action.value for _state, action in TABLES[kind]} <= set(SENTENCES[kind])
    assert kind in KIND


def test_an_entry_is_told_in_words(app: Any) -> None:
    entry = AuditEntry(
        object_type="registration",
        action="revoke",
        object_label="100% <b>Amina</b> Diallo",
        actor_kind="staff",
        actor_label="Clara",
        details={"fields": ["dietary"], "reason": "Asked to"},
    )
    odd = AuditEntry(
        object_type="robot", action="blink", object_label="R2", actor_kind="system", actor_label="", details={}
    )
    with app.test_request_context(), force_locale("en"):
        line, unknown = lines_of([entry, odd])
    assert line.sentence == "100% <b>Amina</b> Diallo’s registration: confirmation taken back"
    assert (line.actor, line.fields, line.reason) == ("Clara", ("What you eat",), "Asked to")
    assert unknown.sentence == "robot, “R2”: blink"
    assert unknown.actor == "By itself"
