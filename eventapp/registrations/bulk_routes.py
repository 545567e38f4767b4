"""Deciding on several registrations at once: what it would do, doing it, and what came of it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.formatting import language_name
from eventapp.core.forms import Form, LineField, TranslatedField, at_most
from eventapp.core.states import IllegalMove
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.mail.rendering import render
from eventapp.registrations import messages, policy, queries, queue, reports, seats, service, waitlist
from eventapp.registrations.again import state_in_words
from eventapp.registrations.bulk import TARGET, Outcome, Preview, in_turn, mail_language, preview
from eventapp.registrations.models import Registration
from eventapp.registrations.selection import pack, read_ids, unpack
from eventapp.registrations.states import Action

bp = Blueprint("registrations_bulk", __name__)
QUEUE = "/desk/<event>/registrations"
LIST = "registrations_desk.list_all"
Answer = str | Response | tuple[str, int]
Command = Callable[[Context, Registration], None]

_ATTEMPTS = 2
_log = logging.getLogger(__name__)


class SeveralForm(Form):
    """What is said with a decision on several people: to those declined, in each of their languages, or to oneself."""

    reason = TranslatedField(_l("A sentence for the participants"), multiline=True, longest=1000)
    passing_over = LineField(
        _l("Why others before on the waiting list are passed over"),
        [at_most(500)],
        description=_l("Kept in the history; the participants do not see it."),
    )


@dataclass(frozen=True)
class Letter:
    """What the people of one language will read, and what stands in place of a sentence not yet written."""

    language: str
    people: int
    text: str


@bp.post(f"{QUEUE}/choice")
@requires(Permission.REGISTRATIONS_DECIDE)
def choose(event: Event) -> Answer:
    """Take the people ticked on a long page along to the next one; nothing is decided by that."""
    chosen = pack(read_ids(request.form.getlist("id"), request.form.get("chosen", "")))
    decision = request.form.get("decision", "")
    if not decision:
        return redirect(url_for(LIST, event=event.slug, chosen=chosen, show=queue.CHOSEN), 303)
    return redirect(url_for(".restate", event=event.slug, decision=decision, chosen=chosen), 303)


@bp.get(f"{QUEUE}/decide")
@requires(Permission.REGISTRATIONS_DECIDE)
def restate(event: Event) -> Answer:
    """Restate what deciding on the people chosen will do, before anything is done."""
    ctx = reading()
    action, ids = _asked(request.args)
    chosen = queries.list_registrations(ctx, event, ids)
    if action is None or not chosen:
        flash(_("Tick at least one person first."), "warning")
        return redirect(_list_url(event), 303)
    return _page(ctx, event, chosen, action, SeveralForm(formdata=None))


@bp.post(f"{QUEUE}/decide")
@requires(Permission.REGISTRATIONS_DECIDE)
def decide(event: Event) -> Answer:
    """Decide on each of the people by itself; who could not be decided on is named afterwards."""
    ctx = reading()
    action, ids = _asked(request.form)
    chosen = in_turn(queries.list_registrations(ctx, event, ids))
    if action is None or not chosen:
        return redirect(url_for(LIST, event=event.slug), 303)
    form = SeveralForm()
    if action is Action.DECLINE:
        form.reason.use_languages(code for code, _number in preview(ctx, event, chosen, action).languages)
    if not form.validate() or _is_half_written(form) or _is_unsaid(ctx, event, chosen, action, form):
        return _page(ctx, event, chosen, action, form), 422
    outcomes: dict[Outcome, list[int]] = {outcome: [] for outcome in Outcome}
    for registration_id in [each.id for each in chosen]:
        outcomes[_decide_one(event, registration_id, _commands(form)[action], action)].append(registration_id)
    found: dict[str, Any] = {outcome.value: pack(people) for outcome, people in outcomes.items() if people}
    return redirect(url_for(".done", event=event.slug, decision=action.value, **found, **_filters()), 303)


@bp.get(f"{QUEUE}/decided")
@requires(Permission.REGISTRATIONS_DECIDE)
def done(event: Event) -> Answer:
    """Say person by person what came of a decision on several."""
    ctx = reading()
    action, _ids = _asked(request.args)
    results = {
        outcome: queries.list_registrations(ctx, event, unpack(request.args.get(outcome, ""))) for outcome in Outcome
    }
    if action is None or not any(results.values()):
        return redirect(url_for(LIST, event=event.slug), 303)
    again = [each.id for outcome in (Outcome.FULL, Outcome.BEHIND, Outcome.FAILED) for each in results[outcome]]
    return render_template(
        "registrations/bulk_done.html",
        action=action,
        results=results,
        state_in_words=state_in_words,
        seats=queries.seat_overview(ctx, event),
        back=_list_url(event),
        again=url_for(LIST, event=event.slug, chosen=pack(again), show=queue.CHOSEN) if again else "",
    )


def _decide_one(event: Event, registration_id: int, command: Command, action: Action) -> Outcome:
    """Decide on one person in a unit of work of their own, so that nobody's decision hangs on another's."""
    for _attempt in range(_ATTEMPTS):
        try:
            with unit_of_work() as ctx:
                command(ctx, queries.get_registration(ctx, event, registration_id))
        except seats.NoSeatLeft:
            return Outcome.FULL
        except waitlist.PassesOver:
            return Outcome.BEHIND
        except IllegalMove as error:
            return Outcome.ALREADY if error.state is TARGET[action] else Outcome.MOVED
        except DomainError:
            return Outcome.MOVED
        except OperationalError:
            _log.exception("A decision on registration %d could not be saved.", registration_id)
        else:
            return Outcome.DONE
    return Outcome.FAILED


def _commands(form: SeveralForm) -> Mapping[Action, Command]:
    """Return what each decision does to one of the people, with what was said in the form."""

    def decline(ctx: Context, registration: Registration) -> None:
        service.decline(ctx, registration, reason=form.reason.data.get(mail_language(registration), ""))

    return {
        Action.APPROVE: partial(service.approve, passing_over_reason=form.passing_over.data or ""),
        Action.WAITLIST: service.put_on_waitlist,
        Action.DECLINE: decline,
    }


def _page(ctx: Context, event: Event, chosen: Sequence[Registration], action: Action, form: SeveralForm) -> str:
    restated = preview(ctx, event, chosen, action)
    form.reason.use_languages(code for code, _number in restated.languages)
    return render_template(
        "registrations/bulk.html",
        action=action,
        preview=restated,
        chosen=pack(each.id for each in chosen),
        naming=reports.Naming(ctx, event, ctx.language),
        letters=_letters(ctx, restated, form.reason.data) if action is Action.DECLINE else [],
        state_in_words=state_in_words,
        no_seat_words=seats.no_seat_words,
        form=form,
        target=url_for(".decide", event=event.slug, **_filters()),
        back=_list_url(event, pack(each.id for each in chosen)),
    )


def _letters(ctx: Context, restated: Preview, reasons: Translated) -> list[Letter]:
    """Return the letter that declines, once for each language, as one of those who get it will read it."""
    found = []
    for code, number in restated.languages:
        somebody = next(each for each in restated.able if mail_language(each) == code)
        draft = messages.declined(ctx, somebody)
        shown = replace(draft, values={**draft.values, "reason": reasons.get(code, "")})
        found.append(Letter(code, number, render(shown, uuid.uuid4().hex).text))
    return found


def _is_half_written(form: SeveralForm) -> bool:
    """Refuse a sentence that some would read and others not, and tell whether that is so."""
    missing = form.reason.data.missing(form.reason.languages)
    if not missing or len(missing) == len(form.reason.languages):
        return False
    form.refuse(
        DomainError(
            ngettext(
                "Write it in %(languages)s too, so that everybody reads it, or leave all empty.",
                "Write it in these languages too, so that everybody reads it, or leave all empty: %(languages)s.",
                len(missing),
                languages=", ".join(language_name(code, reading().language) for code in missing),
            ),
            field="reason",
        )
    )
    return True


def _is_unsaid(ctx: Context, event: Event, chosen: Sequence[Registration], action: Action, form: SeveralForm) -> bool:
    """Refuse to pass people over on the waiting list without a reason, and tell whether that is so."""
    if action is not Action.APPROVE or form.passing_over.data or not preview(ctx, event, chosen, action).passed_over:
        return False
    form.refuse(DomainError(_("Say why the people before are passed over; it is kept."), field="passing_over"))
    return True


def _asked(sent: Any) -> tuple[Action | None, list[int]]:
    """Return the decision asked for, and on whom."""
    known: Mapping[str, Action] = {each.value: each for each in policy.BULK}
    return known.get(sent.get("decision", "")), read_ids(sent.getlist("id"), sent.get("chosen", ""))


def _list_url(event: Event, chosen: str = "") -> str:
    """Return the address of the list as it was left, with the people chosen."""
    query = _filters()
    if chosen:
        query["chosen"] = chosen
    return url_for(LIST, event=event.slug, **query)


def _filters() -> dict[str, Any]:
    """Return the filters of the list, which travel along so that one can go back to it."""
    return dict(queue.filters_from(request.args, addresses=True).as_query())
