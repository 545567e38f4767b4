"""The life of a question for consent to a quote."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class ConsentState(StrEnum):
    """Where the consent to a quote stands."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    REPLACED = "replaced"  # the words were changed; they are asked for anew


class ConsentAction(StrEnum):
    """What can happen to it."""

    GIVE = "give"
    REFUSE = "refuse"
    REPLACE = "replace"


class Answer(StrEnum):
    """What somebody says who is asked for consent."""

    WITHOUT_NAME = "without_name"
    WITH_NAME = "with_name"
    NO = "no"


_S, _A = ConsentState, ConsentAction

TRANSITIONS: Mapping[tuple[ConsentState, ConsentAction], ConsentState] = {
    (_S.ASKED, _A.GIVE): _S.GIVEN,
    (_S.ASKED, _A.REFUSE): _S.REFUSED,
    (_S.GIVEN, _A.REFUSE): _S.REFUSED,  # people may think again; later editions leave the quote out
    (_S.REFUSED, _A.GIVE): _S.GIVEN,
    (_S.ASKED, _A.REPLACE): _S.REPLACED,
    (_S.GIVEN, _A.REPLACE): _S.REPLACED,
    (_S.REFUSED, _A.REPLACE): _S.REPLACED,  # other words, which they may like better
}

CONSENTS = Machine(TRANSITIONS)
