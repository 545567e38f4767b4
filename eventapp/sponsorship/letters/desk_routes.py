"""The letter officer's pages: who has which letter, issuing and taking back, the words, and who signs."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.config import Settings
from eventapp.core.errors import DomainError
from eventapp.core.languages import LANGUAGES
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.uploads import UploadRefused, check_image
from eventapp.events.models import Event
from eventapp.events.queries import last_edit
from eventapp.events.service import StaleEdit
from eventapp.sponsorship.letters import document, file_routes, queries, rules, samples, service
from eventapp.sponsorship.letters.forms import SignatureForm, TemplateForm
from eventapp.sponsorship.letters.models import Signature
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.sensitive import gate_routes as gate
from eventapp.sponsorship.sensitive import queries as sensitive
from eventapp.sponsorship.states import LetterKind, RequestState, SensitiveKind

bp = Blueprint("sponsorship_letters", __name__)
bp.before_request(ask_where_they_work)
LETTERS = "/desk/<event>/sponsorship/letters"
NUMBER = "<int(max=2147483647):request_id>"
KIND = "<any(support,visa):kind>"
MOST_BYTES, MOST_PIXELS = 1024 * 1024, 4_000_000
Answer = Response | WerkzeugResponse | str | tuple[str, int]

_LISTED = frozenset({RequestState.ACCEPTED, RequestState.TRAVELLED, RequestState.SETTLED, RequestState.CANCELLED})


@bp.get(LETTERS)
@requires(Permission.SPONSORSHIP_LETTERS)
def list_all(event: Event) -> str:
    """Show everybody who accepted, with their letters and what is missing for the next."""
    ctx = reading()
    requests = conflicts.list_requests(ctx, event, _LISTED)
    ids = [each.id for each in requests]
    visa = queries.template_of(ctx, event, LetterKind.VISA)
    return render_template(
        "sponsorship/letters/list.html",
        event=event,
        requests=requests,
        letters=queries.letters_of(ctx, ids),
        passports=sensitive.records_of(ctx, ids, SensitiveKind.PASSPORT),
        visa_needs_passport=rules.needs_passport([*visa.subject.values(), *visa.body.values()]),
        standing_of=document.standing_of,
        signed=queries.find_signature(ctx, event) is not None,
    )


@bp.post(f"{LETTERS}/{NUMBER}/{KIND}")
@requires(Permission.SPONSORSHIP_LETTERS)
def issue(event: Event, request_id: int, kind: str) -> WerkzeugResponse:
    """Issue a letter; the earlier one of its kind is superseded."""
    settings: Settings = current_app.extensions["settings"]
    try:
        with unit_of_work() as ctx:
            found = conflicts.get_request(ctx, event, request_id)
            letter = service.issue(ctx, current_app.extensions["sealer"], found, LetterKind(kind), settings.base_url)
            number = letter.number
    except service.NotSigned as error:
        flash(error.message, "error")
        return redirect(url_for(".sign", event=event.slug), 303)
    flash(_("Letter %(number)s is issued; the person is told by mail.", number=number), "success")
    return redirect(url_for(".list_all", event=event.slug), 303)


@bp.post(f"{LETTERS}/{NUMBER}/<int(max=2147483647):letter_id>/revoke")
@requires(Permission.SPONSORSHIP_LETTERS)
def revoke(event: Event, request_id: int, letter_id: int) -> WerkzeugResponse:
    """Take a letter back."""
    with unit_of_work() as ctx:
        found = conflicts.get_request(ctx, event, request_id)
        service.revoke(ctx, queries.get_letter(ctx, found, letter_id))
    flash(_("The letter is taken back. Whoever checks its number learns so."), "success")
    return redirect(url_for(".list_all", event=event.slug), 303)


@bp.get(f"{LETTERS}/{NUMBER}/<int(max=2147483647):letter_id>.pdf")
@requires(Permission.SPONSORSHIP_LETTERS)
def read(event: Event, request_id: int, letter_id: int) -> Answer:
    """Return a letter without anything sealed in it; the others are opened by a button."""
    ctx = reading()
    letter = queries.get_letter(ctx, conflicts.get_request(ctx, event, request_id), letter_id)
    if letter.sealed is not None:
        abort(404)
    return file_routes.pdf_of(ctx, letter, service.open_letter(ctx, current_app.extensions["sealer"], letter))


@bp.post(f"{LETTERS}/{NUMBER}/<int(max=2147483647):letter_id>/open")
@requires(Permission.SPONSORSHIP_LETTERS)
def open_sealed(event: Event, request_id: int, letter_id: int) -> Answer:
    """Return a letter with passport data, behind a fresh code; the reading is recorded."""
    back = url_for(".list_all", event=event.slug)
    ctx = reading()
    queries.get_letter(ctx, conflicts.get_request(ctx, event, request_id), letter_id)
    if not gate.is_open(gate.staff()):
        return redirect(url_for("sponsorship_sensitive.code", event=event.slug, next=back), 303)
    with unit_of_work() as ctx:
        letter = queries.get_letter(ctx, conflicts.get_request(ctx, event, request_id), letter_id)
        values = service.open_letter(ctx, current_app.extensions["sealer"], letter)
    ctx = reading()
    return file_routes.pdf_of(
        ctx, queries.get_letter(ctx, conflicts.get_request(ctx, event, request_id), letter_id), values
    )


@bp.route(f"{LETTERS}/words/{KIND}", methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_LETTERS)
def words(event: Event, kind: str) -> Answer:
    """Word a kind of letter in each language."""
    wanted, ctx, stale = LetterKind(kind), reading(), None
    template = queries.template_of(ctx, event, wanted)
    form = TemplateForm(obj=template)
    form.use_languages(event.languages)
    stored = queries.find_template(ctx, event, wanted)
    if not form.is_submitted():
        form.seen.data = last_edit(ctx, stored) if stored is not None else 0
    elif form.validate():
        try:
            with unit_of_work() as ctx:
                service.save_template(ctx, event, wanted, form.subject.data, form.body.data, seen=form.mark)
        except StaleEdit as error:
            stale = error
            stored = queries.find_template(reading(), event, wanted)
            form.seen.data = last_edit(reading(), stored) if stored is not None else 0
            form.form_errors.append(error.message)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".words", event=event.slug, kind=kind), 303)
    page = render_template(
        "sponsorship/letters/words.html",
        event=event,
        form=form,
        kind=wanted,
        placeholders=rules.placeholders_of(wanted),
        clashes=stale.clashes if stale else (),
        field_words={"subject": form.subject.label.text, "body": form.body.label.text},
    )
    return page, (stale.status if stale else 422 if form.errors else 200)


@bp.get(f"{LETTERS}/words/{KIND}/sample-<language>.pdf")
@requires(Permission.SPONSORSHIP_LETTERS)
def sample(event: Event, kind: str, language: str) -> Response:
    """Return the letter as it would look for an invented person, in one of the event's languages."""
    if language not in event.languages or language not in LANGUAGES:
        abort(404)
    ctx = reading()
    settings: Settings = current_app.extensions["settings"]
    signature = queries.find_signature(ctx, event) or Signature(
        name="…", function=event.title, address="", picture=None
    )
    html = samples.html_of(
        current_app.jinja_env,
        queries.template_of(ctx, event, LetterKind(kind)),
        signature,
        event,
        language,
        settings.base_url,
    )
    now = ctx.now
    ctx.session.rollback()
    engine: PdfEngine = current_app.extensions["pdf"]
    pdf = engine.render(html, created_at=now, identifier=f"letter/sample/{kind}/{language}")
    answer = Response(pdf, content_type="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{kind}-{language}.pdf")
    return answer


