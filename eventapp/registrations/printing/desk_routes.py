"""The organisers' pages to print badges and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations import policy, queue
from eventapp.registrations import queries as registrations
from eventapp.registrations.export import filters_in_words
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import queries, service, words
from eventapp.registrations.printing.forms import BadgeForm, CertificateForm
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.queries import Order
from eventapp.registrations.printing.states import PrintKind, PrintState

bp = Blueprint("printing", __name__)
ADDRESS = "/desk/<event>/badges"
CERTIFICATES = "certificates"
MOST_LISTED = 500
LONG_WAIT = timedelta(seconds=30)
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@dataclass(frozen=True)
class _Choice:
    """What the address asks to print, and for whom it could be printed."""

    event: Event
    certificates: bool
    filters: queue.Filters
    people: Sequence[Registration]
    printed: frozenset[int]

    @property
    def new(self) -> Sequence[Registration]:
        """Return who has no badge yet."""
        return [each for each in self.people if each.id not in self.printed]

    @property
    def query(self) -> dict[str, Any]:
        """Return the address's query without what follows from the page itself."""
        kept = {name: value for name, value in self.filters.as_query().items() if name not in ("state", "sort")}
        if not self.certificates:
            kept.pop("mode", None)
        return {**({"what": CERTIFICATES} if self.certificates else {}), **kept}

    def chosen(self, whom: str, ticked: Sequence[str]) -> Sequence[Registration]:
        """Return those whom a button of the page means."""
        if whom == "new":
            return self.new
        if whom == "ticked":
            return [each for each in self.people if str(each.id) in frozenset(ticked)]
        return self.people


@bp.get(ADDRESS)
@requires(Permission.REGISTRATIONS_CHECK_IN)
def choose(event: Event) -> Answer:
    """Ask what to print for whom; filters come from the list of registrations."""
    choice = _choice(reading(), event)
    return _choose_page(choice, _form(choice, fresh=True))


@bp.post(ADDRESS)
@requires(Permission.REGISTRATIONS_CHECK_IN)
def ask(event: Event) -> Answer:
    """Order the document and lead to the page that shows how far it is."""
    ctx = reading()
    choice = _choice(ctx, event)
    form = _form(choice)
    if not form.validate():
        return _choose_page(choice, form), 422
    people = queries.in_order(
        choice.chosen(request.form.get("whom", "all"), request.form.getlist("id")), Order(form.order.data)
    )
    try:
        with unit_of_work() as writing:
            job_id = service.ask(writing, event, PrintKind(form.kind.data), people).id
    except DomainError as error:
        form.refuse(error)
        return _choose_page(_choice(reading(), event), form), 422
    return redirect(url_for(".job", event=event.slug, job_id=job_id), 303)


@bp.get(f"{ADDRESS}/<int:job_id>")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def job(event: Event, job_id: int) -> Answer:
    """Show how far the document is."""
    ctx = reading()
    found = queries.get_job(ctx, event, job_id)
    return render_template(
        "printing/job.html",
        job=found,
        words=words,
        under_way=found.state in (PrintState.WAITING, PrintState.RUNNING),
        kept=queries.has_document(ctx, found),
        kept_until=found.finished_at + service.KEPT if found.finished_at else None,
        long_wait=found.state is PrintState.WAITING and ctx.now - found.created_at > LONG_WAIT,
        back=url_for(".choose", event=event.slug, what=_what(found)),
    )


@bp.get(f"{ADDRESS}/<int:job_id>/document")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def document(event: Event, job_id: int) -> Answer:
    """Return the finished document as a file to save."""
    found = queries.get_job(reading(), event, job_id)
    if found.document is None:
        raise NotFound(_("There is no document yet, or no longer."))
    answer = Response(found.document, content_type="application/pdf")
    name = CERTIFICATES if found.kind is PrintKind.CERTIFICATES else "badges"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{event.slug}-{name}-{found.id}.pdf")
    return answer


@bp.post(f"{ADDRESS}/<int:job_id>/retry")
@requires(Permission.REGISTRATIONS_CHECK_IN)
def retry(event: Event, job_id: int) -> Answer:
    """Have a document that failed made again."""
    try:
        with unit_of_work() as ctx:
            service.retry(ctx, queries.get_job(ctx, event, job_id))
    except Conflict as error:
        flash(error.message, "warning")
    return redirect(url_for(".job", event=event.slug, job_id=job_id), 303)


def _choice(ctx: Context, event: Event) -> _Choice:
    certificates = request.args.get("what") == CERTIFICATES
    filters = queue.filters_from(request.args, addresses=policy.sees_private_answers(g.permissions))
    listed = queries.list_for_certificates if certificates else queries.list_for_badges
    people = listed(ctx, event, filters, ctx.language)
    return _Choice(
        event=event,
        certificates=certificates,
        filters=filters,
        people=people,
        printed=frozenset() if certificates else queries.printed_already(ctx, event, people),
    )


def _form(choice: _Choice, *, fresh: bool = False) -> BadgeForm | CertificateForm:
    kind = CertificateForm if choice.certificates else BadgeForm
    return kind(formdata=None) if fresh else kind()


def _choose_page(choice: _Choice, form: BadgeForm | CertificateForm) -> str:
    ctx, event = reading(), choice.event
    people = choice.people[:MOST_LISTED]
    return render_template(
        "printing/choose.html",
        form=form,
        choice=choice,
        filters=choice.filters,
        people=people,
        more=len(choice.people) > len(people),
        ticked=frozenset(request.values.getlist("id")),
        days=queries.days_present(ctx, event, [each.id for each in people]) if choice.certificates else {},
        over=to_wall(ctx.now, event.timezone).date() > event.ends_on,
        categories=registrations.list_categories(ctx, event),
        narrowed=filters_in_words(ctx, event, choice.filters, ctx.language)[1:],
        jobs=queries.list_jobs(ctx, event),
        words=words,
        action=url_for(".ask", event=event.slug, **choice.query),
        tabs_of_page=[
            (url_for(".choose", event=event.slug), _("Badges"), not choice.certificates),
            (url_for(".choose", event=event.slug, what=CERTIFICATES), _("Certificates"), choice.certificates),
        ],
    )


def _what(found: PrintJob) -> str | None:
    return CERTIFICATES if found.kind is PrintKind.CERTIFICATES else None
