"""The guard over what will be published: no name that the rule protects, no quote without its author's consent.

Each paragraph follows the strictest rule among the sessions of the notes behind it; one without notes, and whatever
else is printed, that of the day or the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from eventapp.agenda.states import QUIET_KINDS
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.notes import queries as notes
from eventapp.notes.attribution import hooks, known, queries, rules
from eventapp.notes.attribution.findings import Finding, Findings, NamesFound, Place
from eventapp.notes.attribution.names import Hit, Index, What, index_of
from eventapp.notes.attribution.states import ConsentState
from eventapp.notes.models import Publication
from eventapp.notes.paragraphs import TITLE, Paragraph, Printed
from eventapp.notes.session_notes import queries as session_notes

__all__ = [
    "NamesFound",
    "check",
    "check_file",
    "check_latest",
    "refused",
    "strings_of",
    "subject_of",
    "withheld",
]

Texts = Mapping[str, Sequence[Printed]]
_ORDER = tuple(What)


class _Said(NamedTuple):
    """Something to be read by the guard."""

    language: str
    key: str
    text: str


def subject_of(publication: Publication) -> str:
    """Return how overrides name a publication."""
    return f"publication:{publication.id}"


def check(ctx: Context, publication: Publication, printed_texts: Texts) -> Findings:
    """Return every protected name in the texts, by the language of the page; those that may stand are marked."""
    event = ctx.session.get_one(Event, publication.event_id)
    behind = _rules_behind(ctx, event, publication)
    if behind.all_free:
        return Findings(())
    said = {
        (each.key, each.text): _Said(each.language, each.key, each.text)
        for printed in printed_texts.values()
        for each in printed
        if behind.of(each.key) is not AttributionRule.ON_THE_RECORD
    }
    freed = _named_with_consent(ctx, event, publication)
    return _findings(ctx, event, subject_of(publication), said.values(), freed)


def check_latest(ctx: Context, publication: Publication) -> Findings:
    """Return every protected name in the texts as they were saved last and in what is printed beside them.

    Translations that wait for their review count too: whatever stops an edition is found here.
    """
    event = ctx.session.get_one(Event, publication.event_id)
    beside = [each for tell in hooks.BESIDE for each in tell(ctx, event, publication.kind)]
    return check(ctx, publication, {**_latest_texts(ctx, publication), "": beside})


def check_file(ctx: Context, event: Event, filename: str, properties: Mapping[str, str], subject: str) -> Findings:
    """Return every protected name in the name and the properties of a file; `subject` is as in "resource:7"."""
    if event.attribution_rule is AttributionRule.ON_THE_RECORD:
        return Findings(())
    said = [_Said("", "filename", filename), *(_Said("", key, text) for key, text in properties.items())]
    return _findings(ctx, event, subject, said, {}, loose=True)


def strings_of(value: Any, key: str = "extra", language: str = "") -> Iterator[Printed]:
    """Yield every text inside JSON values, such as what an edition holds beside its paragraphs, for `check`."""
    if isinstance(value, str):
        yield Printed(key, value, language)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from strings_of(inner, f"{key}.{name}", language)
    elif isinstance(value, Sequence):
        for number, inner in enumerate(value):
            yield from strings_of(inner, f"{key}.{number}", language)


def withheld(ctx: Context, publication: Publication, texts: Texts) -> set[str]:
    """Return the keys of paragraphs that quote somebody who has not agreed to just these words.

    That is a paragraph behind which a quote stands, unless the quote was agreed to and its words are those of the
    source text; and one that shares five words in a row with what was heard and nobody agreed to. Quotes from sessions
    on the record need no consent.
    """
    event = ctx.session.get_one(Event, publication.event_id)
    quotes = {each.entry.id: each for each in queries.list_guarded(ctx, event) if not each.is_free}
    if not quotes:
        return set()
    agreed = [each.consent.words for each in quotes.values() if each.consent is not None and each.is_given]
    not_agreed = _runs(each.entry.text for each in quotes.values()) - _runs(agreed)
    sources = notes.list_sources(ctx, publication)
    written = {each.key: each.text for each in texts.get(publication.source_language, ())}
    found = set()
    for printed in texts.values():
        for each in printed:
            if each.key in found:
                continue
            behind = [quotes[entry_id] for entry_id in sources.get(each.key, ()) if entry_id in quotes]
            source = written.get(each.key, each.text)
            if any(not _agreed_to(quote, source) for quote in behind) or rules.shares_run(each.text, not_agreed):
                found.add(each.key)
    return found


def refused(ctx: Context, event: Event, *texts: Texts) -> set[str]:
    """Return the keys of paragraphs, of whatever editions, with words whose author has said no since."""
    consents = queries.live_consents(ctx, event).values()
    words = _runs(each.words for each in consents if each.state is ConsentState.REFUSED)
    if not words:
        return set()
    words -= _runs(each.words for each in consents if queries.is_given(each))
    every = (each for text in texts for printed in text.values() for each in printed)
    return {each.key for each in every if rules.shares_run(each.text, words)}


def _runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    return {run for text in texts for run in rules.runs(rules.plain_words(text))}


def _agreed_to(quote: queries.Quote, text: str) -> bool:
    return quote.consent is not None and quote.is_given and rules.holds(text, quote.consent.words)


class _Rules(NamedTuple):
    """The rule of each paragraph behind which there are notes, and of all the others."""

    by_key: Mapping[str, AttributionRule]
    others: AttributionRule

    def of(self, key: str) -> AttributionRule:
        """Return the rule of a paragraph."""
        return self.by_key.get(key, self.others)

    @property
    def all_free(self) -> bool:
        """Tell whether everybody may be named everywhere."""
        return {self.others, *self.by_key.values()} == {AttributionRule.ON_THE_RECORD}


def _rules_behind(ctx: Context, event: Event, publication: Publication) -> _Rules:
    own = queries.rules_of_sessions(ctx, event)
    if not own:
        return _Rules({}, event.attribution_rule)
    sources = notes.list_sources(ctx, publication)
    sessions = queries.sessions_of_entries(ctx, event, {each for ids in sources.values() for each in ids})
    by_key = {
        key: rules.strictest(
            {own.get(sessions[each], event.attribution_rule) for each in ids if each in sessions},
            event.attribution_rule,
        )
        for key, ids in sources.items()
    }
    all_sessions = session_notes.agenda_of(ctx, event).sessions
    of_the_day = {
        own.get(each.id, event.attribution_rule)
        for each in all_sessions
        if each.kind not in QUIET_KINDS and publication.day in (None, each.starts_local.date())
    }
    others = rules.strictest(of_the_day, event.attribution_rule)
    by_key.pop(TITLE, None)
    return _Rules(by_key, others)


def _named_with_consent(ctx: Context, event: Event, publication: Publication) -> dict[str, frozenset[str]]:
    """Return by paragraph the canonical names of those who agreed to be named beside a quote there."""
    given = {
        entry_id: person.canonical
        for entry_id, consent in queries.live_consents(ctx, event).items()
        if consent.with_name and queries.is_given(consent) and (person := known.parse(consent.name)) is not None
    }
    if not given:
        return {}
    return {
        key: frozenset(given[each] for each in ids if each in given)
        for key, ids in notes.list_sources(ctx, publication).items()
    }


def _latest_texts(ctx: Context, publication: Publication) -> Texts:
    latest = notes.latest_revisions(ctx, [publication.id]).get(publication.id, {})
    return {language: _printed(language, revision.paragraphs) for language, revision in latest.items()}


def _printed(language: str, paragraphs: Iterable[Paragraph]) -> list[Printed]:
    return [Printed(each.key, each.text, language, each.part) for each in paragraphs if each.text]


def _index(ctx: Context, event: Event) -> Index:
    return index_of(
        tuple(queries.list_known(ctx, event)),
        frozenset(queries.public_names(ctx, event)),
        frozenset(queries.towns_and_countries(ctx, event)),
    )


def _findings(
    ctx: Context,
    event: Event,
    subject: str,
    said: Iterable[_Said],
    freed: Mapping[str, frozenset[str]],
    *,
    loose: bool = False,
) -> Findings:
    index = _index(ctx, event)
    groups: dict[str, Finding] = {}
    whose: dict[str, set[str]] = {}
    for each in said:
        free = freed.get(each.key, frozenset())
        for hit in index.find(each.text, loose=loose):
            if hit.what is not What.ORGANISATION and free.issuperset(hit.whose):
                continue
            key = rules.name_hash(hit.what, hit.canonical)
            place = Place(each.language, each.key, each.text, hit.start, hit.end)
            before = groups.get(key) or Finding(hit.what, hit.name, key, ())
            groups[key] = replace(before, places=(*before.places, place))
            whose.setdefault(key, set()).update(_hashes(hit))
    overrides = {each.name_hash: each for each in queries.list_overrides(ctx, event.id, subject)}
    marked = []
    for key, finding in groups.items():
        override = overrides.get(key)
        if override is None and finding.what is What.PART and all(each in overrides for each in whose[key]):
            override = overrides[min(whose[key])]  # whoever may be named may be named in part
        marked.append(replace(finding, override=override))
    return Findings(tuple(sorted(marked, key=lambda each: (_ORDER.index(each.what), each.name.casefold()))))


def _hashes(hit: Hit) -> set[str]:
    return {rules.name_hash(What.NAME, canonical) for canonical in hit.whose}
