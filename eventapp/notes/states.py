"""The lives of what rapporteurs publish, and where each of its paragraphs stands in a language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class PublicationKind(StrEnum):
    """What is written together, translated and published."""

    SUMMARY = "summary"  # of one day
    READ_OUT = "read_out"  # of the whole meeting
    GUIDELINES = "guidelines"  # the short document for others


class PublicationState(StrEnum):
    """Where a publication stands."""

    DRAFTING = "drafting"
    IN_CHECK = "in_check"
    APPROVED = "approved"
    PUBLISHED = "published"
    FINAL = "final"


class PublicationAction(StrEnum):
    """What can happen to a publication."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    REVISE = "revise"
    PUBLISH = "publish"
    FINALISE = "finalise"
    REOPEN = "reopen"


class ParagraphState(StrEnum):
    """Where a paragraph stands in a language that it is translated into."""

    MISSING = "missing"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    OUTDATED = "outdated"  # its source has changed since


_S, _A = PublicationState, PublicationAction

TRANSITIONS: Mapping[tuple[PublicationState, PublicationAction], PublicationState] = {
    (_S.DRAFTING, _A.SUBMIT): _S.IN_CHECK,
    (_S.IN_CHECK, _A.RETURN): _S.DRAFTING,  # with remarks
    (_S.IN_CHECK, _A.APPROVE): _S.APPROVED,
    (_S.APPROVED, _A.REVISE): _S.DRAFTING,  # its source text was changed: what was approved is no more
    (_S.APPROVED, _A.PUBLISH): _S.PUBLISHED,
    (_S.PUBLISHED, _A.PUBLISH): _S.PUBLISHED,  # a later edition, with its reason
    (_S.PUBLISHED, _A.FINALISE): _S.FINAL,
    (_S.FINAL, _A.REOPEN): _S.PUBLISHED,
}

PUBLICATIONS = Machine(TRANSITIONS)

SHOWN = frozenset({_S.PUBLISHED, _S.FINAL})
"""The states in which the public reads the latest edition."""
