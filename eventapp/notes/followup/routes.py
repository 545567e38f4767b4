"""The link in the mails: say what one takes home, later what became of it, or that the questions shall stop."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import refresh
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import public
from eventapp.core.context import Actor, ActorKind
from eventapp.core.database import db
from eventapp.core.errors import DomainError
from eventapp.core.limits import limiter
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import unit_of_work
from eventapp.notes.followup import my_section, queries, rules, service, words
from eventapp.notes.followup.forms import IdeaForm, OutcomeForm
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.followup.states import TAKE_HOMES, TakeHomeAction
from eventapp.registrations.models import Registration

bp = Blueprint("follow_up", __name__)
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.record_once
def _one_click_needs_no_form(state: BlueprintSetupState) -> None:
    """Let mail programs stop the questions (RFC 8058): they hold the token of the link, never a form of ours."""
    state.app.extensions["csrf"].exempt(stop)


@bp.get("/follow-up/<token>")
@public("the link in a mail, opened by whoever received it")
def page(token: str) -> Answer:
    """Show the question that stands; opening the link changes nothing."""
    opened = _opened(token)
    return _unknown_link() if opened is None else _page(*opened, token)


@bp.post("/follow-up/<token>")
@limiter.limit("60 per hour")
@public("the form behind the link in a mail; the token is the key")
def send(token: str) -> Answer:
    """Keep the idea, or what became of it."""
    opened = _opened(token)
    if opened is None:
        return _unknown_link()
    take_home, registration = opened
    later = TAKE_HOMES.allows(take_home.state, TakeHomeAction.ANSWER)
    form: IdeaForm | OutcomeForm = OutcomeForm() if later else IdeaForm()
    if not form.validate():
        return _page(take_home, registration, token, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with unit_of_work(_actor(registration)) as ctx:
            if isinstance(form, OutcomeForm):
                service.answer(ctx, take_home, form.chosen, form.words.data, may_share=bool(form.may_share.data))
            else:
                service.tell(ctx, registration, form.idea.data, wants_mail=bool(form.ask_later.data))
    except DomainError as error:
        form.refuse(error)
        again = _opened(token)
        return _unknown_link() if again is None else (_page(*again, token, form), error.status)
    flash(_("Thank you. Your answer is kept."), "success")
    return redirect(url_for(".page", token=token), HTTPStatus.SEE_OTHER)


@bp.get("/follow-up/<token>/stop")
@public("the link in a mail, opened by whoever received it")
def confirm_stop(token: str) -> Answer:
    """Offer to stop the questions; opening the link changes nothing."""
    opened = _opened(token)
    if opened is None:
        return _unknown_link()
    return render_template("notes/followup/stop.html", take_home=opened[0], token=token)


@bp.post("/follow-up/<token>/stop")
@limiter.limit("60 per hour")
@public("one click in the mail program stops the questions (RFC 8058); the token is the key")
def stop(token: str) -> Answer:
    """Stop the questions; a mail program gets a plain answer, a person a page."""
    opened = _opened(token)
    if opened is None:
        return _unknown_link()
    with unit_of_work(_actor(opened[1])) as ctx:
        service.stop(ctx, opened[0])
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("OK\n", content_type="text/plain; charset=utf-8")
    return redirect(url_for(".confirm_stop", token=token), HTTPStatus.SEE_OTHER)


@bp.post("/follow-up/<token>/resume")
@limiter.limit("60 per hour")
@public("the button behind the link in a mail; the token is the key")
def resume(token: str) -> Answer:
    """Let the questions come again."""
    opened = _opened(token)
    if opened is None:
        return _unknown_link()
    with unit_of_work(_actor(opened[1])) as ctx:
        service.resume(ctx, opened[0])
    return redirect(url_for(".page", token=token), HTTPStatus.SEE_OTHER)


def _opened(token: str) -> tuple[TakeHome, Registration] | None:
    """Return what the link opens and whose it is; the page is one of the event, private, in the person's language."""
    keys: LinkKeys = current_app.extensions["link_keys"]
    found = queries.find_by_token(db.session(), keys, token)
    if found is None or found.registration is None:
        return None
    g.event = found.registration.event
    g.private = True
    g.fallback_language = found.registration.language
    refresh()
    return found, found.registration


def _page(
    take_home: TakeHome, registration: Registration, token: str, form: IdeaForm | OutcomeForm | None = None
) -> str:
    later = TAKE_HOMES.allows(take_home.state, TakeHomeAction.ANSWER)
    if form is None or isinstance(form, OutcomeForm) is not later:
        form = _outcome_form(take_home) if later else my_section.form_of(registration, take_home)
    event = registration.event
    return render_template(
        "notes/followup/link.html",
        take_home=take_home,
        token=token,
        form=form,
        later=later,
        asks_later=rules.comes_to_second_question(event.retention_days),
        words=words,
    )


def _outcome_form(take_home: TakeHome) -> OutcomeForm:
    said = {
        "outcome": take_home.outcome.value if take_home.outcome is not None else None,
        "words": take_home.outcome_text,
        "may_share": take_home.may_share,
    }
    return OutcomeForm(formdata=None, data=said)


def _actor(registration: Registration) -> Actor:
    return Actor(ActorKind.PARTICIPANT, registration.invitation_id, registration.name)


def _unknown_link() -> Answer:
    return render_template("invitations/unknown_link.html"), HTTPStatus.NOT_FOUND
