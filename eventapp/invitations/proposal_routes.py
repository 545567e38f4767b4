"""The organisers' page on which a proposed colleague is declined kindly."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import messages, proposals, queries
from eventapp.invitations.forms import ProposalForm
from eventapp.invitations.models import Invitation
from eventapp.mail.rendering import render

bp = Blueprint("proposals_desk", __name__)
ONE = "/desk/<event>/invitations/<int:invitation_id>/decline-proposal"
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get(ONE)
@requires(Permission.INVITATIONS_EDIT)
def decline(event: Event, invitation_id: int) -> Answer:
    """Show the mail that would thank the proposer."""
    invitation = _open(event, invitation_id)
    return _page(invitation, ProposalForm(formdata=None))


@bp.post(ONE)
@requires(Permission.INVITATIONS_EDIT)
def confirm(event: Event, invitation_id: int) -> Answer:
    """Decline the proposal, or show the mail again with the sentence in it."""
    form = ProposalForm()
    if not form.validate_on_submit():
        return _page(_open(event, invitation_id), form), 422
    if request.form.get("preview") == "yes":
        return _page(_open(event, invitation_id), form)
    with unit_of_work() as ctx:
        invitation = queries.get_invitation(ctx, event, invitation_id)
        proposals.decline_proposal(ctx, invitation, sentence=form.sentence.data, tell=form.tell.data)
    flash(
        _("The proposal is declined; a mail of thanks is on its way.")
        if form.tell.data
        else _("The proposal is declined. Nobody is told."),
        "success",
    )
    return redirect(url_for("invitations_desk.detail", event=event.slug, invitation_id=invitation_id), 303)


def _open(event: Event, invitation_id: int) -> Invitation:
    invitation = queries.get_invitation(reading(), event, invitation_id)
    if not proposals.is_open(invitation):
        raise Conflict(_("This invitation has changed in the meantime, and that step is no longer possible."))
    return invitation


def _page(invitation: Invitation, form: ProposalForm) -> str:
    proposer = invitation.delegated_from
    assert proposer is not None  # noqa: S101 - only proposals come here
    draft = messages.proposal_declined(reading(), invitation, proposer, form.sentence.data or "")
    return render_template(
        "invitations/desk_proposal_decline.html",
        invitation=invitation,
        proposer=proposer,
        form=form,
        mail=render(draft, "preview"),
    )
