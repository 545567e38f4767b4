"""Commands of the composer: each writes one part of the read-out and leaves what others wrote in the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.text import clean_line, clean_text
from eventapp.core.translated import Translated
from eventapp.events.models import Event, Theme
from eventapp.notes import queries as texts
from eventapp.notes import service as writing
from eventapp.notes.ideas import queries as ideas
from eventapp.notes.models import Publication, Revision
from eventapp.notes.paragraphs import TITLE, Paragraph, new_key, replace_part, title_of
from eventapp.notes.readout import queries, rules
from eventapp.notes.readout.models import Insight
from eventapp.notes.readout.rules import InsightValues, InsightWords
from eventapp.notes.rules import LONGEST_TEXT, LONGEST_TITLE
from eventapp.notes.session_notes import queries as notes
from eventapp.notes.session_notes.models import NoteEntry
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.states import PUBLICATIONS, PublicationAction, PublicationKind, PublicationState

Make = Callable[[str, dict[str, list[Paragraph]]], tuple[Paragraph, ...]]


def begin(ctx: Context, event: Event, language: str) -> Publication:
    """Begin the read-out in one of the event's languages, with a title; what is begun stays as it is."""
    publication = writing.open_publication(ctx, event, PublicationKind.READ_OUT, language=language)
    if texts.find_latest_revision(ctx, publication, publication.source_language) is None:
        with force_locale(publication.source_language):
            title = str(_("What we take home"))
        writing.save_paragraphs(
            ctx, publication, publication.source_language, (Paragraph(TITLE, title),), base_revision=0
        )
    return publication


def save_opening(ctx: Context, event: Event, *, title: str, text: str, base_revision: int) -> Revision:
    """Save title and introduction. Raises `StaleText` when somebody saved those since, `DomainError`."""
    title, text = clean_line(title), clean_text(text)
    if not title:
        raise DomainError(_("Give the text a title."), field="title")
    _refuse_long(title, LONGEST_TITLE, "title")

    def make(_title: str, parts: dict[str, list[Paragraph]]) -> tuple[Paragraph, ...]:
        old = parts.get(rules.INTRODUCTION, [])
        made = replace_part(old, text, part=rules.INTRODUCTION)
        return rules.assemble(title, {**parts, rules.INTRODUCTION: made})

    return _save_part(ctx, hold(ctx, event), rules.INTRODUCTION, make, base_revision)


def save_part(ctx: Context, event: Event, part: str, *, text: str, base_revision: int) -> Revision:
    """Save the recommendations or the outlook. Raises `StaleText` when somebody saved that part since."""
    if part not in (rules.RECOMMENDATIONS, rules.OUTLOOK):
        raise NotFound(_("The read-out has no such part."))
    text = clean_text(text)

    def make(title: str, parts: dict[str, list[Paragraph]]) -> tuple[Paragraph, ...]:
        return rules.assemble(title, {**parts, part: replace_part(parts.get(part, []), text, part=part)})

    return _save_part(ctx, hold(ctx, event), part, make, base_revision)


def add_insight(
    ctx: Context,
    event: Event,
    values: InsightValues,
    *,
    group_id: int | None = None,
    origin: Translated | None = None,
    idea_count: int = 0,
    dots: int = 0,
) -> Insight:
    """Add an insight after the others and return it; the same words twice in a row make one. Raises `DomainError`."""
    words, places = _clean(ctx, event, values)
    publication = hold(ctx, event)
    composition = queries.compose(ctx, event, publication)
    for each in composition.insights:
        if each.words == words and each.insight.group_id == group_id:
            return each.insight
    insight = Insight(
        event_id=event.id,
        kind=values.kind,
        theme_id=values.theme_id,
        places=places,
        group_id=group_id,
        origin=origin or Translated(),
        ideas=idea_count,
        dots=dots,
        created_at=ctx.now,
    )
    ctx.session.add(insight)
    ctx.session.flush()
    part = rules.insight_part(insight.id)
    _save_all(ctx, composition, {**composition.parts, part: rules.insight_paragraphs((), words, part)})
    audit.record(ctx, insight, "adopt" if group_id else "add")
    return insight


def edit_insight(ctx: Context, event: Event, insight_id: int, values: InsightValues, *, base_revision: int) -> Insight:
    """Save an insight. Raises `StaleText` when somebody saved its words since, `DomainError`."""
    words, places = _clean(ctx, event, values)
    publication = hold(ctx, event)
    insight = queries.get_insight(ctx, event, insight_id)
    part = insight.part

    def make(title: str, parts: dict[str, list[Paragraph]]) -> tuple[Paragraph, ...]:
        return rules.assemble(title, {**parts, part: rules.insight_paragraphs(parts.get(part, []), words, part)})

    _save_part(ctx, publication, part, make, base_revision)
    now: dict[str, object] = {"kind": values.kind, "theme_id": values.theme_id, "places": places}
    changed = [name for name, value in now.items() if getattr(insight, name) != value]
    if changed:
        _revise(ctx, publication)
        for name in changed:
            setattr(insight, name, now[name])
        audit.record(ctx, insight, "edit", {"fields": changed})
    return insight


