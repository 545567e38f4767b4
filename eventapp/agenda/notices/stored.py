"""The list of people and news that somebody looked at as JSON values, so that just this is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eventapp.agenda.notices.queries import Recipient
from eventapp.agenda.notices.rules import News, Own
from eventapp.agenda.rules import Change, change_from_json, change_to_json


def to_json(recipients: Sequence[Recipient]) -> dict[str, Any]:
    """Return the list; a change that many are told of is in it once."""
    numbers: dict[Change, int] = {}
    people = [
        {
            "address": each.address,
            "name": each.name,
            "language": each.language,
            "invitation_id": each.invitation_id,
            "registration_ids": list(each.registration_ids),
            "own": [
                [
                    own.news.value,
                    own.session_id,
                    numbers.setdefault(own.change, len(numbers)),
                    own.revision,
                    own.unfollowed,
                    list(own.overlaps),
                ]
                for own in each.own
            ],
        }
        for each in recipients
    ]
    return {"changes": [change_to_json(change) for change in numbers], "people": people}


def some_from(stored: Mapping[str, Any], first: int, most: int) -> list[Recipient]:
    """Return at most so many of the people that `to_json` wrote, from the first to be told on."""
    changes = [change_from_json(change) for change in stored["changes"]]
    return [
        Recipient(
            address=each["address"],
            name=each["name"],
            language=each["language"],
            own=tuple(
                Own(News(news), session_id, changes[number], revision, unfollowed, tuple(overlaps))
                for news, session_id, number, revision, unfollowed, overlaps in each["own"]
            ),
            invitation_id=each["invitation_id"],
            registration_ids=tuple(each["registration_ids"]),
        )
        for each in stored["people"][first : first + most]
    ]
