"""What waits for whom on the overview, and what to do first in a new event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.agenda import queries as agenda
from eventapp.agenda.notices import queries as notices
from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.core.formatting import short_day_in_words
from eventapp.core.wall_time import to_wall
from eventapp.desk.queries import count_expiring_invitations, count_failed_mail
from eventapp.events.completeness import completeness_of
from eventapp.events.models import Event
from eventapp.events.service import gaps_of
from eventapp.events.states import EventState
from eventapp.invitations import queries as invitations
from eventapp.invitations.states import InvitationState
from eventapp.notes import queries as notes
from eventapp.notes.attribution import queries as attribution
from eventapp.notes.comments import queries as comments
from eventapp.notes.resources import queries as resources
from eventapp.notes.session_notes import queries as session_notes
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data import queries as personal_data


@dataclass(frozen=True)
class Task:
    """Something that waits: how much, in words, and the page on which it is done."""

    count: int
    words: str
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    urgent: bool = False


@dataclass(frozen=True)
class Step:
    """One step of a new event: what to do, whether it is done, and where."""

    words: str
    why: str
    done: bool
    endpoint: str


def tasks_of(ctx: Context, event: Event, permissions: frozenset[Permission]) -> list[Task]:
    """Return what waits for people with these permissions, the urgent first."""
    tasks: list[Task] = []
    if Permission.MAIL_VIEW in permissions:
        failed = count_failed_mail(ctx, event)
        words = ngettext("mail could not be delivered", "mails could not be delivered", failed)
        tasks.append(Task(failed, words, "mail_desk.listing", {"state": "failed"}, urgent=True))
    if Permission.REGISTRATIONS_VIEW in permissions:
        waiting = registrations.count_to_decide(ctx, event)
        words = ngettext("registration to decide", "registrations to decide", waiting)
        tasks.append(Task(waiting, words, "registrations_desk.list_all", {"state": "submitted"}))
        changed = registrations.count_changed(ctx, event)
        words = ngettext(
            "registration changed since your decision", "registrations changed since your decision", changed
        )
        tasks.append(Task(changed, words, "registrations_desk.list_all", {"state": "all", "changed": "1"}))
    if Permission.INVITATIONS_VIEW in permissions:
        tasks += _invitation_tasks(ctx, event)
    if Permission.PERSONAL_DATA in permissions:
        tasks.append(_erasure_task(ctx, event))
    if Permission.AGENDA_RELEASE in permissions:
        tasks += _notices(ctx, event)
    if Permission.NOTES_CHECK in permissions:
        handed_in = session_notes.count_to_read(ctx, event)
        words = ngettext("session’s notes to read", "sessions’ notes to read", handed_in)
        tasks.append(Task(handed_in, words, "notes_sessions.index"))
    if Permission.NOTES_WRITE in permissions:
        returned = session_notes.count_returned_to_me(ctx, event)
        words = ngettext("of your notes came back with remarks", "of your notes came back with remarks", returned)
        tasks.append(Task(returned, words, "notes_sessions.index", urgent=True))
    if Permission.NOTES_READ in permissions:
        answers = attribution.count_to_act_on(ctx, event)
        words = ngettext("answer about a quote to act on", "answers about quotes to act on", answers)
        tasks.append(Task(answers, words, "notes_attribution.quotes"))
    if Permission.NOTES_VIEW in permissions:
        summaries = notes.count_waiting(ctx, event)
        words = ngettext("summary to finish", "summaries to finish", summaries)
        tasks.append(Task(summaries, words, "notes_desk.index"))
    if Permission.NOTES_MODERATE in permissions:
        said = comments.count_to_moderate(ctx, event)
        words = ngettext("comment to look at or to answer", "comments to look at or to answer", said)
        tasks.append(Task(said, words, "notes_comments.index"))
        shared = resources.count_proposed(ctx, event)
        words = ngettext("resource to look at", "resources to look at", shared)
        tasks.append(Task(shared, words, "notes_resources.index"))
        decided = comments.count_unanswered(ctx, event) - said
        words = ngettext("answer to a comment to release", "answers to comments to release", decided)
        tasks.append(Task(decided, words, "notes_comments.release"))
    if Permission.EVENT_EDIT in permissions and event.state is not EventState.DRAFT:
        found = completeness_of(event)
        gap = found.wanted - found.there
        words = ngettext("text to translate", "texts to translate", gap)
        tasks.append(Task(gap, words, "events_desk.completeness"))
    return sorted((task for task in tasks if task.count), key=lambda task: not task.urgent)


def _notices(ctx: Context, event: Event) -> list[Task]:
    waiting = notices.find_waiting(ctx, event)
    if waiting is None:
        return []
    number = waiting.release.number
    words = ngettext(
        "person not told yet of release %(number)d",
        "people not told yet of release %(number)d",
        waiting.people,
        number=number,
    )
    return [Task(waiting.people, words, "agenda_notices.look", {"number": number}, urgent=True)]


def _invitation_tasks(ctx: Context, event: Event) -> list[Task]:
    counts = invitations.count_by_state(ctx, event)
    drafts, sent = counts[InvitationState.DRAFT], counts[InvitationState.SENT]
    expiring = count_expiring_invitations(ctx, event)
    proposals = invitations.count_proposals(ctx, event)
    interest = invitations.count_open_interest(ctx, event)
    return [
        Task(
            interest,
            ngettext("expression of interest to answer", "expressions of interest to answer", interest),
            "interest_desk.interest_list",
        ),
        Task(
            expiring,
            ngettext("invitation expires within two days", "invitations expire within two days", expiring),
            "invitations_desk.invitation_list",
            {"state": InvitationState.SENT.value},
            urgent=True,
        ),
        Task(
            proposals,
            ngettext("proposed colleague to invite or decline", "proposed colleagues to invite or decline", proposals),
            "invitations_desk.invitation_list",
            {"state": InvitationState.DRAFT.value, "proposed": 1},
        ),
        Task(
            drafts,
            ngettext("invitation to send", "invitations to send", drafts),
            "invitations_desk.invitation_list",
            {"state": InvitationState.DRAFT.value},
        ),
        Task(
            sent,
            ngettext("invitation without an answer", "invitations without an answer", sent),
            "invitations_desk.invitation_list",
            {"state": InvitationState.SENT.value},
        ),
    ]


def _erasure_task(ctx: Context, event: Event) -> Task:
    """Return the people who ask to be erased; the law gives a month, the last week of it is urgent."""
    number, until = personal_data.count_open(ctx, event), personal_data.next_deadline(ctx, event)
    day = short_day_in_words(to_wall(until, event.timezone).date(), ctx.language) if until is not None else ""
    words = ngettext(
        "request to erase data, by %(day)s", "requests to erase data, the first by %(day)s", number, day=day
    )
    urgent = until is not None and until - ctx.now < timedelta(days=7)
    return Task(number, words, "personal_data_desk.overview", urgent=urgent)


def first_steps(ctx: Context, event: Event) -> list[Step]:
    """Return what makes a new event ready, in order; an event that is public and has invited people needs none."""
    counts = invitations.count_by_state(ctx, event)
    invited = sum(counts.values()) - counts[InvitationState.DRAFT]
    published = event.state is not EventState.DRAFT
    if published and invited:
        return []
    missing = {gap.page for gap in gaps_of(event)}
    return [
        Step(_("Write the texts"), _("Title, summary, where it is."), "texts" not in missing, "events_desk.texts"),
        Step(
            _("Say what the rules are"),
            _("When one may book travel, and what happens to people’s data."),
            "rules" not in missing,
            "events_desk.rules",
        ),
        Step(_("Name who organises it"), _("Institutions and their logos."), bool(event.institutions), "institutions"),
        Step(
            _("Say who takes part"),
            _("Categories of participants, with or without quotas."),
            bool(event.categories),
            "categories",
        ),
        Step(_("Number the themes"), _("What the exchange is about."), bool(event.themes), "themes"),
        Step(
            _("Plan the agenda"),
            _("Days and sessions; names can follow."),
            agenda.count_draft_sessions(ctx, event) > 0,
            "agenda_desk.draft",
        ),
        Step(
            _("Publish the event"), _("From then on its page can be read by everybody."), published, "events_desk.state"
        ),
        Step(_("Invite people"), _("One by one, or from a list."), invited > 0, "invitations_desk.invitation_list"),
    ]
