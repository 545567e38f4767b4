"""The organiser's pages about invitations: the list, one of them, sending, reminding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.formatting import country_name
from eventapp.core.text import fold
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import batches, delegation, history, proposals, queries, service, words
from eventapp.invitations.errors import AlreadyInvited, ChangedMeanwhile
from eventapp.invitations.forms import InvitationForm, ReasonForm, ReissueForm, RemindForm
from eventapp.invitations.import_routes import bp as imports
from eventapp.invitations.models import Invitation
from eventapp.invitations.queries import Filters
from eventapp.invitations.rules import MOST_AT_ONCE
from eventapp.invitations.states import InvitationState

bp = Blueprint("invitations_desk", __name__)
bp.register_blueprint(imports)

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("/desk/<event>/invitations")
@requires(Permission.INVITATIONS_VIEW)
def invitation_list(event: Event) -> Answer:
    """Show the invitations, narrowed by what the address says."""
    ctx = reading()
    filters = _filters(request.args)
    page = queries.page_of_invitations(ctx, event, filters, request.args.get("page", 1, type=int))
    return render_template(
        "invitations/desk_list.html",
        page=page,
        filters=filters,
        counts=queries.count_by_state(ctx, event),
        categories=event.categories,
        countries=_in_order(queries.list_countries(ctx, event)),
        page_url=lambda number: _same_list(event, page=number),
        send_all_url=url_for(".send_many", event=event.slug, all=1, **_filter_arguments()),
        words=words,
        states=list(InvitationState),
        proposals=queries.count_proposals(ctx, event),
    )


@bp.get("/desk/<event>/invitations/new")
@requires(Permission.INVITATIONS_EDIT)
def new(event: Event) -> Answer:
    """Show an empty letter."""
    form = InvitationForm(formdata=None, data={"language": event.first_language})
    return _form_page(event, form.for_event(event, _language()).in_zone(event.timezone))


@bp.post("/desk/<event>/invitations/new")
@requires(Permission.INVITATIONS_EDIT)
def create(event: Event) -> Answer:
    """Write a draft."""
    form = InvitationForm().for_event(event, _language()).in_zone(event.timezone)
    if not form.validate_on_submit():
        return _form_page(event, form), 422
    try:
        with unit_of_work() as ctx:
            invitation_id = service.invite(ctx, event, form.values()).id  # type: ignore[arg-type]
    except AlreadyInvited as error:
        form.refuse(error)
        return _form_page(event, form, existing=queries.find_active(reading(), event, form.email.data)), 409
    except DomainError as error:
        form.refuse(error)
        return _form_page(event, form), error.status
    flash(_("Draft saved. Nobody has been told yet."), "success")
    return redirect(url_for(".detail", event=event.slug, invitation_id=invitation_id), 303)


@bp.get("/desk/<event>/invitations/<int:invitation_id>")
@requires(Permission.INVITATIONS_VIEW)
def detail(event: Event, invitation_id: int) -> Answer:
    """Show everything about one invitation."""
    ctx = reading()
    invitation = queries.get_invitation(ctx, event, invitation_id)
    return render_template(
        "invitations/desk_detail.html",
        invitation=invitation,
        history=history.lines(
            queries.list_history(ctx, event, "invitation", invitation.id),
            history.INVITATION,
            event.timezone,
            _language(),
        ),
        chain=delegation.chain_of(ctx, invitation),
        standing=delegation.find_standing(ctx, event, invitation),
        proposed=proposals.is_open(invitation),
        answering=service.answering(ctx, invitation),
        deletable=service.deletable(invitation),
        words=words,
    )


@bp.get("/desk/<event>/invitations/<int:invitation_id>/edit")
@requires(Permission.INVITATIONS_EDIT)
def edit(event: Event, invitation_id: int) -> Answer:
    """Show the letter to change it."""
    invitation = queries.get_invitation(reading(), event, invitation_id)
    return _form_page(event, _form_for(event, invitation), invitation)


@bp.post("/desk/<event>/invitations/<int:invitation_id>/edit")
@requires(Permission.INVITATIONS_EDIT)
def save(event: Event, invitation_id: int) -> Answer:
    """Save the letter."""
    invitation = queries.get_invitation(reading(), event, invitation_id)
    form = _form_for(event, invitation)
    if not form.validate_on_submit():
        return _form_page(event, form, invitation), 422
    try:
        with unit_of_work() as ctx:
            found = queries.get_invitation(ctx, event, invitation_id)
            service.edit(ctx, found, form.values(), seen=form.seen.data)  # type: ignore[arg-type]
    except ChangedMeanwhile as error:
        form.refuse(error)
        invitation = queries.get_invitation(reading(), event, invitation_id)
        form.seen.data = service.fingerprint(invitation)
        return _form_page(event, form, invitation), 409
    except DomainError as error:
        form.refuse(error)
        existing = queries.find_active(reading(), event, form.email.data) if isinstance(error, AlreadyInvited) else None
        return _form_page(event, form, invitation, existing=existing), error.status
    flash(_("Saved."), "success")
    return redirect(url_for(".detail", event=event.slug, invitation_id=invitation_id), 303)


@bp.post("/desk/<event>/invitations/<int:invitation_id>/send")
@requires(Permission.INVITATIONS_EDIT)
def send(event: Event, invitation_id: int) -> Answer:
    """Send the letter of a draft."""
    with unit_of_work() as ctx:
        invitation = queries.get_invitation(ctx, event, invitation_id)
        service.send(ctx, invitation)
        name = invitation.name
    return _done(event, invitation_id, _("The letter to %(name)s is on its way.", name=name))


@bp.post("/desk/<event>/invitations/<int:invitation_id>/send-again")
@requires(Permission.INVITATIONS_EDIT)
def send_again(event: Event, invitation_id: int) -> Answer:
    """Send the letter again with the same link."""
    with unit_of_work() as ctx:
        invitation = queries.get_invitation(ctx, event, invitation_id)
        service.send_again(ctx, invitation)
        name = invitation.name
    return _done(event, invitation_id, _("The letter to %(name)s is on its way again, with the same link.", name=name))


@bp.get("/desk/<event>/invitations/<int:invitation_id>/reissue")
@requires(Permission.INVITATIONS_EDIT)
def reissue(event: Event, invitation_id: int) -> Answer:
    """Say what a new link means before it is made."""
    invitation = _still(event, invitation_id, {InvitationState.SENT, InvitationState.ACCEPTED})
    form = ReissueForm(formdata=None, data={"email": invitation.email})
    return render_template("invitations/desk_reissue.html", invitation=invitation, form=form, existing=None)


@bp.post("/desk/<event>/invitations/<int:invitation_id>/reissue")
@requires(Permission.INVITATIONS_EDIT)
def confirm_reissue(event: Event, invitation_id: int) -> Answer:
    """Make a new link, which ends the old one, and mail it."""
    form = ReissueForm()
    existing: Invitation | None = None
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.reissue(ctx, queries.get_invitation(ctx, event, invitation_id), email=form.email.data)
        except AlreadyInvited as error:
            form.refuse(error)
            existing = queries.find_active(reading(), event, form.email.data)
        else:
            return _done(event, invitation_id, _("A new link is on its way. The old one no longer opens anything."))
    invitation = queries.get_invitation(reading(), event, invitation_id)
    return render_template("invitations/desk_reissue.html", invitation=invitation, form=form, existing=existing), 422


@bp.get("/desk/<event>/invitations/<int:invitation_id>/revoke")
@requires(Permission.INVITATIONS_EDIT)
def revoke(event: Event, invitation_id: int) -> Answer:
    """Say what taking back means before it happens."""
    active = {InvitationState.DRAFT, InvitationState.SENT, InvitationState.ACCEPTED}
    invitation = _still(event, invitation_id, active)
    return render_template("invitations/desk_revoke.html", invitation=invitation, form=ReasonForm(), words=words)


@bp.post("/desk/<event>/invitations/<int:invitation_id>/revoke")
@requires(Permission.INVITATIONS_EDIT)
def confirm_revoke(event: Event, invitation_id: int) -> Answer:
    """Take the invitation back."""
    form = ReasonForm()
    if not form.validate_on_submit():
        invitation = queries.get_invitation(reading(), event, invitation_id)
        return render_template("invitations/desk_revoke.html", invitation=invitation, form=form, words=words), 422
    with unit_of_work() as ctx:
        service.revoke(ctx, queries.get_invitation(ctx, event, invitation_id), form.reason.data)
    return _done(event, invitation_id, _("The invitation was taken back. Its link no longer opens anything."))


@bp.post("/desk/<event>/invitations/<int:invitation_id>/reopen")
@requires(Permission.INVITATIONS_EDIT)
def reopen(event: Event, invitation_id: int) -> Answer:
    """Make it a draft again."""
    with unit_of_work() as ctx:
        service.reopen(ctx, queries.get_invitation(ctx, event, invitation_id))
    return _done(event, invitation_id, _("This is a draft again. Read it through, then send it."))


@bp.get("/desk/<event>/invitations/<int:invitation_id>/delete")
@requires(Permission.INVITATIONS_EDIT)
def delete(event: Event, invitation_id: int) -> Answer:
    """Say that a deleted draft is gone before it is."""
    invitation = _still(event, invitation_id, {InvitationState.DRAFT})
    return render_template("invitations/desk_delete.html", invitation=invitation)


@bp.post("/desk/<event>/invitations/<int:invitation_id>/delete")
@requires(Permission.INVITATIONS_EDIT)
def confirm_delete(event: Event, invitation_id: int) -> Answer:
    """Delete a draft that was never sent."""
    with unit_of_work() as ctx:
        service.delete_draft(ctx, queries.get_invitation(ctx, event, invitation_id))
    flash(_("The draft was deleted."), "success")
    return redirect(url_for(".invitation_list", event=event.slug), 303)


@bp.get("/desk/<event>/invitations/send")
@requires(Permission.INVITATIONS_EDIT)
def send_many(event: Event) -> Answer:
    """Say how many letters will go out, and in which languages, before they do."""
    chosen = _chosen_drafts(event, request.args)
    now = chosen[:MOST_AT_ONCE]
    faults = batches.faults(reading(), now)
    refused = {draft.id for draft, _why in faults}
    return render_template(
        "invitations/desk_send.html",
        drafts=now,
        left=len(chosen) - len(now),
        by_language=batches.by_language([each for each in now if each.id not in refused]),
        faults=faults,
    )


@bp.post("/desk/<event>/invitations/send")
@requires(Permission.INVITATIONS_EDIT)
def confirm_send_many(event: Event) -> Answer:
    """Send the letters that the page before named."""
    sent = batches.send(event, _ids(request.form))
    flash(ngettext("%(num)d letter is on its way.", "%(num)d letters are on their way.", sent), "success")
    return redirect(url_for(".invitation_list", event=event.slug), 303)


@bp.get("/desk/<event>/invitations/remind")
@requires(Permission.INVITATIONS_EDIT)
def remind(event: Event) -> Answer:
    """Show who would be reminded."""
    form = RemindForm(request.args, meta={"csrf": False}) if "pause_days" in request.args else RemindForm(formdata=None)
    valid = form.validate() if "pause_days" in request.args else True
    due = queries.list_to_remind(reading(), event, form.pause_days.data) if valid else []
    page = render_template(
        "invitations/desk_remind.html",
        due=due[:MOST_AT_ONCE],
        left=max(0, len(due) - MOST_AT_ONCE),
        by_language=batches.by_language(due[:MOST_AT_ONCE]),
        form=form,
    )
    return page if valid else (page, 422)


@bp.post("/desk/<event>/invitations/remind")
@requires(Permission.INVITATIONS_EDIT)
def confirm_remind(event: Event) -> Answer:
    """Remind those whom the page before named, as far as they still have not answered."""
    sent = batches.remind(event, _ids(request.form))
    flash(ngettext("%(num)d reminder is on its way.", "%(num)d reminders are on their way.", sent), "success")
    return redirect(url_for(".invitation_list", event=event.slug), 303)


def _form_for(event: Event, invitation: Invitation) -> InvitationForm:
    values = {name: getattr(invitation, name) for name in service.EDITABLE}
    form = InvitationForm(data={**values, "seen": service.fingerprint(invitation)})
    form.for_event(event, _language()).in_zone(event.timezone)
    return form if invitation.state is InvitationState.DRAFT else form.without_address()


def _form_page(
    event: Event, form: InvitationForm, invitation: Invitation | None = None, *, existing: Invitation | None = None
) -> str:
    return render_template(
        "invitations/desk_form.html", form=form, invitation=invitation, existing=existing, zone=event.timezone
    )


def _done(event: Event, invitation_id: int, message: Any) -> WerkzeugResponse:
    flash(message, "success")
    return redirect(url_for(".detail", event=event.slug, invitation_id=invitation_id), 303)


def _still(event: Event, invitation_id: int, states: set[InvitationState]) -> Invitation:
    invitation = queries.get_invitation(reading(), event, invitation_id)
    if invitation.state not in states:
        raise Conflict(_("This invitation has changed in the meantime, and that step is no longer possible."))
    return invitation


def _filters(values: MultiDict[str, str]) -> Filters:
    state, category = values.get("state", ""), values.get("category", None, type=int)
    return Filters(
        state=InvitationState(state) if state in set(InvitationState) else None,
        category_id=category if category is not None and 0 < category < 2**31 else None,
        language=values.get("language", "")[:8],
        country=values.get("country", "")[:2],
        search=values.get("q", "")[:100],
        proposed="proposed" in values,
    )


def _filter_arguments() -> dict[str, Any]:
    return {
        name: request.args[name]
        for name in ("state", "category", "language", "country", "q", "proposed")
        if name in request.args
    }


def _same_list(event: Event, **changes: Any) -> str:
    return url_for(".invitation_list", event=event.slug, **{**_filter_arguments(), **changes})


def _in_order(codes: Sequence[str]) -> list[tuple[str, str]]:
    named = [(code, country_name(code, _language())) for code in codes]
    return sorted(named, key=lambda country: fold(country[1]))


def _ids(values: MultiDict[str, str]) -> list[int]:
    return [number for number in values.getlist("id", type=int) if 0 < number < 2**31][:MOST_AT_ONCE]


def _chosen_drafts(event: Event, values: MultiDict[str, str]) -> list[Invitation]:
    ctx = reading()
    if values.get("all"):
        return list(queries.list_drafts(ctx, event, filters=_filters(values)))
    return list(queries.list_drafts(ctx, event, ids=_ids(values)))


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "en"
