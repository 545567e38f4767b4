"""From when each class may be forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from eventapp.registrations.personal_data.rules import Basis, answer_by, due_at, ends_at

OVER = ends_at(date(2024, 11, 8), "Europe/Madrid")
CLOSED = datetime(2024, 9, 20, 22, tzinfo=UTC)


def test_the_event_is_over_at_midnight_of_its_place() -> None:
    assert datetime(2024, 11, 8, 23, tzinfo=UTC) == OVER
    assert ends_at(date(2024, 11, 8), "America/Bogota") == datetime(2024, 11, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("basis", "days", "keep", "expected"),
    [
        (Basis.EVENT, 30, 365, OVER + timedelta(days=30)),
        (Basis.EVENT, None, 365, OVER + timedelta(days=365)),
        (Basis.EVENT, 30, 10, OVER + timedelta(days=10)),  # nothing longer than everything else
        (Basis.CLOSING, 30, 365, OVER),  # 20 October would be before the event is over
        (Basis.CLOSING, 90, 365, CLOSED + timedelta(days=90)),
        (Basis.WRITING, 90, 365, OVER + timedelta(days=90)),
        (Basis.WRITING, 90, 1, OVER + timedelta(days=1)),
    ],
)
def test_due(basis: Basis, days: int | None, keep: int, expected: datetime) -> None:
    assert due_at(basis, days, over_at=OVER, closes_at=CLOSED, keep_days=keep) == expected


def test_a_request_is_answered_within_30_days() -> None:
    assert answer_by(CLOSED) == CLOSED + timedelta(days=30)
