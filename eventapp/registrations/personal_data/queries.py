"""Reads of requests to be erased, of what is held about a person, and of the counts that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.balance import Dimension, Group, Stage
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.personal_data.models import AnonymousCount, ErasureRequest
from eventapp.registrations.personal_data.rules import answer_by
from eventapp.registrations.personal_data.states import ErasureState
from eventapp.registrations.questions.models import AnswerFile

EVERYBODY = "people"  # the dimension under which each person is counted once
_LARGEST_ID = 2**31


@dataclass(frozen=True)
class Asked:
    """A request that waits, with whose it is and until when it must be answered."""

    request: ErasureRequest
    invitation: Invitation

    @property
    def answer_by(self) -> datetime:
        """Return the end of the time to answer."""
        return answer_by(self.request.requested_at)


def find_open(ctx: Context, invitation_id: int) -> ErasureRequest | None:
    """Return the person's request that waits."""
    return ctx.session.scalar(
        select(ErasureRequest).where(
            ErasureRequest.invitation_id == invitation_id, ErasureRequest.state == ErasureState.REQUESTED
        )
    )


def list_open(ctx: Context, event: Event) -> list[Asked]:
    """Return the event's requests that wait, the oldest first."""
    rows = ctx.session.execute(
        select(ErasureRequest, Invitation)
        .join(Invitation, Invitation.id == ErasureRequest.invitation_id)
        .where(ErasureRequest.event_id == event.id, ErasureRequest.state == ErasureState.REQUESTED)
        .order_by(ErasureRequest.requested_at, ErasureRequest.id)
    )
    return [Asked(request, invitation) for request, invitation in rows]


def list_carried_out(ctx: Context, event: Event) -> Sequence[ErasureRequest]:
    """Return the event's last erasures, the latest first; they name nobody."""
    return ctx.session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.event_id == event.id, ErasureRequest.state == ErasureState.CARRIED_OUT)
        .order_by(ErasureRequest.answered_at.desc(), ErasureRequest.id.desc())
        .limit(50)
    ).all()


def list_open_of(ctx: Context, invitation_ids: Sequence[int]) -> Sequence[ErasureRequest]:
    """Return the requests that wait behind these invitations."""
    return ctx.session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.invitation_id.in_(invitation_ids), ErasureRequest.state == ErasureState.REQUESTED)
        .order_by(ErasureRequest.id)
    ).all()


def list_of_person(ctx: Context, invitation_ids: Sequence[int]) -> Sequence[ErasureRequest]:
    """Return every request of the person."""
    return ctx.session.scalars(
        select(ErasureRequest).where(ErasureRequest.invitation_id.in_(invitation_ids)).order_by(ErasureRequest.id)
    ).all()


def count_open(ctx: Context, event: Event) -> int:
    """Return how many requests wait."""
    waiting = (ErasureRequest.event_id == event.id, ErasureRequest.state == ErasureState.REQUESTED)
    return ctx.session.scalar(select(func.count()).select_from(ErasureRequest).where(*waiting)) or 0


def next_deadline(ctx: Context, event: Event) -> datetime | None:
    """Return until when the oldest request that waits must be answered."""
    waiting = (ErasureRequest.event_id == event.id, ErasureRequest.state == ErasureState.REQUESTED)
    first = ctx.session.scalar(
        select(ErasureRequest.requested_at).where(*waiting).order_by(ErasureRequest.requested_at)
    )
    return answer_by(first) if first is not None else None


def get_number(ctx: Context, event: Event, invitation_id: int) -> Invitation:
    """Return the row of an invitation of this event, also of somebody erased. Raises `NotFound`."""
    found = None
    if invitation_id < _LARGEST_ID:
        found = ctx.session.scalar(
            select(Invitation).where(Invitation.id == invitation_id, Invitation.event_id == event.id)
        )
    if found is None:
        raise NotFound(_("There is no such invitation in this event."))
    return found


def list_by_address(ctx: Context, event: Event, address: str) -> Sequence[Invitation]:
    """Return the event's invitations to an address, the latest first."""
    return ctx.session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.email == address, Invitation.email != "")
        .order_by(Invitation.id.desc())
    ).all()


def list_files(ctx: Context, invitation_ids: Sequence[int]) -> Sequence[AnswerFile]:
    """Return the files that the person handed in, without their bytes."""
    return ctx.session.scalars(
        select(AnswerFile).where(AnswerFile.invitation_id.in_(invitation_ids)).order_by(AnswerFile.id)
    ).all()


def bytes_of(session: Session, file_id: int) -> bytes:
    """Return one file's bytes, empty once it is deleted."""
    return session.scalar(select(AnswerFile.data).where(AnswerFile.id == file_id)) or b""


def list_check_ins(ctx: Context, registration_ids: Sequence[int]) -> Sequence[CheckIn]:
    """Return the person's check-ins, those undone too."""
    return ctx.session.scalars(
        select(CheckIn).where(CheckIn.registration_id.in_(registration_ids)).order_by(CheckIn.id)
    ).all()


def list_anonymous_groups(ctx: Context, event: Event) -> list[Group]:
    """Return the erased people of the event as the balance counts them: one answer a group, and everybody once."""
    rows = ctx.session.scalars(
        select(AnonymousCount).where(AnonymousCount.event_id == event.id).order_by(AnonymousCount.id)
    )
    return [_group(row) for row in rows]


def _group(row: AnonymousCount) -> Group:
    answers: Mapping[Dimension, str] = {} if row.dimension == EVERYBODY else {Dimension(row.dimension): row.value}
    return Group(row.people, frozenset({Stage(row.stage)}), answers, of_one_answer=bool(answers))
