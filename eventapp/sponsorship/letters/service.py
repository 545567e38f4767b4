"""Commands about letters: word them, sign them, issue them frozen, supersede and revoke them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.events.service import lock, refuse_stale
from eventapp.mail import service as mail
from eventapp.registrations.states import State
from eventapp.sponsorship.letters import document, messages, queries, rules
from eventapp.sponsorship.letters.models import Letter, LetterTemplate, Signature
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sensitive import queries as sensitive_queries
from eventapp.sponsorship.sensitive import service as sensitive
from eventapp.sponsorship.sensitive.sealing import CannotOpen, Sealer
from eventapp.sponsorship.states import (
    LETTERS,
    LetterAction,
    LetterKind,
    RequestState,
    SensitiveKind,
)


class NotSigned(Conflict):
    """Nobody signs the letters of this event yet."""


def save_template(
    ctx: Context, event: Event, kind: LetterKind, subject: Translated, body: Translated, *, seen: int
) -> list[str]:
    """Keep the words of a kind of letter and return the fields that changed.

    Raises `StaleEdit`, and `DomainError` naming the field for a placeholder that does not exist.
    """
    lock(ctx, event)
    values = {"subject": subject, "body": body}
    for field, texts in values.items():
        for text in texts.values():
            unknown = rules.unknown_in(kind, text)
            if unknown:
                raise DomainError(
                    _("{%(mark)s} is none of the placeholders below. Look at its spelling.", mark=unknown[0]),
                    field=field,
                )
    template = queries.find_template(ctx, event, kind)
    if template is None:
        template = LetterTemplate(event_id=event.id, kind=kind, updated_at=ctx.now, **values)
        ctx.session.add(template)
        audit.record(ctx, template, "edit", {"fields": sorted(values)})  # of the first words, which nobody stored
        return sorted(values)
    refuse_stale(ctx, template, values, seen)
    fields = audit.changed_fields(template, values)
    if fields:
        template.updated_at = ctx.now
        audit.record(ctx, template, "edit", {"fields": fields})
    return fields


def save_signature(
    ctx: Context, event: Event, values: Mapping[str, Any], picture: bytes | None, *, remove: bool
) -> None:
    """Keep who signs, and the picture of the signature when there is a new one or it is to go."""
    lock(ctx, event)
    signature = queries.find_signature(ctx, event)
    if signature is None:
        signature = Signature(event_id=event.id, updated_at=ctx.now, picture=picture, **values)
        ctx.session.add(signature)
        audit.record(ctx, signature, "add")
        return
    fields = audit.changed_fields(signature, values)
    if picture is not None or (remove and signature.picture is not None):
        signature.picture = picture
        fields = [*fields, "picture"]
    if fields:
        signature.updated_at = ctx.now
        audit.record(ctx, signature, "edit", {"fields": fields})


def issue(ctx: Context, sealer: Sealer, request: SponsorshipRequest, kind: LetterKind, base_url: str) -> Letter:
    """Issue a letter in the person's language, frozen as it reads now; an earlier one of its kind is superseded.

    Raises `NotSigned`, and `Conflict` before the offer was accepted or while passport data that it needs is missing.
    """
    lock(ctx, request.event)  # for the number
    ctx.session.refresh(request)
    if request.state is not RequestState.ACCEPTED:
        raise Conflict(_("Letters are issued once the person has accepted the offer, and until they travel."))
    if request.registration.state is not State.APPROVED:
        raise Conflict(_("The participation is not confirmed yet, so nobody should travel: no letter can be issued."))
    signature = queries.find_signature(ctx, request.event)
    if signature is None:
        raise NotSigned(_("First say who signs the letters of this event."))
    template = queries.template_of(ctx, request.event, kind)
    language = document.language_of(request)
    number = rules.new_number(kind, request.event_id, queries.count_issued(ctx, request.event_id) + 1)
    today = to_wall(ctx.now, request.event.timezone).date()
    texts = [template.subject.text(language), template.body.text(language)]
    sealed = _sealed_values(ctx, sealer, request, number, language) if rules.needs_passport(texts) else None
    letter = Letter(
        event_id=request.event_id,
        request=request,
        kind=kind,
        number=number,
        language=language,
        snapshot=document.freeze(
            template,
            signature,
            document.values_of(request, number, today),
            language=language,
            address=f"{base_url}/verify/{number}",
            event=request.event,
            promise=document.promise_of(request),
        ),
        sealed=sealed,
        issued_by_id=ctx.actor.id,
        issued_at=ctx.now,
    )
    earlier = queries.list_valid(ctx, request, kind)
    ctx.session.add(letter)
    ctx.session.flush()
    for each in earlier:
        LETTERS.move(ctx, each, LetterAction.SUPERSEDE)
        each.superseded_by_id, each.ended_at = letter.id, ctx.now
        mail.cancel_pending(ctx, messages.about(each))
    audit.record(ctx, letter, "issue", {"kind": kind.value})
    mail.enqueue(ctx, messages.letter_ready(letter, replaces=bool(earlier)))
    return letter


def revoke(ctx: Context, letter: Letter) -> None:
    """Take a letter back: whoever checks its number learns that it holds no longer."""
    ctx.session.refresh(letter, with_for_update=True)
    LETTERS.move(ctx, letter, LetterAction.REVOKE)
    letter.ended_at = ctx.now
    mail.cancel_pending(ctx, messages.about(letter))


def open_letter(ctx: Context, sealer: Sealer, letter: Letter) -> dict[str, str]:
    """Return the sensitive values of a letter, nothing without any; that it was opened is recorded.

    Raises `Conflict` when they were forgotten in time or no key opens them.
    """
    if not letter.snapshot:
        raise Conflict(_("The person was erased, and this letter with them."))
    if letter.sealed is None:
        if rules.needs_passport([letter.snapshot["subject"], letter.snapshot["body"]]):
            raise Conflict(
                _("The passport data in this letter was deleted in time; the letter can be checked, not read.")
            )
        return {}
    try:
        values = sealer.open(letter.sealed, _about(letter.number))
    except CannotOpen:
        raise Conflict(_("The key that opens this data is missing. Ask whoever runs this site.")) from None
    audit.record(ctx, letter, "read")
    return values


def _sealed_values(ctx: Context, sealer: Sealer, request: SponsorshipRequest, number: str, language: str) -> str:
    record = sensitive_queries.find_record(ctx, request, SensitiveKind.PASSPORT)
    if record is None or record.sealed is None:
        raise Conflict(_("This letter names the passport: ask the person for the passport data first."))
    passport = sensitive.open_record(ctx, sealer, record, "letter")
    return sealer.seal(document.sensitive_values(passport, language), _about(number))


def _about(number: str) -> str:
    return f"letter:{number}"


def forget_due(ctx: Context) -> int:
    """Delete what is sealed in letters once the passport it came from was deleted; return how many letters."""
    due = queries.list_to_forget(ctx)
    for letter in due:
        letter.sealed = None
        audit.record(ctx, letter, "forget")
    return len(due)


def seal_anew(ctx: Context, sealer: Sealer) -> int:
    """Seal with the newest key what an older one sealed in letters, a batch of it; return how many."""
    old = queries.list_sealed_otherwise(ctx, sealer.key_id, sensitive.BATCH)
    for letter in old:
        if letter.sealed is not None:
            letter.sealed = sealer.seal(sealer.open(letter.sealed, _about(letter.number)), _about(letter.number))
    return len(old)
