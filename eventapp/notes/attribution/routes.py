"""The link in the mail to somebody who is quoted: what would be printed, and their answer."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, session, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response

from eventapp.core.access import public
from eventapp.core.context import Actor, ActorKind
from eventapp.core.database import db
from eventapp.core.errors import DomainError
from eventapp.core.limits import limiter
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.notes import words as note_words
from eventapp.notes.attribution import queries, service, words
from eventapp.notes.attribution import states as answers
from eventapp.notes.attribution.forms import AnswerForm
from eventapp.notes.attribution.models import QuoteConsent
from eventapp.notes.attribution.states import ConsentState
from eventapp.registrations.models import Registration

bp = Blueprint("quotes", __name__)

Answer = Response | str | tuple[str, int]


@bp.get("/quotes/<token>")
@public("the link in a mail, opened by whoever received it")
def page(token: str) -> Answer:
    """Show the words and the choices; opening the link changes nothing."""
    consent = queries.find_by_token(db.session(), _keys(), token)
    if consent is None:
        return _unknown_link()
    return _page(consent, token, AnswerForm(formdata=None, answer=_said(consent)))


@bp.post("/quotes/<token>")
@limiter.limit("60 per hour")
@public("the form behind the link in a mail; the token is the key")
def answer(token: str) -> Answer:
    """Keep the answer."""
    consent = queries.find_by_token(db.session(), _keys(), token)
    if consent is None:
        return _unknown_link()
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(consent, token, form), HTTPStatus.UNPROCESSABLE_ENTITY
    event = _belongs_to(consent)
    try:
        with unit_of_work(_actor(consent)) as ctx:
            service.answer(ctx, consent, answers.Answer(form.answer.data))
            opened = [consent.id, consent.link_version]
            slug = event.slug
    except DomainError as error:
        form.refuse(error)
        return _page(consent, token, form), error.status
    session["quote"] = opened
    return redirect(url_for(".answered", event=slug), HTTPStatus.SEE_OTHER)


@bp.get("/<any(en,fr,es):lang>/<event>/quotes/answered")
@public("thanks for the answer; shows it to the browser alone that gave it")
def answered(event: Event) -> Answer:
    """Say what was answered and how to change it, at an address that holds no token."""
    g.private = True
    consent_id, version = session.get("quote", (0, 0))
    consent = queries.find_opened(db.session(), consent_id, version)
    if consent is not None and consent.event_id != event.id:
        consent = None
    return render_template(
        "notes/attribution/answered.html", consent=consent, said=consent and _said(consent), words=words
    )


def _page(consent: QuoteConsent, token: str, form: AnswerForm) -> str:
    event = _belongs_to(consent)
    ctx = reading()
    rule = queries.rules_of_sessions(ctx, event).get(consent.entry.note.session_id, event.attribution_rule)
    return render_template(
        "notes/attribution/answer.html",
        consent=consent,
        token=token,
        form=form,
        rule=rule,
        is_chatham=rule is AttributionRule.CHATHAM_HOUSE,
        texts=[publication for publication, _edition in queries.list_texts_with(ctx, consent.entry_id)],
        closed=service.is_closed(ctx, consent),
        said=_said(consent),
        words=words,
        note_words=note_words,
    )


def _said(consent: QuoteConsent) -> str | None:
    if consent.state is ConsentState.REFUSED:
        return answers.Answer.NO.value
    if consent.state is ConsentState.GIVEN:
        return (answers.Answer.WITH_NAME if consent.with_name else answers.Answer.WITHOUT_NAME).value
    return None


def _belongs_to(consent: QuoteConsent) -> Event:
    """Show the page as one of the event, privately, in the reader’s language unless they chose another."""
    event = db.session().get_one(Event, consent.event_id)
    g.event = event
    g.private = True
    g.fallback_language = consent.language
    refresh()
    return event


def _actor(consent: QuoteConsent) -> Actor:
    registration = db.session().get(Registration, consent.registration_id) if consent.registration_id else None
    if registration is None:
        return Actor(ActorKind.ANONYMOUS)
    return Actor(ActorKind.PARTICIPANT, registration.invitation_id, registration.name)


def _unknown_link() -> Answer:
    g.private = True
    return render_template("invitations/unknown_link.html"), HTTPStatus.NOT_FOUND


def _keys() -> LinkKeys:
    keys: LinkKeys = current_app.extensions["link_keys"]
    return keys
