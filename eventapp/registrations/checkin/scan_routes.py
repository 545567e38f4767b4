"""What phones at the door ask for in the background: the list to answer by, and scans that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations.checkin import queries, service
from eventapp.registrations.checkin.forms import is_key
from eventapp.registrations.checkin.rules import day_of
from eventapp.registrations.checkin.service import Scan
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.checkin.words import TAKEN_BACK, WHY_NOT, card_of, for_phones
from eventapp.registrations.states import State

bp = Blueprint("check_in_phone", __name__)
_TAKEN_BACK = "taken_back"  # for a phone, as a state
DOOR = "/desk/<event>/check-in"
MOST_SCANS = 50  # in one request; a phone that kept more sends them in several
_LONGEST_CODE = 40
_BY_PHONE = (Way.SCANNED, Way.TYPED, Way.BY_NAME)


@bp.get(f"{DOOR}/list")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def expected(event: Event) -> Response:
    """Return by code who has registered and who is there, for a phone that loses its line; never to be stored."""
    ctx = reading()
    people = queries.list_expected(ctx, event, day_of(ctx.now, event.timezone))
    return jsonify(
        now=ctx.now.isoformat(),
        zone=event.timezone,
        csrf=generate_csrf(),
        words=for_phones(),
        why={_TAKEN_BACK: str(TAKEN_BACK), **{state.value: str(text) for state, text in WHY_NOT.items()}},
        confirmed=State.APPROVED.value,
        people=[
            [
                each.code,
                each.name,
                each.organisation,
                _TAKEN_BACK if each.ended_with_invitation else each.state.value,
                to_wall(each.scanned_at, event.timezone).strftime("%H:%M") if each.scanned_at else "",
            ]
            for each in people
        ],
    )


@bp.post(f"{DOOR}/scans")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def take(event: Event) -> Response:
    """Take scans from a phone, each once by its key, and answer each; some may be hours old."""
    sent: Any = request.get_json(silent=True)
    if not _well_formed(sent):
        return _problem(_("This is not a list of scans."))
    phone_now = _instant(sent.get("now"))
    answers = []
    for each in sent["scans"]:
        scan = Scan(each["key"], Way(each["way"]), _instant(each.get("at")), phone_now)
        with unit_of_work() as ctx:  # each by itself: one that fails holds up none of the others
            card = card_of(ctx, event, service.check_in_code(ctx, event, each["code"], scan), g.permissions)
        answers.append(
            {
                "key": scan.key,
                "outcome": card.outcome.value,
                "tone": card.tone,
                "title": card.title,
                "text": card.text,
                "name": card.name,
                "organisation": card.organisation,
                "more": card.more,
                "confirm": _confirm_address(event, card.registration_id) if card.may_confirm else None,
            }
        )
    return jsonify(answers=answers)


def _well_formed(sent: Any) -> bool:
    scans = sent.get("scans") if isinstance(sent, Mapping) else None
    return isinstance(scans, list) and len(scans) <= MOST_SCANS and all(_is_scan(each) for each in scans)


def _is_scan(each: Any) -> bool:
    return (
        isinstance(each, Mapping)
        and is_key(each.get("key"))
        and isinstance(each.get("code"), str)
        and len(each["code"]) <= _LONGEST_CODE
        and each.get("way") in _BY_PHONE
    )


def _instant(text: Any) -> datetime | None:
    """Return the instant that a phone wrote, or None for what is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        return None


def _confirm_address(event: Event, registration_id: int | None) -> str:
    return url_for("check_in_desk.ask", event=event.slug, registration_id=registration_id)


def _problem(title: str) -> Response:
    """Return a refusal as RFC 9457 problem details."""
    answer = jsonify(type="about:blank", title=title, status=400)
    answer.status_code = 400
    answer.mimetype = "application/problem+json"
    return answer
