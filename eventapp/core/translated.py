"""A text in several languages, with a visible fallback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


class Translated(Mapping[str, str]):
    """An immutable value `{language: text}`; empty texts are not kept.

    The order of the languages is the order of fallback: the event's first language comes first.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str] | None = None, /, **by_language: str) -> None:
        merged = {**(texts or {}), **by_language}
        self._texts: dict[str, str] = {code: text for code, text in merged.items() if text and text.strip()}

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Translated) and self._texts == other._texts

    def __repr__(self) -> str:
        return f"Translated({self._texts!r})"

    def best(self, language: str) -> tuple[str, str]:
        """Return `(text, language it is in)`: the one asked for, else the first there is, else empty."""
        if language in self._texts:
            return self._texts[language], language
        for code, text in self._texts.items():
            return text, code
        return "", language

    def text(self, language: str) -> str:
        """Return the text in the language, or its fallback."""
        return self.best(language)[0]

    def missing(self, languages: Sequence[str]) -> list[str]:
        """Return those of the languages that have no text, in their order."""
        return [code for code in languages if code not in self._texts]

    def ordered(self, languages: Sequence[str]) -> Translated:
        """Return the same texts, the given languages first in their order."""
        first = {code: self._texts[code] for code in languages if code in self._texts}
        return Translated({**first, **self._texts})

    def with_text(self, language: str, text: str) -> Translated:
        """Return a copy in which one language has another text."""
        return Translated({**self._texts, language: text})

    def as_dict(self) -> dict[str, str]:
        """Return the texts as a plain dictionary, for JSON."""
        return dict(self._texts)
