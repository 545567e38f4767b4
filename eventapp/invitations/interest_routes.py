"""The organiser's pages about expressions of interest: the list, one of them, invite, decline kindly."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import history, interests, messages, queries, service, words
from eventapp.invitations.forms import EmptyForm, SentenceForm
from eventapp.invitations.models import Interest
from eventapp.invitations.states import InterestState
from eventapp.mail.rendering import render

bp = Blueprint("interest_desk", __name__)

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("/desk/<event>/interest")
@requires(Permission.INVITATIONS_VIEW)
def interest_list(event: Event) -> Answer:
    """Show who would like to come, those that wait longest first."""
    ctx = reading()
    asked = request.args.get("state", InterestState.OPEN.value)
    state = InterestState(asked) if asked in set(InterestState) else None
    return render_template(
        "invitations/desk_interest_list.html",
        interests=queries.list_interests(ctx, event, state),
        counts=queries.count_interest_by_state(ctx, event),
        state=state,
        states=list(InterestState),
        words=words,
    )


@bp.get("/desk/<event>/interest/<int:interest_id>")
@requires(Permission.INVITATIONS_VIEW)
def detail(event: Event, interest_id: int) -> Answer:
    """Show what somebody says, and the ways to answer."""
    return _page(event, interest_id, EmptyForm())


@bp.post("/desk/<event>/interest/<int:interest_id>/invite")
@requires(Permission.INVITATIONS_EDIT)
def invite(event: Event, interest_id: int) -> Answer:
    """Write the letter for the person, and send it at once if asked."""
    form = EmptyForm()
    at_once = request.form.get("send") == "yes"
    try:
        with unit_of_work() as ctx:
            invitation = interests.invite_interested(ctx, queries.get_interest(ctx, event, interest_id))
            if at_once:
                service.send(ctx, invitation)
            invitation_id = invitation.id
    except DomainError as error:
        form.refuse(error)
        return _page(event, interest_id, form), error.status
    flash(_("The letter is on its way.") if at_once else _("Draft written. Read it through, then send it."), "success")
    return redirect(url_for("invitations_desk.detail", event=event.slug, invitation_id=invitation_id), 303)


@bp.get("/desk/<event>/interest/<int:interest_id>/decline")
@requires(Permission.INVITATIONS_EDIT)
def decline(event: Event, interest_id: int) -> Answer:
    """Show the mail that would decline."""
    return _decline_page(queries.get_interest(reading(), event, interest_id), SentenceForm())


@bp.post("/desk/<event>/interest/<int:interest_id>/decline")
@requires(Permission.INVITATIONS_EDIT)
def confirm_decline(event: Event, interest_id: int) -> Answer:
    """Decline by mail, or show the mail again with the sentence in it."""
    form = SentenceForm()
    interest = queries.get_interest(reading(), event, interest_id)
    if not form.validate_on_submit():
        return _decline_page(interest, form), 422
    if request.form.get("preview") == "yes":
        return _decline_page(interest, form)
    with unit_of_work() as ctx:
        interests.decline_interest(ctx, queries.get_interest(ctx, event, interest_id, lock=True), form.sentence.data)
    flash(_("A kind refusal is on its way."), "success")
    return redirect(url_for(".interest_list", event=event.slug), 303)


def _page(event: Event, interest_id: int, form: EmptyForm) -> str:
    ctx = reading()
    interest = queries.get_interest(ctx, event, interest_id)
    return render_template(
        "invitations/desk_interest_detail.html",
        interest=interest,
        history=history.lines(
            queries.list_history(ctx, event, "interest", interest.id), history.INTEREST, event.timezone, ctx.language
        ),
        invitation=queries.find_invitation_of_interest(ctx, interest),
        standing=queries.find_active(ctx, event, interest.email),
        words=words,
        form=form,
    )


def _decline_page(interest: Interest, form: SentenceForm) -> str:
    draft = messages.interest_declined(reading(), interest, form.sentence.data or "")
    return render_template(
        "invitations/desk_interest_decline.html", interest=interest, form=form, mail=render(draft, "preview")
    )
