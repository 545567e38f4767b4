"""One's own comments: write one on a published paragraph, see what became of them, take one back."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import DomainError
from eventapp.core.formatting import language_name
from eventapp.core.limits import allow
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.notes import queries as texts
from eventapp.notes.addresses import parse
from eventapp.notes.comments import places, queries, rules, service, words
from eventapp.notes.comments.forms import CommentForm
from eventapp.notes.comments.places import Place
from eventapp.notes.comments.states import COMMENTS, CommentAction
from eventapp.registrations import queries as registrations
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State

bp = Blueprint("my_comments", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my/comments"
Answer = str | Response | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def index(event: Event, invitation: Invitation) -> Answer:
    """List one's own comments with what became of them."""
    ctx = reading()
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None:
        return _to_participation(event)
    comments = queries.list_of(ctx, [registration.id])
    return render_template(
        "notes/comments/mine.html",
        comments=comments,
        places=places.places_of(ctx, comments, ctx.language),
        open_texts=_open_texts(event) if registration.state is State.APPROVED else [],
        may_withdraw={each.id for each in comments if COMMENTS.allows(each.state, CommentAction.WITHDRAW)},
        is_fixed=service.is_fixed,
        words=words,
        in_short=places.in_short,
    )


@bp.get(f"{MY}/write")
@personal_link(Carrier.COOKIE)
def write(event: Event, invitation: Invitation) -> Answer:
    """Show the paragraph as it was published, and the form for a comment on it."""
    registration = _who(invitation)
    if registration is None:
        return _to_participation(event)
    place = _place(event, request.args.get("text", ""), request.args.get("paragraph", ""))
    form = _form(event)
    form.paragraph.data = place.paragraph.key if place.paragraph else ""
    return _write_page(form, place, registration)


@bp.post(f"{MY}/write")
@personal_link(Carrier.COOKIE)
def send(event: Event, invitation: Invitation) -> Answer:
    """Keep the comment; words about a paragraph that has gone come back, to be sent about the whole text."""
    registration = _who(invitation)
    if registration is None:
        return _to_participation(event)
    slug = request.args.get("text", "")
    form = _form(event)
    place = _place(event, slug, form.paragraph.data or "")
    if not form.validate():
        return _write_page(form, place, registration), HTTPStatus.UNPROCESSABLE_ENTITY
    if not allow("30 per hour", "comment", str(registration.id)):
        form.refuse(DomainError(_("You have sent many comments in a short time. Try again in an hour, please.")))
        return _write_page(form, place, registration), HTTPStatus.TOO_MANY_REQUESTS
    said = service.Words(
        form.paragraph.data or "", form.text.data, form.language.data, form.signed.data, form.key.data or ""
    )
    try:
        with unit_of_work() as ctx:
            own = registrations.find_registration(ctx, invitation.id)
            publication = texts.get_publication(ctx, event, *parse(slug))
            assert own is not None  # noqa: S101 - found above, and rows are not deleted while the link opens
            service.write(ctx, own, publication, said)
    except service.ParagraphGone:
        form.paragraph.data = ""  # the next sending is about the whole
        return _write_page(form, _place(event, slug, said.paragraph_key), registration), HTTPStatus.CONFLICT
    except DomainError as error:
        form.refuse(error)
        return _write_page(form, _place(event, slug, said.paragraph_key), registration), error.status
    flash(_("Thank you. The team looks at your comment before it is shown."), "success")
    return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)


@bp.get(f"{MY}/<int:comment_id>/withdraw")
@personal_link(Carrier.COOKIE)
def confirm_withdraw(event: Event, invitation: Invitation, comment_id: int) -> Answer:
    """Say what taking a comment back does."""
    ctx = reading()
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None:
        return _to_participation(event)
    comment = queries.get_own(ctx, registration, comment_id)
    if not COMMENTS.allows(comment.state, CommentAction.WITHDRAW):
        return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)
    return render_template("notes/comments/withdraw.html", comment=comment)


@bp.post(f"{MY}/<int:comment_id>/withdraw")
@personal_link(Carrier.COOKIE)
def withdraw(event: Event, invitation: Invitation, comment_id: int) -> Answer:
    """Take a comment back."""
    with unit_of_work() as ctx:
        registration = registrations.find_registration(ctx, invitation.id)
        if registration is not None:
            service.withdraw(ctx, queries.get_own(ctx, registration, comment_id, lock=True))
    flash(_("Your comment is withdrawn."), "success")
    return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)


def _who(invitation: Invitation) -> Registration | None:
    """Return the registration of somebody who takes part."""
    registration = registrations.find_registration(reading(), invitation.id)
    return registration if registration is not None and registration.state is State.APPROVED else None


def _to_participation(event: Event) -> Response:
    return redirect(url_for("registrations.my", event=event.slug), HTTPStatus.SEE_OTHER)


def _form(event: Event) -> CommentForm:
    form = CommentForm()
    language = reading().language
    form.offer([(code, language_name(code, language)) for code in event.languages], language)
    return form


def _place(event: Event, slug: str, paragraph: str) -> Place:
    ctx = reading()
    published = texts.get_published(ctx, event, *parse(slug))
    return places.place_in(published.edition, published.publication, ctx.language, paragraph)


def _open_texts(event: Event) -> list[Place]:
    ctx = reading()
    publications = texts.list_publications(ctx, event)
    editions = texts.latest_editions(ctx, [each.id for each in publications])
    found = (places.place_in(editions[each.id], each, ctx.language, "") for each in publications if each.id in editions)
    return [each for each in found if each.takes_comments]


def _write_page(form: CommentForm, place: Place, registration: Registration) -> str:
    return render_template(
        "notes/comments/write.html", form=form, place=place, name=registration.name, longest=rules.LONGEST
    )
