"""Saving translated paragraphs so that nobody's words are lost and none counts for a source that nobody compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes import service as texts
from eventapp.notes.models import Publication, Revision
from eventapp.notes.paragraphs import Paragraph, by_key, paragraph_state
from eventapp.notes.states import ParagraphState
from eventapp.notes.translating import rules
from eventapp.notes.translating.rules import Sent


class Clash(Conflict):
    """Others changed the very paragraphs, or what they translate, after this page was opened; `keys` names them."""

    def __init__(self, keys: Collection[str]) -> None:
        super().__init__(
            _("Somebody changed the same paragraphs while you were translating. Both texts are kept here.")
        )
        self.keys = frozenset(keys)


def save(
    ctx: Context,
    publication: Publication,
    language: str,
    sent: Mapping[str, Sent],
    *,
    base_revision: int,
    source_revision: int,
) -> Revision | None:
    """Save what was changed of the paragraphs sent (clean texts by key) and return the new revision, None if nothing.

    `base_revision` and `source_revision` are the revisions of translation and source that the translator looked at.
    What others saved in other paragraphs stays. Raises `Clash` when somebody changed one of these paragraphs or its
    source since, `DomainError` for a tick without a text, and as `notes.service.save_translation` does.
    """
    queries.check_language(ctx.session.get_one(Event, publication.event_id), language)
    texts.lock(ctx, publication)
    source = queries.find_latest_revision(ctx, publication, publication.source_language)
    latest = queries.find_latest_revision(ctx, publication, language)
    seen = queries.find_revision(ctx, publication, publication.source_language, source_revision)
    base = queries.find_revision(ctx, publication, language, base_revision)
    now, twins = _paragraphs(source), _paragraphs(latest)
    looked_at, begun = _paragraphs(seen), _paragraphs(base)
    changed = {
        key: mine
        for key, mine in rules.changes(list(looked_at.values()), list(begun.values()), sent).items()
        if (key in now or key in looked_at) and not (key in now and rules.is_said(now[key], twins.get(key), mine))
    }
    _refuse_ticks_without_text(changed)
    if clashing := [key for key in changed if _clashes(key, now, looked_at, twins, begun)]:
        raise Clash(clashing)
    if not changed:
        return None
    saved = texts.save_translation(
        ctx,
        publication,
        language,
        {key: mine.text for key, mine in changed.items()},
        reviewed={key: mine.reviewed for key, mine in changed.items()},
        base_revision=base_revision,
    )
    _record_reviews(ctx, publication, saved, changed, now, twins)
    return saved


def mark_reviewed(
    ctx: Context,
    publication: Publication,
    language: str,
    keys: Collection[str],
    *,
    base_revision: int,
    source_revision: int,
) -> Revision | None:
    """Mark paragraphs as reviewed in the very words of `base_revision`. Returns and raises as `save` does."""
    shown = _paragraphs(queries.find_revision(ctx, publication, language, base_revision))
    sent = {key: Sent(shown[key].text, True) for key in keys if key in shown and shown[key].text}
    return save(ctx, publication, language, sent, base_revision=base_revision, source_revision=source_revision)


def _paragraphs(revision: Revision | None) -> dict[str, Paragraph]:
    return by_key(revision.paragraphs) if revision else {}


def _refuse_ticks_without_text(changed: Mapping[str, Sent]) -> None:
    for key, mine in changed.items():
        if mine.reviewed and not mine.text:
            raise DomainError(_("Translate a paragraph before you mark it as reviewed."), field=key)


def _clashes(
    key: str,
    now: Mapping[str, Paragraph],
    looked_at: Mapping[str, Paragraph],
    twins: Mapping[str, Paragraph],
    begun: Mapping[str, Paragraph],
) -> bool:
    if key not in now or key not in looked_at or now[key].text != looked_at[key].text:
        return True
    theirs, before = twins.get(key), begun.get(key)
    return (theirs.text if theirs else "") != (before.text if before else "")


def _record_reviews(
    ctx: Context,
    publication: Publication,
    saved: Revision,
    changed: Mapping[str, Sent],
    source: Mapping[str, Paragraph],
    before: Mapping[str, Paragraph],
) -> None:
    """Write down who reviewed which paragraphs: whether two people looked is for the team to judge."""
    were = {key: paragraph_state(source[key], before.get(key)) is ParagraphState.REVIEWED for key in changed}
    about = {"language": saved.language, "revision": saved.number}
    if ticked := [key for key, mine in changed.items() if mine.reviewed]:
        audit.record(ctx, publication, "review", {**about, "paragraphs": ticked})
    if taken_back := [key for key, mine in changed.items() if were[key] and not mine.reviewed]:
        audit.record(ctx, publication, "unreview", {**about, "paragraphs": taken_back})
