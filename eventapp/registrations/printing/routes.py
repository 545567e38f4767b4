"""A participant's own certificate."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import NotFound
from eventapp.core.limits import limiter
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.printing import document, queries

bp = Blueprint("certificates", __name__)


@bp.get("/<any(en,fr,es):lang>/<event>/my/certificate")
@limiter.limit("30 per hour")
@personal_link(Carrier.COOKIE)
def own_certificate(event: Event, invitation: Invitation) -> Response:
    """Return one's certificate of attendance, in the language of one's mails.

    It is made anew each time: kept as a file it would outlive an erasure.
    """
    ctx = reading()
    person = registrations.find_registration(ctx, invitation.id)
    if person is None or not queries.may_have_certificate(ctx, person):
        raise NotFound(_("There is a certificate after the event for everybody who was there."))
    days = queries.days_present(ctx, event, [person.id])[person.id]
    language = document.certificate_language(person)
    html = document.certificates_html(current_app.jinja_env, event, [(person, days)], language)
    known_at = queries.attendance_known_at(ctx, person)
    identifier = f"{event.slug}/certificate/{person.id}/{language}"
    ctx.session.rollback()  # no transaction stays open while the document is made
    engine: PdfEngine = current_app.extensions["pdf"]
    pdf = engine.render(html, created_at=known_at, identifier=identifier)
    answer = Response(pdf, content_type="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{event.slug}-certificate-{language}.pdf")
    return answer
