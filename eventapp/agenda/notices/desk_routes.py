"""The organiser's page of a release's notices: who is told what, then send them or not."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import queries as agenda
from eventapp.agenda.notices import queries, review, service
from eventapp.agenda.notices.states import NoticesState
from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event

bp = Blueprint("agenda_notices", __name__, url_prefix="/desk/<event>/agenda/releases/<int:number>/notices")
Answer = Response | WerkzeugResponse | str | tuple[str, int]
MAILS_A_PAGE = 20


@bp.get("")
@requires(Permission.AGENDA_RELEASE)
def look(event: Event, number: int) -> str:
    """Show who is told what, before anything goes; afterwards, what was done."""
    ctx = reading()
    notices = queries.get_notices(ctx, event, number)
    is_open = notices.state is NoticesState.TO_REVIEW
    recipients = queries.recipients_of(ctx, event, notices.release) if is_open else []
    groups = review.same_mails(recipients)
    pages = max(1, -(-len(groups) // MAILS_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    first = (page - 1) * MAILS_A_PAGE
    here = groups[first : first + MAILS_A_PAGE]
    return render_template(
        "agenda/notices/look.html",
        notices=notices,
        release=notices.release,
        is_open=is_open,
        recipients=recipients,
        languages_told={code: sum(each.language == code for each in recipients) for code in event.languages},
        mails=review.shown(event, agenda.released(notices.release), here),
        seen=queries.fingerprint(recipients),
        page=page,
        pages=pages,
        first=first + 1,
        last=first + len(here),
        total=len(groups),
    )


@bp.post("/send")
@requires(Permission.AGENDA_RELEASE)
def send(event: Event, number: int) -> Answer:
    """Tell everybody on the list that was looked at."""
    try:
        with unit_of_work() as ctx:
            told = service.send(ctx, event, number, request.form.get("seen", ""))
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for(".look", event=event.slug, number=number), HTTPStatus.SEE_OTHER)
    if told is None:
        flash(_("This was answered already. Nothing was sent a second time."), "info")
    else:
        flash(ngettext("%(num)d mail is on its way.", "%(num)d mails are on their way.", told), "success")
    return redirect(url_for("agenda_releases.listing", event=event.slug), HTTPStatus.SEE_OTHER)


@bp.post("/drop")
@requires(Permission.AGENDA_RELEASE)
def drop(event: Event, number: int) -> Answer:
    """Tell nobody of this release."""
    with unit_of_work() as ctx:
        was_open = service.drop(ctx, event, number)
    if was_open:
        flash(_("Nobody is told of release %(number)d.", number=number), "success")
    else:
        flash(_("This was answered already. Nothing was sent a second time."), "info")
    return redirect(url_for("agenda_releases.listing", event=event.slug), HTTPStatus.SEE_OTHER)
