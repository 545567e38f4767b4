"""The organiser's page about who has which role in an event."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, Role, requires
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events import people, queries
from eventapp.events.forms import ActionForm, RoleForm
from eventapp.events.models import Event
from eventapp.events.words import ROLE, ROLE_MEANING

bp = Blueprint("events_people", __name__)
Answer = str | Response | WerkzeugResponse | tuple[str, int]


@bp.route("/desk/<event>/people", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def listing(event: Event) -> Answer:
    """Show who has which role, and give somebody one."""
    form = RoleForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                membership = people.give_role(ctx, event, form.email.data, form.name.data, form.role.data)
                name = membership.account.name
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("%(name)s has the role now and is being told by mail.", name=name), "success")
            return redirect(url_for(".listing", event=event.slug), 303)
    page = render_template(
        "events/desk/people.html",
        event=event,
        form=form,
        members=queries.list_members(reading(), event),
        role_words=ROLE,
        roles=[(role, ROLE[role], ROLE_MEANING[role]) for role in Role],
    )
    return page, 422 if form.errors else 200


@bp.route("/desk/<event>/people/<int:membership_id>/remove", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def remove(event: Event, membership_id: int) -> Answer:
    """Ask, and take a role from somebody."""
    membership = queries.get_membership(reading(), event, membership_id)
    is_own = membership.account_id == g.account.id
    form, refusal, status = ActionForm(), "", 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                people.take_role(ctx, event, queries.get_membership(ctx, event, membership_id))
        except Conflict as error:
            refusal, status = error.message, error.status
        else:
            flash(_("The role was taken away. It ends at once."), "success")
            if is_own:
                return redirect(url_for("desk.home"), 303)
            return redirect(url_for(".listing", event=event.slug), 303)
    page = render_template(
        "events/desk/remove_role.html",
        event=event,
        membership=membership,
        role=ROLE[membership.role],
        form=form,
        refusal=refusal,
    )
    return page, status
