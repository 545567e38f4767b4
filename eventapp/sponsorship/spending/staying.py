"""Changes to the stay after the offer: fewer nights, others, another hotel or none; and rooms given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.mail import service as mail
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding.policy import check_stay
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review.duties import Duty, refuse_second_duty
from eventapp.sponsorship.spending import messages
from eventapp.sponsorship.spending.standing import changed_meanwhile
from eventapp.sponsorship.states import RequestState

CHANGEABLE = frozenset({RequestState.OFFERED, RequestState.ACCEPTED})


@dataclass(frozen=True)
class Stay:
    """In which hotel somebody has a room and for which nights; nowhere without a hotel."""

    hotel_id: int | None = None
    first_night: date | None = None
    last_night: date | None = None

    @property
    def stamp(self) -> str:
        """Return what a form carries to tell that it was about this stay."""
        return f"{self.hotel_id} {self.first_night} {self.last_night}"


def stay_of(request: SponsorshipRequest) -> Stay:
    """Return the stay as it is kept now."""
    return Stay(request.hotel_id, request.first_night, request.last_night)


def change_stay(ctx: Context, request: SponsorshipRequest, wanted: Stay, *, was: str, reason: str) -> bool:
    """Keep other nights for the person, or none, and tell them; return False when they are kept already.

    `was` is the stamp of the stay that the form knew. Raises `NoRoomLeft`, `DomainError` for nights that the hotel does
    not have, and `Conflict`.
    """
    fund = ledger.locked(ctx, request)
    now = stay_of(request)
    if now == wanted:
        return False
    if now.stamp != was:
        raise changed_meanwhile()
    if request.state not in CHANGEABLE:
        raise Conflict(_("A stay is changed while it is offered or accepted."))
    refuse_second_duty(ctx, request, Duty.OFFER)
    check_stay(ctx, fund, wanted.hotel_id, wanted.first_night, wanted.last_night)
    _keep(ctx, request, wanted)
    if request.registration_id is not None:
        mail.enqueue(ctx, messages.stay_changed(ctx, request, reason))
    return True


def give_up(ctx: Context, request: SponsorshipRequest) -> None:
    """Give back the rooms of a stay that is not needed any more. Needs the lock."""
    if request.hotel_id is not None:
        _keep(ctx, request, Stay())


def _keep(ctx: Context, request: SponsorshipRequest, stay: Stay) -> None:
    ledger.free_rooms(ctx, request)
    values = {"hotel_id": stay.hotel_id, "first_night": stay.first_night, "last_night": stay.last_night}
    changed = audit.changed_fields(request, values)
    ctx.session.flush()
    ctx.session.expire(request, ["hotel"])
    ledger.hold_rooms(ctx, request)
    audit.record(ctx, request, "change-stay", {"fields": changed})