@bp.route(f"{LETTERS}/signature", methods=["GET", "POST"])
@requires(Permission.SPONSORSHIP_LETTERS)
def sign(event: Event) -> Answer:
    """Say who signs the letters."""
    signature = queries.find_signature(reading(), event)
    form = SignatureForm(obj=signature)
    form.function.use_languages(event.languages)
    if form.is_submitted() and form.validate():
        picture = _picture(form)
        if not form.errors:
            values = {name: form[name].data for name in ("name", "function", "address")}
            with unit_of_work() as ctx:
                service.save_signature(ctx, event, values, picture, remove=form.remove_picture.data)
            flash(_("Saved."), "success")
            return redirect(url_for(".list_all", event=event.slug), 303)
    page = render_template(
        "sponsorship/letters/signature.html",
        event=event,
        form=form,
        has_picture=signature is not None and signature.picture is not None,
    )
    return page, (422 if form.errors else 200)


@bp.get(f"{LETTERS}/signature.png")
@requires(Permission.SPONSORSHIP_LETTERS)
def signature_picture(event: Event) -> Response:
    """Return the picture of the signature."""
    signature = queries.find_signature(reading(), event)
    if signature is None or signature.picture is None:
        abort(404)
    return Response(signature.picture, content_type=document.media_type_of(signature.picture))


def _picture(form: SignatureForm) -> bytes | None:
    sent = form.picture.data
    if not sent or not sent.filename:
        return None
    try:
        return check_image(sent.read(MOST_BYTES + 1), MOST_BYTES, MOST_PIXELS).data
    except UploadRefused:
        form.refuse(DomainError(_("Choose a picture in PNG or JPEG, 1 MB at most."), field="picture"))
        return None