def move_insight(ctx: Context, event: Event, insight_id: int, *, up: bool) -> None:
    """Let an insight change places with the one before or after it; at either end it stays."""
    composition = queries.compose(ctx, event, hold(ctx, event))
    order = [each.insight.id for each in composition.insights]
    found = composition.find(insight_id)
    if found is None:
        raise NotFound(_("There is no such insight."))
    here = order.index(insight_id)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        _save_all(ctx, composition, composition.parts, order)


def remove_insight(ctx: Context, event: Event, insight_id: int) -> None:
    """Take an insight out of the text; its words stay in the earlier revisions, from where it can come back."""
    composition = queries.compose(ctx, event, hold(ctx, event))
    insight = queries.get_insight(ctx, event, insight_id)
    if composition.find(insight_id) is not None:
        kept = {part: words for part, words in composition.parts.items() if part != insight.part}
        _save_all(ctx, composition, kept)
        audit.record(ctx, insight, "remove")


def put_back_insight(ctx: Context, event: Event, insight_id: int) -> None:
    """Put a removed insight after the others, with the words that it had. Raises `NotFound`."""
    composition = queries.compose(ctx, event, hold(ctx, event))
    insight = queries.get_insight(ctx, event, insight_id)
    if composition.find(insight_id) is not None:
        return
    words = queries.last_words(ctx, composition.publication, [insight]).get(insight_id)
    if words is None:
        raise NotFound(_("There is no such insight."))
    _save_all(ctx, composition, {**composition.parts, insight.part: words})
    audit.record(ctx, insight, "put-back")


def adopt_entries(ctx: Context, event: Event, entry_ids: Collection[int]) -> Insight:
    """Make one insight of accepted notes; each stands behind the paragraph that it became. Raises `DomainError`."""
    entries = _accepted(ctx, event, entry_ids)
    if not entries:
        raise DomainError(_("Choose at least one note."))
    bodies = [_as_paragraph(entry.text) for entry in entries]
    first = entries[0]
    heading = rules.heading_from(first.text)
    if len(bodies) == 1 and heading == bodies[0].rstrip("."):
        bodies = []
    kind = first.kind if first.kind in rules.KINDS else EntryKind.KEY_POINT
    insight = add_insight(ctx, event, InsightValues(heading, "\n\n".join(bodies), kind))
    made = queries.compose(ctx, event, hold(ctx, event)).parts[insight.part]
    behind: dict[str, list[int]] = {made[0].key: [first.id]}
    for paragraph, entry in zip(made[1:], entries, strict=False):
        behind[paragraph.key] = [entry.id]
    writing.link_sources(ctx, hold(ctx, event), behind)
    return insight


def adopt_group(ctx: Context, event: Event, group_id: int) -> Insight:
    """Make an insight of a group of ideas and return it; it keeps where they were gathered, how many, and their dots.

    A group makes one insight: asked for again, it is the same, put back if it was removed. When nobody has begun the
    read-out, it begins with this insight, in the event's first language. Raises `NotFound`.
    """
    publication = begin(ctx, event, event.languages[0])
    for each in queries.list_insights(ctx, event):
        if each.group_id == group_id:
            put_back_insight(ctx, event, each.id)
            return each
    result = next((each for each in ideas.list_results(ctx, event) if each.group_id == group_id), None)
    if result is None:
        raise NotFound(_("There is no such group, or its board is not closed yet."))
    shown = ideas.shown_of(ctx, ideas.get_board(ctx, event, result.board_id))
    gathered = next((each.ideas for each in shown.groups if each.group.id == group_id), ())
    lines: list[str] = []
    for idea in gathered:
        line = f"- {_as_paragraph(idea.text)}"
        if sum(map(len, lines)) + len(lines) + len(line) <= rules.LONGEST_INSIGHT:
            lines.append(line)
    heading = rules.heading_from(result.title.text(publication.source_language))
    return add_insight(
        ctx,
        event,
        InsightValues(heading, "\n".join(lines), EntryKind.IDEA),
        group_id=group_id,
        origin=result.session_title,
        idea_count=result.ideas,
        dots=result.dots,
    )


def take_recommendations(ctx: Context, event: Event) -> int:
    """Add the accepted recommendations that are not in it yet, each linked to its note; return how many."""
    composition = queries.compose(ctx, event, hold(ctx, event))
    entries = queries.list_unused_entries(ctx, event, composition.publication, {EntryKind.RECOMMENDATION})
    if not entries:
        return 0
    part = rules.RECOMMENDATIONS
    added = [Paragraph(new_key(), f"1. {_as_paragraph(entry.text)}", part) for entry in entries]
    _save_all(ctx, composition, {**composition.parts, part: [*composition.parts.get(part, ()), *added]})
    links = {paragraph.key: [entry.id] for paragraph, entry in zip(added, entries, strict=True)}
    writing.link_sources(ctx, composition.publication, links)
    return len(entries)


