"""The letter behind a personal link, its answers, and expressions of interest."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import get_locale, refresh
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Carrier, personal_link, public
from eventapp.core.database import db
from eventapp.core.errors import DomainError
from eventapp.core.limits import allow, limiter
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import delegation, hooks, interests, messages, queries, service
from eventapp.invitations.forms import AddressForm, DeclineForm, InterestForm
from eventapp.invitations.models import Invitation
from eventapp.invitations.rules import Answering
from eventapp.invitations.states import InvitationState

bp = Blueprint("invitations", __name__)

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.record_once
def _one_click_needs_no_form(state: BlueprintSetupState) -> None:
    """Let mail programs stop reminders (RFC 8058): they hold the token of the link, never a form of ours."""
    state.app.extensions["csrf"].exempt(stop_reminders)


@bp.get("/i/<token>")
@personal_link(Carrier.TOKEN)
def letter(event: Event, invitation: Invitation) -> Answer:
    """Show the letter, or where the invitation stands."""
    return _letter_page(event, invitation)


@bp.get("/<any(en,fr,es):lang>/<event>/my/invitation")
@personal_link(Carrier.COOKIE)
def own_letter(event: Event, invitation: Invitation) -> Answer:
    """Show the same to whoever has just answered, at an address that holds no token."""
    return _letter_page(event, invitation)


def _letter_page(event: Event, invitation: Invitation) -> str:
    ctx = reading()
    return render_template(
        _template(service.answering(ctx, invitation), invitation),
        invitation=invitation,
        token=_token(invitation),
        hosts=messages.hosts(event, _language()),
        answering=service.answering(ctx, invitation),
        status=hooks.participation_status(ctx, invitation),
        registered=hooks.is_registered(ctx, invitation),
        confirmed=hooks.is_confirmed(ctx, invitation),
    )


@bp.post("/i/<token>/accept")
@personal_link(Carrier.TOKEN)
def accept(event: Event, invitation: Invitation) -> Answer:
    """Take part: open the form."""
    try:
        with unit_of_work() as ctx:
            service.accept(ctx, invitation)
    except DomainError:
        return _back_to_letter(event, invitation)
    return _open_participation(event, invitation)


@bp.post("/i/<token>/open")
@personal_link(Carrier.TOKEN)
def open_participation(event: Event, invitation: Invitation) -> Answer:
    """Open the participation of somebody who accepted before."""
    if invitation.state is not InvitationState.ACCEPTED:
        return _back_to_letter(event, invitation)
    return _open_participation(event, invitation)


@bp.get("/i/<token>/decline")
@personal_link(Carrier.TOKEN)
def decline(event: Event, invitation: Invitation) -> Answer:
    """Ask, optionally, why somebody cannot come and whom to invite instead."""
    return _decline_page(event, invitation, DeclineForm())


@bp.post("/i/<token>/decline")
@personal_link(Carrier.TOKEN)
def send_decline(event: Event, invitation: Invitation) -> Answer:
    """Record that somebody cannot come."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _decline_page(event, invitation, form), 422
    colleague = None
    if form.colleague_email.data:
        colleague = delegation.Colleague(
            form.colleague_name.data, form.colleague_email.data, form.colleague_organisation.data
        )
    try:
        with unit_of_work() as ctx:
            service.decline(ctx, invitation, reason=form.reason.data, instead=colleague)
    except DomainError as error:
        form.refuse(error)
        return _decline_page(event, invitation, form), error.status
    return _back_to_letter(event, invitation)


@bp.get("/unsubscribe/<token>")
@public("the link in a reminder, opened by whoever received it")
def unsubscribe(token: str) -> Answer:
    """Offer to stop reminders."""
    invitation = _of_reminder(token)
    if invitation is None:
        return _unknown_link()
    return render_template("invitations/unsubscribe.html", invitation=invitation, token=token)


@bp.post("/unsubscribe/<token>")
@limiter.limit("60 per hour")
@public("one click in the mail program stops reminders (RFC 8058); the token is the key")
def stop_reminders(token: str) -> Answer:
    """Stop reminders; a mail program gets a plain answer, a person a page."""
    invitation = _of_reminder(token)
    if invitation is None:
        return _unknown_link()
    with unit_of_work() as ctx:
        service.refuse_reminders(ctx, invitation)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("OK\n", content_type="text/plain; charset=utf-8")
    return redirect(url_for(".reminders_stopped"), 303)


@bp.get("/<any(en,fr,es):lang>/no-more-reminders")
@public("says that reminders stopped; holds nothing of anybody")
def reminders_stopped() -> Answer:
    """Say that no more reminders will come."""
    return render_template("invitations/reminders_stopped.html")


@bp.get("/<any(en,fr,es):lang>/my-link")
@public("whoever lost a personal link asks for it here")
def my_link() -> Answer:
    """Ask for the address to which links are sent again."""
    return render_template("invitations/my_link.html", form=AddressForm())


