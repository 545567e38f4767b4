"""The navigation of an event's public pages and the rail of the desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.agenda import queries as agenda
from eventapp.agenda.live import queries as live
from eventapp.core.access import Permission, Requires, declared_access
from eventapp.core.context import Context
from eventapp.core.page_cache import PageCache
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.invitations import interests
from eventapp.invitations import queries as invitations
from eventapp.mail import queries as mail
from eventapp.notes import queries as notes
from eventapp.notes.resources import queries as resources
from eventapp.notes.states import PublicationKind
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data import queries as personal_data
from eventapp.sponsorship.tabs import BLUEPRINTS as SPONSORSHIP
from eventapp.sponsorship.tabs import OWN_WORK, TABS

Count = Callable[[Context, Event], int]


@dataclass(frozen=True)
class RailItem:
    """One line of the rail."""

    url: str
    label: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class RailEntry:
    """What the rail may show: where it leads, who sees it, and how many wait there.

    Without a permission it leads to somebody's own work in sponsorship, or to the first tab that their role opens.
    """

    endpoint: str
    label: LazyString
    permission: Permission | None
    waiting: Count | None = None
    also: tuple[str, ...] = ()  # other blueprints and pages that belong to the entry

    def leads_to(self, permissions: Collection[Permission]) -> str | None:
        """Return the page that somebody with the permissions comes to, or None if the entry is not for them."""
        if self.permission is None:
            pages = {blueprint: page for _label, page, whole in _open_tabs(permissions) for blueprint in whole}
            own = (pages[blueprint] for allowed, blueprint in OWN_WORK if allowed in permissions and blueprint in pages)
            return next(own, next(iter(pages.values()), None))
        return self.endpoint if self.permission in permissions else None


RAIL: tuple[RailEntry, ...] = (
    RailEntry("desk.overview", _l("Overview"), Permission.DESK_VIEW),
    RailEntry(
        "registrations_desk.list_all",
        _l("Registrations"),
        Permission.REGISTRATIONS_VIEW,
        waiting=registrations.count_to_decide,
        also=(
            "registrations_bulk",
            "suggestion",
            "late_registrations",
            "participants",
            "printing",
            "questions_desk",
            "questions_preview",
            "waitlist_desk",
        ),
    ),
    RailEntry(
        "invitations_desk.invitation_list",
        _l("Invitations"),
        Permission.INVITATIONS_VIEW,
        waiting=invitations.count_unanswered,
    ),
    RailEntry(
        "interest_desk.interest_list",
        _l("Interest"),
        Permission.INVITATIONS_VIEW,
        waiting=invitations.count_open_interest,
    ),
    RailEntry("check_in_desk.door", _l("Check-in"), Permission.REGISTRATIONS_CHECK_IN),
    RailEntry("", _l("Sponsorship"), None, also=SPONSORSHIP),
    RailEntry(
        "agenda_desk.draft",
        _l("Agenda"),
        Permission.AGENDA_VIEW,
        also=(
            "agenda_editing",
            "agenda_import",
            "agenda_notices",
            "agenda_releases",
            "agenda_signs",
            "live_desk",
            "materials_desk",
            "sign_ups",
        ),
    ),
    RailEntry(
        "notes_desk.index",
        _l("Notes"),
        Permission.NOTES_VIEW,
        waiting=notes.count_waiting,
        also=(
            "notes_attribution",
            "notes_check",
            "notes_comments",
            "notes_follow_up",
            "notes_ideas",
            "notes_publishing",
            "notes_read_out",
            "notes_resources",
            "notes_revisions",
            "notes_sessions",
            "notes_translating",
            "notes_writing",
            "notes_xliff",
        ),
    ),
    RailEntry("reports.balance", _l("Reports"), Permission.REPORTS_VIEW),
    RailEntry(
        "mail_desk.listing",
        _l("Mail"),
        Permission.MAIL_VIEW,
        waiting=lambda ctx, event: mail.count_failed(ctx, event.id),
    ),
    RailEntry("events_people.listing", _l("People"), Permission.PEOPLE_MANAGE),
    RailEntry("events_desk.basics", _l("Settings"), Permission.EVENT_EDIT, also=("events_parts",)),
    RailEntry(
        "personal_data_desk.overview",
        _l("Personal data"),
        Permission.PERSONAL_DATA,
        waiting=personal_data.count_open,
    ),
    RailEntry("desk.audit", _l("Audit"), Permission.AUDIT_VIEW),
)


@dataclass(frozen=True)
class NavEntry:
    """A public page of every event, shown when there is something on it."""

    endpoint: str
    label: LazyString
    shown: Callable[[Context, Event], bool]
    by_clock: bool = False  # or by the event's public version alone
    to_invitees: bool = True  # whether somebody who was invited has any use for it


def _has_read_out(ctx: Context, event: Event) -> bool:
    return notes.has_published(ctx, event, PublicationKind.READ_OUT)


EVENT_NAV: tuple[NavEntry, ...] = (
    NavEntry("agenda.agenda", _l("Agenda"), agenda.has_release),
    NavEntry("live.now", _l("Now"), live.is_on_today, by_clock=True),
    NavEntry("notes.summaries", _l("Summaries"), notes.has_published),
    NavEntry("read_out.page", _l("Read-out"), _has_read_out),
    NavEntry("resources.index", _l("Resources"), resources.has_published),
    NavEntry("invitations.interest", _l("I would like to come"), interests.is_open, by_clock=True, to_invitees=False),
)


def rail() -> list[RailItem]:
    """Return the lines that the signed-in person's role shows in the current event."""
    event, permissions = g.get("event"), g.get("permissions", frozenset())
    if event is None:
        return []
    ctx = reading()
    blueprint = (request.endpoint or "").partition(".")[0]
    return [
        RailItem(
            url=url_for(endpoint, event=event.slug),
            label=str(entry.label),
            count=entry.waiting(ctx, event) if entry.waiting else None,
            current=_is_current(entry.endpoint, blueprint) or bool({request.endpoint, blueprint} & {*entry.also}),
        )
        for entry in RAIL
        if (endpoint := entry.leads_to(permissions)) is not None
    ]