def start_guidelines(ctx: Context, event: Event) -> Publication:
    """Begin the guidelines with the recommendations of the read-out, their notes behind them; once only."""
    read_out = queries.find_read_out(ctx, event)
    language = read_out.publication.source_language if read_out else None
    guidelines = writing.open_publication(ctx, event, PublicationKind.GUIDELINES, language=language)
    if read_out is None or texts.find_latest_revision(ctx, guidelines, guidelines.source_language) is not None:
        return guidelines
    begun = [each for each in read_out.parts.get(rules.RECOMMENDATIONS, ()) if each.text]
    if begun:
        with force_locale(guidelines.source_language):
            title = str(_("Guidelines"))
        copies = [Paragraph(new_key(), each.text) for each in begun]
        made = (Paragraph(TITLE, title), *copies)
        writing.save_paragraphs(ctx, guidelines, guidelines.source_language, made, base_revision=0)
        sources = texts.list_sources(ctx, read_out.publication)
        links = {copy.key: sources[old.key] for copy, old in zip(copies, begun, strict=True) if old.key in sources}
        writing.link_sources(ctx, guidelines, links)
    return guidelines


def hold(ctx: Context, event: Event) -> Publication:
    """Return the read-out, held until the end of the transaction; begun in the event's first language if need be."""
    found = writing.find_locked(ctx, event, PublicationKind.READ_OUT)
    return found or begin(ctx, event, event.languages[0])


def _save_part(ctx: Context, publication: Publication, part: str, make: Make, base_revision: int) -> Revision:
    """Save one part over the latest text; stale is only who started from other words of this very part."""
    language = publication.source_language
    latest = texts.find_latest_revision(ctx, publication, language)
    base = texts.find_revision(ctx, publication, language, base_revision)
    made = make(title_of(latest.paragraphs) if latest else "", rules.parts_of(latest.paragraphs if latest else ()))
    if latest is not None and latest.paragraphs == made:
        return latest
    if _words(latest, part) != _words(base, part):
        writing.refuse_stale(latest, base_revision)
    return _save(ctx, publication, made, latest)


def _save_all(
    ctx: Context, composition: queries.Composition, parts: rules.Parts, order: Sequence[int] | None = None
) -> None:
    _save(ctx, composition.publication, rules.assemble(composition.title, parts, order), composition.latest)


def _save(ctx: Context, publication: Publication, made: tuple[Paragraph, ...], latest: Revision | None) -> Revision:
    _refuse_long("".join(each.text for each in made), LONGEST_TEXT, "text")
    number = latest.number if latest else 0
    return writing.save_paragraphs(ctx, publication, publication.source_language, made, number)


def _words(revision: Revision | None, part: str) -> list[str]:
    if revision is None:
        return []
    title = [revision.title] if part == rules.INTRODUCTION else []
    return title + [each.text for each in rules.parts_of(revision.paragraphs).get(part, ())]


def _revise(ctx: Context, publication: Publication) -> None:
    """Ask for another check: what surrounds an insight is part of what was approved."""
    if publication.state is PublicationState.FINAL:
        raise Conflict(_("This text is final. Reopen it before you change it."))
    if publication.state is PublicationState.APPROVED:
        PUBLICATIONS.move(ctx, publication, PublicationAction.REVISE)
        publication.approved_revision = publication.approved_by_id = None


def _clean(ctx: Context, event: Event, values: InsightValues) -> tuple[InsightWords, list[dict[str, str]]]:
    heading, text = clean_line(values.heading), clean_text(values.text)
    if not heading:
        raise DomainError(_("Give the insight a heading."), field="heading")
    _refuse_long(heading, rules.LONGEST_HEADING, "heading")
    _refuse_long(text, rules.LONGEST_INSIGHT, "text")
    if values.kind not in rules.KINDS:
        raise DomainError(_("Choose a kind of the list."), field="kind")
    if values.theme_id is not None:
        theme = ctx.session.get(Theme, values.theme_id)
        if theme is None or theme.event_id != event.id:
            raise DomainError(_("Choose a theme of the list."), field="theme_id")
    cleaned = ({"name": clean_line(each["name"]), "country": each["country"]} for each in values.places)
    places = list({tuple(each.items()): each for each in cleaned if each["name"] or each["country"]}.values())
    if len(places) > rules.MOST_PLACES:
        raise DomainError(_("Name at most %(max)d places.", max=rules.MOST_PLACES), field="places")
    for place in places:
        _refuse_long(place["name"], rules.LONGEST_PLACE, "places")
    return InsightWords(heading, text), places


def _refuse_long(text: str, longest: int, field: str) -> None:
    if len(text) > longest:
        raise DomainError(_("Use at most %(max)d characters.", max=longest), field=field)


def _accepted(ctx: Context, event: Event, entry_ids: Collection[int]) -> list[NoteEntry]:
    wanted = set(entry_ids)
    return [entry for note in notes.list_accepted(ctx, event) for entry in note.entries if entry.id in wanted]


def _as_paragraph(text: str) -> str:
    return " ".join(text.split())
