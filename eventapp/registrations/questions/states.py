"""The kinds of question that organisers can ask."""

from __future__ import annotations

from enum import StrEnum


class QuestionKind(StrEnum):
    """What an answer looks like."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    COUNTRY = "country"
    FILE = "file"


WITH_OPTIONS = frozenset({QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF})
CAN_DECIDE = frozenset({QuestionKind.YES_NO, *WITH_OPTIONS})  # on whether another question is asked
