"""What invitations and expressions of interest forget.

A row that a link in somebody's mailbox names keeps its number and nothing else: were the number given out again,
the old link would open somebody else's invitation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import Select, Text, cast, or_, select, update

from eventapp.core.context import Context
from eventapp.core.languages import LANGUAGES
from eventapp.events.models import Event
from eventapp.invitations import delegation
from eventapp.invitations.models import ImportPreview, Interest, Invitation
from eventapp.invitations.states import InterestState, InvitationState


def list_all_of(ctx: Context, event: Event, invitation_id: int) -> Sequence[Invitation]:
    """Return every invitation of the person in the event, by id; none when the person was erased before."""
    return ctx.session.scalars(_all_of(event, invitation_id)).all()


def lock_all_of(ctx: Context, event: Event, invitation_id: int) -> Sequence[Invitation]:
    """Lock and return every invitation of the person in the event, by id; none when the person was erased before.

    Those who proposed the person, and whom the person proposed, are locked in the same order: they forget the name.
    """
    ctx.session.flush()
    ids = {each.id for each in list_all_of(ctx, event, invitation_id)}
    ids_beside = ctx.session.scalars(_beside(ids).with_only_columns(Invitation.id)).all()
    ctx.session.scalars(
        select(Invitation)
        .where(Invitation.id.in_({*ids, *ids_beside}))
        .order_by(Invitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return list_all_of(ctx, event, invitation_id)


def lock_next(ctx: Context, event_id: int, limit: int) -> Sequence[Invitation]:
    """Lock and return up to `limit` invitations of the event that still name somebody."""
    return ctx.session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event_id, Invitation.email != "")
        .order_by(Invitation.id)
        .limit(limit)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def blank(ctx: Context, event: Event, ids: Collection[int]) -> None:
    """Leave nothing of the invitations but their numbers, and let no link open them.

    The state is written directly: this is no step in the life of an invitation, there is none any more.
    """
    ctx.session.flush()
    chosen = Invitation.id.in_(ids)
    ctx.session.execute(update(Invitation).where(Invitation.delegated_from_id.in_(ids)).values(delegated_from_id=None))
    nothing: dict[str, Any] = dict.fromkeys(
        ("email", "name", "organisation", "position", "country", "reason", "personal_message", "search_text"), ""
    )
    nothing |= dict.fromkeys(
        ("category_id", "answer_by_at", "form_open_until_at", "invited_by_id", "delegated_from_id", "interest_id",
         "sent_at", "answered_at", "reminded_at", "no_reminders_at")
    )  # fmt: skip
    ctx.session.execute(
        update(Invitation)
        .where(chosen)
        .values(
            **nothing,
            state=InvitationState.REVOKED,
            language=event.first_language,
            preapproved=False,
            address_locked=False,
            decline_reason="",
            reminder_count=0,
            link_version=Invitation.link_version + 1,
            created_at=ctx.now,
        )
    )


def list_beside(ctx: Context, ids: Collection[int]) -> Sequence[Invitation]:
    """Return the invitations of those who proposed these people, and of those whom they proposed."""
    return ctx.session.scalars(_beside(ids)).all()


def forget_proposals(ctx: Context, ids: Collection[int], names: Collection[str]) -> list[tuple[re.Pattern[str], str]]:
    """Take these people's names out of the invitations beside theirs, and return what takes them out of the mails.

    The sentence that names who proposed its reader becomes one that names nobody.
    """
    struck = [(_spoken(name), "…") for name in sorted(names, key=len, reverse=True) if name.strip()]
    patterns = [*struck, *_sentences()]
    for each in list_beside(ctx, ids):
        for field in ("reason", "personal_message", "decline_reason"):
            setattr(each, field, without(getattr(each, field), patterns if each.delegated_from_id in ids else struck))
    ctx.session.flush()
    return patterns


def without(text: str, patterns: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """Return the text with what each pattern finds replaced by the words that go with it."""
    for pattern, words in patterns:
        text = pattern.sub(words, text)
    return text


def list_interests_of(ctx: Context, event_id: int, addresses: Collection[str]) -> Sequence[Interest]:
    """Return what people with these addresses said when they were not invited."""
    return ctx.session.scalars(
        select(Interest)
        .where(Interest.event_id == event_id, Interest.email.in_(sorted(addresses)), Interest.email != "")
        .order_by(Interest.id)
    ).all()


def forget_interests(ctx: Context, event: Event, ids: Collection[int]) -> int:
    """Leave nothing of the expressions of interest but their numbers, and return how many."""
    ctx.session.flush()
    ctx.session.execute(
        update(Interest)
        .where(Interest.event_id == event.id, Interest.id.in_(ids))
        .values(
            email="",
            name="",
            organisation="",
            country="",
            motivation="",
            theme_id=None,
            language=event.first_language,
            link_version=Interest.link_version + 1,
            created_at=ctx.now,
            confirmed_at=None,
            answered_at=None,
        )
    )
    return len(ids)


def list_interest_ids(ctx: Context, event_id: int, limit: int, *, invited_too: bool = False) -> Sequence[int]:
    """Return up to `limit` expressions of interest that still name somebody; those invited only if asked for."""
    query = select(Interest.id).where(Interest.event_id == event_id, Interest.email != "")
    if not invited_too:
        query = query.where(Interest.state != InterestState.INVITED)
    return ctx.session.scalars(query.order_by(Interest.id).limit(limit)).all()


def strip_previews(ctx: Context, event_id: int, addresses: Collection[str]) -> int:
    """Take the rows with these addresses out of lists that wait to be imported, and return how many lists."""
    wanted = {each.casefold() for each in addresses if each}
    said = cast(ImportPreview.rows, Text)
    found = ctx.session.scalars(
        select(ImportPreview)
        .where(
            ImportPreview.event_id == event_id, or_(*(said.icontains(each, autoescape=True) for each in sorted(wanted)))
        )
        .with_for_update()
    ).all()
    for preview in found:
        preview.rows = [row for row in preview.rows if not _names(row, wanted)]
    return len(found)


def _all_of(event: Event, invitation_id: int) -> Select[Invitation]:
    address = select(Invitation.email).where(
        Invitation.id == invitation_id, Invitation.event_id == event.id, Invitation.email != ""
    )
    return (
        select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.email == address.scalar_subquery())
        .order_by(Invitation.id)
    )


def _beside(ids: Collection[int]) -> Select[Invitation]:
    proposers = select(Invitation.delegated_from_id).where(
        Invitation.id.in_(ids), Invitation.delegated_from_id.is_not(None)
    )
    return (
        select(Invitation)
        .where(or_(Invitation.delegated_from_id.in_(ids), Invitation.id.in_(proposers)), Invitation.id.not_in(ids))
        .order_by(Invitation.id)
    )


def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentence that names a proposer, whoever that is, as it stands in a letter, and one without a name."""
    found = []
    for language in LANGUAGES:
        with force_locale(language):
            nobody = str(_("Somebody who cannot come suggested that we invite you."))
        for organisation in ("\1", ""):
            named = delegation.reason_in(Invitation(name="\0", organisation=organisation), language)
            shape = re.sub(r"\\?\s+", r"\\s+", re.escape(named))
            found.append((re.compile(re.sub(r"\\?[\0\1]", r"[^\\n<>]+?", shape)), nobody))
    return found


def _spoken(name: str) -> re.Pattern[str]:
    """Return what finds the name in a text, plain or as HTML, and in no longer word."""
    return re.compile(rf"(?<!\w)(?:{re.escape(name)}|{re.escape(str(escape(name)))})(?!\w)", re.IGNORECASE)


def _names(value: Any, addresses: Collection[str]) -> bool:
    if isinstance(value, dict):
        return any(_names(each, addresses) for each in value.values())
    if isinstance(value, list):
        return any(_names(each, addresses) for each in value)
    return isinstance(value, str) and any(address in value.casefold() for address in addresses)