def sponsorship_tabs() -> list[tuple[str, str, bool]]:
    """Return `(url, label, is current)` of the tabs of sponsorship that the signed-in person's role opens."""
    event = g.get("event")
    if event is None:
        return []
    blueprint = (request.endpoint or "").partition(".")[0]
    return [
        (url_for(page, event=event.slug), label, request.endpoint == page or blueprint in whole)
        for label, page, whole in _open_tabs(g.get("permissions", frozenset()))
    ]


def _open_tabs(permissions: Collection[Permission]) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield label, page and blueprints of the tabs that the permissions open."""
    for tab in TABS:
        pages = (page for wanted in tab.pages for page, permission in _pages(wanted) if permission in permissions)
        page = next(pages, None)
        if page is not None:
            yield str(tab.label), page, tab.pages


def _pages(wanted: str) -> Sequence[tuple[str, Permission]]:
    """Return the pages of a blueprint that need nothing but the event, or the one page named, with who opens each."""
    known: dict[str, list[tuple[str, Permission]]] = current_app.extensions.setdefault("sponsorship_pages", {})
    if wanted not in known:
        known[wanted] = [
            (rule.endpoint, access.permission)
            for rule in current_app.url_map.iter_rules()
            if wanted in {rule.endpoint, rule.endpoint.partition(".")[0]}
            and "GET" in (rule.methods or ())
            and rule.arguments == {"event"}
            and isinstance(access := declared_access(current_app.view_functions[rule.endpoint]), Requires)
        ]
    return known[wanted]


def event_nav() -> list[tuple[str, str, bool]]:
    """Return `(url, label, is current)` of the public pages of the current event."""
    event = g.get("event")
    if event is None:
        return []
    ctx = reading()
    return [
        (url_for(entry.endpoint, event=event.slug), str(entry.label), request.endpoint == entry.endpoint)
        for entry in EVENT_NAV
        if _is_shown(entry, ctx, event)
    ]


def _is_shown(entry: NavEntry, ctx: Context, event: Event) -> bool:
    if "invitation" in g and not entry.to_invitees:
        return False
    if entry.by_clock:
        return entry.shown(ctx, event)
    cache: PageCache = current_app.extensions["page_cache"]
    return cache.known((entry.endpoint, event.id, event.public_version), lambda: entry.shown(ctx, event))


def _is_current(endpoint: str, blueprint: str) -> bool:
    return request.endpoint == endpoint or (blueprint != "desk" and endpoint.startswith(f"{blueprint}."))
