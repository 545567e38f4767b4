"""The organiser's queue of registrations and the decisions on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.core.formatting import country_name, list_in_words, moment_in_words
from eventapp.core.text import fold
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import delegation
from eventapp.invitations import words as invitation_words
from eventapp.registrations import changes, exceptions, policy, queries, queue, seating, selection, service, words
from eventapp.registrations.again import state_in_words
from eventapp.registrations.answers import saved_from_registration
from eventapp.registrations.checkin import queries as check_ins
from eventapp.registrations.choices import choices_of, in_words
from eventapp.registrations.forms import TITLES_FOR_ORGANISERS, DeclineForm, OverrideForm, RevokeForm, SendForm
from eventapp.registrations.models import Registration
from eventapp.registrations.own_on_detail import own_on_detail
from eventapp.registrations.questions.answer_forms import OwnForm
from eventapp.registrations.states import MACHINE, Action

bp = Blueprint("registrations_desk", __name__)
QUEUE = "/desk/<event>/registrations"
ONE = f"{QUEUE}/<int:registration_id>"
Answer = str | Response | tuple[str, int]


@bp.get(QUEUE)
@requires(Permission.REGISTRATIONS_VIEW)
def list_all(event: Event) -> str:
    """Show a page of the registrations, by the filters of the address."""
    ctx = reading()
    language = _language()
    may_decide = Permission.REGISTRATIONS_DECIDE in g.permissions
    filters = queue.filters_from(request.args, addresses=policy.sees_private_answers(g.permissions))
    counts = queries.count_by_state(ctx, event)
    choice = _choice(ctx, event, filters, language) if may_decide else queue.Choice()
    if choice.only:
        page = queue.list_chosen(ctx, event, filters, _page_number(), choice.ids)
    else:
        page = queue.list_queue(ctx, event, filters, _page_number(), language, counts)
    categories = queries.list_categories(ctx, event)
    return render_template(
        "registrations/queue.html",
        queue=page,
        filters=filters,
        counts=counts,
        changed=queries.count_changed(ctx, event),
        seats=queries.seat_overview(ctx, event),
        categories=categories,
        countries=sorted(
            ((code, country_name(code, language)) for code in queue.list_countries(ctx, event)),
            key=lambda country: fold(country[1]),
        ),
        spoken=choices_of(event, categories, language).spoken,
        orders=_orders(),
        states=words.STATE,
        state_in_words=state_in_words,
        tones=words.TONE,
        modes=words.MODE,
        may_decide=may_decide,
        choice=choice,
        elsewhere=selection.pack(choice.elsewhere(page)),
        number_elsewhere=len(choice.elsewhere(page)),
        matching=queue.count_decidable(ctx, event, filters, language, page, counts) if may_decide else 0,
        most_at_once=selection.MOST_AT_ONCE,
        page_url=lambda number: url_for(".list_all", event=event.slug, **_query(filters, number)),
    )


@bp.get(ONE)
@requires(Permission.REGISTRATIONS_VIEW)
def detail(event: Event, registration_id: int) -> str:
    """Show one registration: answers, seats, history and what can be decided."""
    ctx = reading()
    return detail_page(ctx, event, queries.get_registration(ctx, event, registration_id))


@bp.post(f"{ONE}/approve")
@requires(Permission.REGISTRATIONS_DECIDE)
def approve(event: Event, registration_id: int) -> Answer:
    """Confirm the participation at once, if a seat is free."""
    return _decide(event, registration_id, service.approve, _("Participation confirmed."))


@bp.post(f"{ONE}/approve-beyond")
@requires(Permission.REGISTRATIONS_DECIDE)
def approve_beyond(event: Event, registration_id: int) -> Answer:
    """Confirm the participation although no seat is left, or others are before on the list, with the reason."""
    form = OverrideForm()
    if not form.validate():
        ctx = reading()
        registration = queries.get_registration(ctx, event, registration_id)
        return detail_page(ctx, event, registration, override=form), 422
    reason = form.override_reason.data

    def beyond(ctx: Context, registration: Registration) -> None:
        service.approve(ctx, registration, override_reason=reason)

    return _decide(event, registration_id, beyond, _("Participation confirmed."))


@bp.post(f"{ONE}/waitlist")
@requires(Permission.REGISTRATIONS_DECIDE)
def waitlist(event: Event, registration_id: int) -> Answer:
    """Put the person on the waiting list."""
    return _decide(event, registration_id, service.put_on_waitlist, _("Put on the waiting list."))


@bp.post(f"{ONE}/reinstate")
@requires(Permission.REGISTRATIONS_DECIDE)
def reinstate(event: Event, registration_id: int) -> Answer:
    """Open an ended registration again."""
    return _decide(event, registration_id, service.reinstate, _("The registration is open for a decision again."))


@bp.post(f"{ONE}/changes-seen")
@requires(Permission.REGISTRATIONS_DECIDE)
def changes_seen(event: Event, registration_id: int) -> Answer:
    """Take what the person changed since the decision for seen."""
    changed_at = request.form.get("changed_at", "")

    def see(ctx: Context, registration: Registration) -> None:
        service.see_changes(ctx, registration, changed_at=changed_at)

    return _decide(event, registration_id, see, _("The changes are marked as seen."))


@bp.get(f"{ONE}/<any(decline,revoke):action>")
@requires(Permission.REGISTRATIONS_DECIDE)
def ask(event: Event, registration_id: int, action: str) -> Answer:
    """Say what declining or taking back will do, and ask for the words that go with it."""
    ctx = reading()
    registration = queries.get_registration(ctx, event, registration_id)
    if not MACHINE.allows(registration.state, Action(action)):
        return detail_page(ctx, event, registration, notice=_moved_words()), 409
    return _ask_page(registration, Action(action), _reason_form(action))


@bp.post(f"{ONE}/<any(decline,revoke):action>")
@requires(Permission.REGISTRATIONS_DECIDE)
def tell(event: Event, registration_id: int, action: str) -> Answer:
    """Decline the registration, or take its confirmation back."""
    form = _reason_form(action)
    if not form.validate():
        registration = queries.get_registration(reading(), event, registration_id)
        return _ask_page(registration, Action(action), form), 422
    reason = form.reason.data or ""
    command = service.revoke if Action(action) is Action.REVOKE else service.decline
    done = (
        _("The confirmation is taken back.") if Action(action) is Action.REVOKE else _("The registration is declined.")
    )
    return _decide(event, registration_id, lambda ctx, each: command(ctx, each, reason=reason), done)


def _decide(event: Event, registration_id: int, command: Callable[[Context, Registration], None], done: str) -> Answer:
    """Run a decision; when somebody was faster or no seat is left, show how things stand now."""
    try:
        with unit_of_work() as ctx:
            command(ctx, queries.get_registration(ctx, event, registration_id))
    except Conflict as error:
        ctx = reading()
        ctx.session.expire_all()
        registration = queries.get_registration(ctx, event, registration_id)
        return detail_page(ctx, event, registration, notice=error.message), 409
    flash(done, "success")
    return redirect(url_for(".detail", event=event.slug, registration_id=registration_id), 303)


def detail_page(
    ctx: Context,
    event: Event,
    registration: Registration,
    *,
    notice: str = "",
    override: OverrideForm | None = None,
    private_form: OwnForm | None = None,
) -> str:
    """Render one registration; forms that came back with something to mend are shown as they were sent."""
    private = policy.sees_private_answers(g.permissions)
    shown_to_all = frozenset({"name", "organisation", "position", "country", "category_id", "mode"})
    saved = saved_from_registration(registration)
    hidden = frozenset() if private else frozenset(saved) - shown_to_all
    categories = queries.list_categories(ctx, event)
    own = (
        own_on_detail(
            ctx,
            event,
            registration,
            sensitive=policy.sees_sensitive_answers(g.permissions),
            private=private_form,
        )
        if private
        else None
    )
    return render_template(
        "registrations/detail.html",
        registration=registration,
        answers=in_words(
            saved,
            categories,
            _language(),
            labels=words.FIELD,
            leave_out=hidden,
        ),
        private=private,
        titles=TITLES_FOR_ORGANISERS,
        history=_history(ctx, event, registration) if private else [],
        state_in_words=state_in_words,
        tones=words.TONE,
        decisions=policy.decisions(registration, g.permissions),
        seating=seating.seating_of(ctx, event, registration),
        changes=[
            *changes.changes_of(registration, categories, _language(), leave_out=hidden),
            *(own.changes if own is not None else ()),
        ],
        own=own,
        kept_open=exceptions.in_force(event, registration.invitation),
        may_keep_open=private and exceptions.why_impossible(ctx, event, registration.invitation) is None,
        chain=delegation.chain_of(ctx, registration.invitation) if private else [],
        invitation_words=invitation_words,
        position=queries.waitlist_position(ctx, registration),
        check_ins=check_ins.list_check_ins(ctx, registration),
        notice=notice,
        override=override or OverrideForm(formdata=None),
        form=SendForm(formdata=None),
    )


def _history(ctx: Context, event: Event, registration: Registration) -> list[tuple[str, str]]:
    """Return when and by whom what was done, in sentences; fields that changed are named, never their values."""
    return [
        (moment_in_words(entry.at, event.timezone, _language()), _sentence(entry))
        for entry in queries.list_history(ctx, registration)
    ]


def _sentence(entry: AuditEntry) -> str:
    done = words.done(entry)
    reason = entry.details.get("override_reason") or entry.details.get("reason")
    names = [str(words.FIELD[name]) for name in entry.details.get("fields", []) if name in words.FIELD]
    names += entry.details.get("questions", [])
    who = entry.actor_label or _("nobody signed in")
    if names:
        return str(_("%(who)s: %(done)s (%(details)s)", who=who, done=done, details=list_in_words(names, _language())))
    if reason:
        return str(_("%(who)s: %(done)s (%(details)s)", who=who, done=done, details=reason))
    return str(_("%(who)s: %(done)s", who=who, done=done))


def _ask_page(registration: Registration, action: Action, form: DeclineForm | RevokeForm) -> str:
    return render_template("registrations/ask.html", registration=registration, action=action, form=form)


def _reason_form(action: str) -> DeclineForm | RevokeForm:
    return RevokeForm() if Action(action) is Action.REVOKE else DeclineForm()


def _moved_words() -> str:
    return str(_("This was changed in the meantime and that step is no longer possible. Here is how it stands now."))


def _query(filters: queue.Filters, page: int) -> dict[str, Any]:
    return {**filters.as_query(), **({"page": page} if page > 1 else {})}


def _page_number() -> int:
    number = request.args.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def _choice(ctx: Context, event: Event, filters: queue.Filters, language: str) -> queue.Choice:
    """Return who is ticked, on this page or another; the address carries them from page to page."""
    asked = selection.read_ids(request.args.getlist("id"), request.args.get("chosen", ""))
    only = request.args.getlist("show")[-1:] == [queue.CHOSEN]
    return queue.choice_from(ctx, event, filters, language, asked, wish=request.args.get("choose", ""), only=only)


def _orders() -> list[tuple[queue.Order, str]]:
    return [
        (queue.Order.WAITING, _("Waiting longest")),
        (queue.Order.NEWEST, _("Newest first")),
        (queue.Order.NAME, _("Name")),
        (queue.Order.COUNTRY, _("Country")),
    ]


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "en"