@bp.post("/<any(en,fr,es):lang>/my-link")
@limiter.limit("20 per hour")
@public("whoever lost a personal link asks for it here")
def send_my_link() -> Answer:
    """Mail the links of an address to it, and answer alike whether there are any."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("invitations/my_link.html", form=form), 422
    if allow("5 per hour", "my-link", form.email.data):
        with unit_of_work() as ctx:
            service.mail_links_again(ctx, form.email.data)
    return redirect(url_for(".my_link_sent"), 303)


@bp.get("/<any(en,fr,es):lang>/my-link/sent")
@public("the same words for known and unknown addresses")
def my_link_sent() -> Answer:
    """Say what happens next, whoever asked."""
    return render_template("invitations/my_link_sent.html")


@bp.get("/<any(en,fr,es):lang>/<event>/interest")
@public("anybody may say that they would like to come")
def interest(event: Event) -> Answer:
    """Show the form, or say that it is closed."""
    return _interest_page(event, InterestForm().for_event(event, _language()))


@bp.post("/<any(en,fr,es):lang>/<event>/interest")
@limiter.limit("20 per hour")
@public("anybody may say that they would like to come")
def express_interest(event: Event) -> Answer:
    """Keep what somebody says and mail the link that confirms the address; answer alike whoever it is."""
    form = InterestForm().for_event(event, _language())
    if not interests.is_open(reading(), event):
        return _interest_page(event, form), 409
    if not form.validate_on_submit():
        return _interest_page(event, form), 422
    if allow("5 per hour", "interest", form.email.data):
        values: interests.InterestValues = {
            "email": form.email.data,
            "name": form.name.data,
            "organisation": form.organisation.data,
            "country": form.country.data,
            "motivation": form.motivation.data,
            "theme_id": form.theme_id.data,
            "language": _language(),
        }
        try:
            with unit_of_work() as ctx:
                interests.record_interest(ctx, event, values)
        except DomainError as error:
            form.refuse(error)
            return _interest_page(event, form), error.status
    return redirect(url_for(".interest_sent", event=event.slug), 303)


@bp.get("/<any(en,fr,es):lang>/<event>/interest/sent")
@public("the same words whoever it was")
def interest_sent(event: Event) -> Answer:  # noqa: ARG001 - the frame shows it
    """Ask to open the mail."""
    return render_template("invitations/interest_sent.html")


@bp.get("/interest/<token>")
@public("the link in the mail that confirms an address")
def interest_link(token: str) -> Answer:
    """Show the button that confirms; opening the link changes nothing."""
    found = queries.find_interest_by_token(db.session(), _keys(), token)
    if found is None:
        return _unknown_link()
    _belongs_to(found.event, found.language)
    return render_template("invitations/interest_confirm.html", interest=found, token=token)


@bp.post("/interest/<token>")
@limiter.limit("60 per hour")
@public("the button behind the link in the mail; the token is the key")
def confirm_interest(token: str) -> Answer:
    """Confirm the address."""
    found = queries.find_interest_by_token(db.session(), _keys(), token)
    if found is None:
        return _unknown_link()
    _belongs_to(found.event, found.language)
    with unit_of_work() as ctx:
        interests.confirm_interest(ctx, found)
        slug = found.event.slug
    return redirect(url_for(".interest_confirmed", event=slug), 303)


@bp.get("/<any(en,fr,es):lang>/<event>/interest/confirmed")
@public("says what happens next; holds nothing of anybody")
def interest_confirmed(event: Event) -> Answer:  # noqa: ARG001 - the frame shows it
    """Say what happens next."""
    return render_template("invitations/interest_confirmed.html")


def _template(answering: Answering, invitation: Invitation) -> str:
    if answering is Answering.CANCELLED and invitation.state is not InvitationState.ACCEPTED:
        return "invitations/no_answer_now.html"
    match invitation.state:
        case InvitationState.ACCEPTED:
            return "invitations/accepted.html"
        case InvitationState.DECLINED | InvitationState.DELEGATED:
            return "invitations/declined.html"
        case _:
            return "invitations/letter.html" if answering is Answering.OPEN else "invitations/no_answer_now.html"


def _decline_page(event: Event, invitation: Invitation, form: DeclineForm) -> str:
    ctx = reading()
    answering = service.answering(ctx, invitation)
    registered = hooks.is_registered(ctx, invitation)
    possible = (
        answering in {Answering.OPEN, Answering.CLOSED}
        and invitation.state in {InvitationState.SENT, InvitationState.ACCEPTED}
        and not registered
    )
    return render_template(
        "invitations/decline.html" if possible else _template(answering, invitation),
        invitation=invitation,
        token=_token(invitation),
        form=form,
        answering=answering,
        status=hooks.participation_status(ctx, invitation),
        confirmed=hooks.is_confirmed(ctx, invitation),
        registered=registered,
        hosts=messages.hosts(event, _language()),
    )


def _interest_page(event: Event, form: InterestForm) -> str:
    if not interests.is_open(reading(), event):
        return render_template("invitations/interest_closed.html")
    return render_template("invitations/interest.html", form=form)


def _open_participation(event: Event, invitation: Invitation) -> Answer:
    _remember(event, invitation)
    return redirect(url_for("registrations.my", event=event.slug), 303)


def _back_to_letter(event: Event, invitation: Invitation) -> Answer:
    _remember(event, invitation)
    return redirect(url_for(".own_letter", event=event.slug), 303)


def _remember(event: Event, invitation: Invitation) -> None:
    """Let this browser open the participation without the token; a reissue ends it."""
    opened = dict(session.get("opened", {}))
    opened[str(event.id)] = [invitation.id, invitation.link_version]
    session["opened"] = opened
    session.permanent = True


def _token(invitation: Invitation) -> str:
    return _keys().token(Purpose.PARTICIPATION, invitation.id, invitation.link_version)


def _of_reminder(token: str) -> Invitation | None:
    found = queries.find_by_reminder_token(db.session(), _keys(), token)
    if found is not None:
        _belongs_to(found.event, found.language)
    return found


def _belongs_to(event: Event, language: str) -> None:
    """Show the page as one of this event, privately, in the reader’s language unless they chose another."""
    g.event = event
    g.private = True
    g.fallback_language = language
    refresh()


def _unknown_link() -> Answer:
    return render_template("invitations/unknown_link.html"), 404


def _keys() -> LinkKeys:
    keys: LinkKeys = current_app.extensions["link_keys"]
    return keys


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "en"
