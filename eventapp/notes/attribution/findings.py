"""What the guard found: each name once, where it stands, and whether somebody let it stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import ngettext

from eventapp.core.errors import DomainError
from eventapp.notes.attribution.models import NameOverride
from eventapp.notes.attribution.names import What


@dataclass(frozen=True)
class Place:
    """Where a name was found: from `start` to `end` of a paragraph, or of what else `key` names."""

    language: str
    key: str  # of a paragraph; of a file "filename" or the property
    text: str
    start: int
    end: int

    @property
    def words(self) -> str:
        """Return the words found."""
        return self.text[self.start : self.end]

    def around(self, reach: int = 80) -> tuple[str, str, str]:
        """Return what stands before, the words, and what stands after, cut at words."""
        before, after = self.text[: self.start], self.text[self.end :]
        if len(before) > reach:
            before = "…" + before[-reach:].partition(" ")[2]
        if len(after) > reach:
            after = after[:reach].rpartition(" ")[0] + "…"
        return before, self.words, after


@dataclass(frozen=True)
class Finding:
    """A name, a part of one, or an organisation that the rule protects."""

    what: What
    name: str  # as it is registered; of a part: as it stands in the text
    name_hash: str
    places: Sequence[Place]
    override: NameOverride | None = None  # why it may stand


@dataclass(frozen=True)
class Findings:
    """All that was found, the names first."""

    every: Sequence[Finding]

    @property
    def open(self) -> list[Finding]:
        """Return what nobody has let stand."""
        return [each for each in self.every if each.override is None]

    def __len__(self) -> int:
        return len(self.every)


class NamesFound(DomainError):
    """The text names people or organisations that the rule protects; `findings` says whom and where."""

    def __init__(self, findings: Findings) -> None:
        number = len(findings.open)
        super().__init__(
            ngettext(
                "%(num)d name is found that the attribution rule protects. Take it out, or say why it may stand.",
                "%(num)d names are found that the attribution rule protects. Take them out, or say why they may stand.",
                number,
            )
        )
        self.findings = findings
