"""Who may be named, at the desk: the rule of each session, names that were found, and quotes that wait for consent."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.agenda.states import QUIET_KINDS
from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.notes import queries as notes
from eventapp.notes import words as note_words
from eventapp.notes.addresses import TEXT
from eventapp.notes.attribution import guard, queries, service, words
from eventapp.notes.attribution.forms import AskForm, ReasonForm, RulesForm
from eventapp.notes.models import Publication
from eventapp.notes.session_notes import queries as session_notes
from eventapp.registrations import queries as registrations

bp = Blueprint("notes_attribution", __name__)

Answer = Response | str | tuple[str, int]
PUBLISHING = "notes_publishing.publication"  # the page that shows the names that stop an edition


@bp.get("/desk/<event>/notes/attribution")
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> str:
    """Show the rule of each session, and the names that were found in each text."""
    return _rules_page(event, RulesForm(formdata=None))


@bp.post("/desk/<event>/notes/attribution")
@requires(Permission.NOTES_PUBLISH)
def set_rules(event: Event) -> Answer:
    """Set the rules of sessions."""
    form = RulesForm()
    if not form.validate_on_submit():
        return _rules_page(event, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with unit_of_work() as ctx:
        sessions = session_notes.agenda_of(ctx, event).sessions
        sent = {each.id: request.form.get(f"rule-{each.id}") for each in sessions}
        changed = service.set_rules(
            ctx,
            event,
            {
                session_id: AttributionRule(rule) if rule else None
                for session_id, rule in sent.items()
                if rule is not None and rule in {"", *AttributionRule}
            },
        )
    flash(ngettext("The rule of %(num)d session was changed.", "The rules of %(num)d sessions were changed.", changed))
    return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)


@bp.get(f"{TEXT}/names")
@requires(Permission.NOTES_VIEW)
def names(event: Event, slug: str) -> str:
    """Show the names found in a text, each where it stands."""
    return _names_page(event, slug, ReasonForm(formdata=None))


@bp.post(f"{TEXT}/names")
@requires(Permission.NOTES_PUBLISH)
def let_stand(event: Event, slug: str) -> Answer:
    """Let one name stand, with the reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _names_page(event, slug, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with unit_of_work() as ctx:
            publication = _publication(notes.get_named(ctx, event, slug))
            service.let_stand(
                ctx,
                publication,
                event.id,
                guard.subject_of(publication),
                guard.check_latest(ctx, publication),
                form.name_hash.data,
                form.reason.data,
            )
    except DomainError as error:
        form.refuse(error)
        return _names_page(event, slug, form), error.status
    flash(_("The name may stand. Who decided it and why is in the audit."), "success")
    page = PUBLISHING if form.back.data == "publish" else ".names"
    return redirect(url_for(page, event=event.slug, slug=slug), HTTPStatus.SEE_OTHER)


@bp.post(f"{TEXT}/names/take-back")
@requires(Permission.NOTES_PUBLISH)
def take_back(event: Event, slug: str) -> Answer:
    """Protect a name again."""
    with unit_of_work() as ctx:
        publication = _publication(notes.get_named(ctx, event, slug))
        name_hash = request.form.get("name_hash", "")
        service.take_back(ctx, publication, event.id, guard.subject_of(publication), name_hash)
    flash(_("The name is protected again."), "success")
    return redirect(url_for(".names", event=event.slug, slug=slug), HTTPStatus.SEE_OTHER)


@bp.get("/desk/<event>/notes/quotes")
@requires(Permission.NOTES_READ)
def quotes(event: Event) -> str:
    """List the quotes that rapporteurs handed in, and where the consent to each stands."""
    return render_template(
        "notes/attribution/quotes.html", quotes=queries.list_quotes(reading(), event, handed_in=True), words=words
    )


@bp.get("/desk/<event>/notes/quotes/<int:entry_id>")
@requires(Permission.NOTES_PUBLISH)
def quote(event: Event, entry_id: int) -> str:
    """Show one quote, and the form that asks its author."""
    found = queries.get_quote(reading(), event, entry_id)
    consent = found.consent
    form = _ask_form(
        event,
        formdata=None,
        words=consent.words if consent else found.entry.text,
        registration_id=str(consent.registration_id or "") if consent else "",
        name=consent.name if consent and not consent.registration_id else found.entry.speaker if not consent else "",
        email=consent.email if consent and not consent.registration_id else "",
        language=consent.language if consent else found.entry.note.language,
    )
    return _quote_page(found, form)


@bp.post("/desk/<event>/notes/quotes/<int:entry_id>")
@requires(Permission.NOTES_PUBLISH)
def ask(event: Event, entry_id: int) -> Answer:
    """Ask the author for consent."""
    form = _ask_form(event)
    if not form.validate_on_submit():
        return _quote_page(queries.get_quote(reading(), event, entry_id), form), HTTPStatus.UNPROCESSABLE_ENTITY
    chosen = form.registration_id.data
    try:
        with unit_of_work() as ctx:
            consent = service.ask(
                ctx,
                event,
                queries.get_quote(ctx, event, entry_id).entry,
                registration=registrations.get_registration(ctx, event, int(chosen)) if chosen else None,
                name=form.name.data,
                email=form.email.data,
                language=form.language.data,
                words=form.words.data,
            )
            name = consent.name
    except DomainError as error:
        form.refuse(error)
        return _quote_page(queries.get_quote(reading(), event, entry_id), form), error.status
    flash(_("The question to %(name)s is on its way.", name=name), "success")
    return redirect(url_for(".quotes", event=event.slug), HTTPStatus.SEE_OTHER)


def _publication(status: notes.Status) -> Publication:
    if status.publication is None:
        raise NotFound(_("This text has not been begun."))
    return status.publication


def _rules_page(event: Event, form: RulesForm) -> str:
    ctx = reading()
    sessions = [each for each in session_notes.agenda_of(ctx, event).sessions if each.kind not in QUIET_KINDS]
    found = [
        (status, guard.check_latest(ctx, status.publication))
        for status in notes.list_statuses(ctx, event)
        if status.publication is not None and status.source.latest is not None
    ]
    return render_template(
        "notes/attribution/index.html",
        form=form,
        sessions=sessions,
        own=queries.rules_of_sessions(ctx, event),
        rules=list(AttributionRule),
        found=found,
        quotes=queries.list_quotes(ctx, event, handed_in=True),
        words=words,
        note_words=note_words,
    )


def _names_page(event: Event, slug: str, form: ReasonForm) -> str:
    ctx = reading()
    status = notes.get_named(ctx, event, slug)
    findings = guard.check_latest(ctx, _publication(status))
    return render_template(
        "notes/attribution/names.html",
        status=status,
        findings=findings,
        form=form,
        found_words=words.FOUND,
        note_words=note_words,
    )


def _ask_form(event: Event, **values: object) -> AskForm:
    ctx = reading()
    locale = get_locale()
    language = locale.language if locale is not None else "en"
    return AskForm(people=queries.list_people_to_ask(ctx, event), shown_in=language, **values)


def _quote_page(found: queries.Quote, form: AskForm) -> str:
    return render_template("notes/attribution/quote.html", quote=found, form=form, words=words)
