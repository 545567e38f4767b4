"""What happened to a request, in words: its own moves, those of its lines, and who reviewed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, and_, or_, select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind, Context
from eventapp.core.formatting import moment_in_words
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.states import LineAction, RequestAction
from eventapp.sponsorship.words import LINE

REQUEST: Mapping[str, LazyString] = {
    RequestAction.SUBMIT: _l("sent the request"),
    RequestAction.ASK_INFO: _l("asked the person a question"),
    RequestAction.ANSWER: _l("answered the question"),
    RequestAction.START_REVIEW: _l("started the review"),
    RequestAction.PROPOSE: _l("proposed a decision"),
    RequestAction.TAKE_BACK: _l("took the proposal back"),
    RequestAction.OFFER: _l("released the offer"),
    RequestAction.WAITLIST: _l("put the request on the waiting list"),
    RequestAction.REJECT: _l("released the refusal"),
    RequestAction.RECONSIDER: _l("took the request up again"),
    RequestAction.ACCEPT: _l("accepted the offer"),
    RequestAction.DECLINE: _l("declined the offer"),
    RequestAction.EXPIRE: _l("ended the offer, its time was over"),
    RequestAction.WITHDRAW: _l("withdrew the request"),
    RequestAction.CANCEL: _l("cancelled the support"),
    RequestAction.CALL_OFF: _l("closed the request, the event was cancelled"),
    RequestAction.TRAVEL: _l("noted that the person travelled"),
    RequestAction.NO_SHOW: _l("noted that the person did not come"),
    RequestAction.SETTLE: _l("settled the request"),
    "edit": _l("changed the request"),
    "discuss": _l("wrote a remark"),
}

LINES: Mapping[str, LazyString] = {
    LineAction.APPROVE: _l("%(line)s: approved"),
    LineAction.REFUSE: _l("%(line)s: refused"),
    LineAction.BOOK: _l("%(line)s: booked"),
    LineAction.CLAIM: _l("%(line)s: receipts handed in"),
    LineAction.RETURN: _l("%(line)s: given back to be put right"),
    LineAction.AUTHORISE: _l("%(line)s: authorised"),
    LineAction.PAY: _l("%(line)s: paid"),
    LineAction.RELEASE: _l("%(line)s: no longer needed"),
    LineAction.REOPEN: _l("%(line)s: opened again"),
}

REVIEWS: Mapping[str, LazyString] = {
    "assign": _l("gave the request to %(reviewer)s to score"),
    "unassign": _l("took the request from %(reviewer)s"),
    "score": _l("scored the request"),
    "recuse": _l("%(reviewer)s left the request to others"),
}


def history_of(ctx: Context, request: SponsorshipRequest) -> Sequence[tuple[str, str]]:
    """Return when and by whom what was done to the request, in sentences, the latest first.

    Steps of other rooms that have no words here are left out.
    """
    reviews = select(Review.id).where(Review.request_id == request.id)
    entries = ctx.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == request.event_id,
            or_(
                _about(SponsorshipRequest.__tablename__, [request.id]),
                _about(Line.__tablename__, [line.id for line in request.lines]),
                and_(AuditEntry.object_type == Review.__tablename__, AuditEntry.object_id.in_(reviews)),
            ),
        )
        .order_by(AuditEntry.id.desc())
    ).all()
    lines = {line.id: str(LINE[line.kind]) for line in request.lines}
    told = [(entry, _done(entry, lines)) for entry in entries]
    zone = request.event.timezone
    return [
        (moment_in_words(entry.at, zone, ctx.language), _("%(who)s: %(done)s", who=_who(entry), done=done))
        for entry, done in told
        if done
    ]


def _done(entry: AuditEntry, lines: Mapping[int, str]) -> str:
    if entry.object_type == Line.__tablename__:
        words, values = LINES.get(entry.action), {"line": lines.get(entry.object_id, "")}
    elif entry.object_type == Review.__tablename__:
        words, values = REVIEWS.get(entry.action), {"reviewer": entry.object_label.rpartition(", ")[0]}
    else:
        words, values = REQUEST.get(entry.action), {}
    return "" if words is None else str(words) % values


def _who(entry: AuditEntry) -> str:
    return str(_("By itself")) if entry.actor_kind == ActorKind.SYSTEM else entry.actor_label


def _about(kind: str, ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(AuditEntry.object_type == kind, AuditEntry.object_id.in_(ids))
