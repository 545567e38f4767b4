"""Commands on who may be named: rules of sessions, names that may stand, and asking for consent to a quote."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from eventapp.core import audit
from eventapp.core.audit import Auditable
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.text import clean_line, clean_text
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.mail import service as mail
from eventapp.notes.attribution import messages, queries, rules
from eventapp.notes.attribution.findings import Findings
from eventapp.notes.attribution.models import NameOverride, QuoteConsent, SessionRule
from eventapp.notes.attribution.states import CONSENTS, Answer, ConsentAction, ConsentState
from eventapp.notes.service import author
from eventapp.notes.session_notes import queries as session_notes
from eventapp.notes.session_notes.models import NoteEntry
from eventapp.notes.states import PublicationState
from eventapp.registrations.models import Registration


def set_rules(ctx: Context, event: Event, chosen: Mapping[int, AttributionRule | None]) -> int:
    """Set the rules of sessions (None: the event's) and return how many changed. Raises `NotFound`."""
    ctx.session.scalar(select(Event.id).where(Event.id == event.id).with_for_update())
    sessions = {each.id: each for each in session_notes.agenda_of(ctx, event).sessions}
    before = queries.rules_of_sessions(ctx, event)
    changed = 0
    for session_id, rule in chosen.items():
        if session_id not in sessions:
            raise NotFound(_("There is no such session in this agenda."))
        if before.get(session_id) == rule:
            continue
        changed += 1
        ctx.session.execute(
            delete(SessionRule).where(SessionRule.event_id == event.id, SessionRule.session_id == session_id)
        )
        if rule is not None:
            ctx.session.add(SessionRule(event_id=event.id, session_id=session_id, rule=rule))
        audit.record(
            ctx,
            event,
            "attribute",
            {
                "session": sessions[session_id].title.text(event.languages[0]),
                "rule": (rule or event.attribution_rule).value,
            },
        )
    return changed


def let_stand(
    ctx: Context, thing: Auditable, event_id: int, subject: str, findings: Findings, name_hash: str, reason: str
) -> NameOverride:
    """Let a name stand in a text or file in spite of the rule, and record who decided so and why.

    `thing` is what the audit is about, `subject` its name in overrides. Raises `DomainError` without a reason,
    `NotFound` when the name is not, or no longer, among the findings.
    """
    reason = clean_text(reason)
    if not reason:
        raise DomainError(_("Say why the name may stand."), field="reason")
    if len(reason) > rules.LONGEST_REASON:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_REASON), field="reason")
    finding = next((each for each in findings.every if each.name_hash == name_hash), None)
    if finding is None:
        raise NotFound(_("This name is no longer found."))
    ctx.session.scalar(select(Event.id).where(Event.id == event_id).with_for_update())
    for each in queries.list_overrides(ctx, event_id, subject):
        if each.name_hash == name_hash:
            return each  # somebody was faster
    override = NameOverride(
        event_id=event_id,
        subject=subject,
        name_hash=name_hash,
        reason=reason,
        account_id=author(ctx),
        created_at=ctx.now,
    )
    ctx.session.add(override)
    audit.record(ctx, thing, "let-name-stand", {"count": 1, "places": len(finding.places), "reason": reason})
    return override


def take_back(ctx: Context, thing: Auditable, event_id: int, subject: str, name_hash: str) -> None:
    """Protect a name again that was let stand; nothing happens when it was not."""
    for each in queries.list_overrides(ctx, event_id, subject):
        if each.name_hash == name_hash:
            ctx.session.delete(each)
            audit.record(ctx, thing, "protect-name", {"count": 1})


def ask(
    ctx: Context,
    event: Event,
    entry: NoteEntry,
    *,
    registration: Registration | None,
    name: str,
    email: str,
    language: str,
    words: str,
) -> QuoteConsent:
    """Ask somebody by mail whether their words may be quoted, and return the question.

    A participant is asked at their own address and in their own language. Asking again sends a new link and ends
    the old one; other words, or another person, replace the question. Raises `DomainError`, `Conflict` when
    there is an answer to these words already.
    """
    words = clean_text(words)
    if registration is not None:
        name, email, language = registration.name, registration.email, registration.language
    name = clean_line(name)
    if not words:
        raise DomainError(_("Write the words as they would appear."), field="words")
    if len(words) > rules.LONGEST_WORDS:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_WORDS), field="words")
    if not name or not email:
        raise DomainError(_("Choose the person, or give their name and address."), field="registration_id")
    ctx.session.scalar(select(NoteEntry.id).where(NoteEntry.id == entry.id).with_for_update())
    consent = queries.live_consents(ctx, event).get(entry.id)
    if consent is not None and (consent.words != words or consent.email != email):
        _replace(ctx, consent)
        consent = None
    if consent is None:
        consent = QuoteConsent(
            event_id=event.id,
            entry_id=entry.id,
            registration_id=registration.id if registration is not None else None,
            name=name,
            email=email,
            language=language,
            words=words,
            state=ConsentState.ASKED,
            asked_by_id=author(ctx),
            asked_at=ctx.now,
        )
        ctx.session.add(consent)
        audit.record(ctx, consent, "ask")
    elif consent.state is not ConsentState.ASKED:
        raise Conflict(_("There is an answer to these words already."))
    else:
        mail.cancel_pending(ctx, about=messages.about(consent))
        consent.link_version += 1
        consent.asked_by_id, consent.asked_at = author(ctx), ctx.now
        audit.record(ctx, consent, "ask-again")
    ctx.session.flush()
    mail.enqueue(ctx, messages.quote_asked(event, consent, entry.note))
    return consent


def _replace(ctx: Context, consent: QuoteConsent) -> None:
    """Set a question aside whose words or person have changed; its link opens nothing any more."""
    mail.cancel_pending(ctx, about=messages.about(consent))
    CONSENTS.move(ctx, consent, ConsentAction.REPLACE)


def is_closed(ctx: Context, consent: QuoteConsent) -> bool:
    """Tell whether a text with the quote is final, so that the answer can no longer be changed."""
    return any(
        publication.state is PublicationState.FINAL
        for publication, _edition in queries.list_texts_with(ctx, consent.entry_id)
    )


def answer(ctx: Context, consent: QuoteConsent, said: Answer) -> None:
    """Take the answer of somebody who is asked; the same again changes nothing. Raises `Conflict` once closed."""
    ctx.session.refresh(consent, with_for_update=True)
    if is_closed(ctx, consent):
        raise Conflict(_("The text is final. Write to us if you want something changed."))
    target = ConsentState.REFUSED if said is Answer.NO else ConsentState.GIVEN
    with_name = said is Answer.WITH_NAME
    if consent.state is target and consent.with_name == with_name:
        return
    if consent.state is target:
        consent.with_name = with_name
        audit.record(ctx, consent, "edit", {"fields": ["with_name"]})
    else:
        consent.with_name = with_name
        CONSENTS.move(ctx, consent, ConsentAction.REFUSE if said is Answer.NO else ConsentAction.GIVE)
    consent.answered_at = ctx.now
    ctx.session.execute(  # earlier editions show the words, or not
        update(Event).where(Event.id == consent.event_id).values(public_version=Event.public_version + 1)
    )
    mail.cancel_pending(ctx, about=messages.about(consent))
