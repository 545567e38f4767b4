"""The words people read for the states, roles and choices of an event."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.access import Role
from eventapp.events.states import Accent, AttributionRule, EventState, InstitutionKind

STATE: Mapping[EventState, LazyString] = {
    EventState.DRAFT: _l("Draft"),
    EventState.PUBLISHED: _l("Published"),
    EventState.CLOSED: _l("Closed"),
    EventState.ARCHIVED: _l("Archived"),
    EventState.CANCELLED: _l("Cancelled"),
}

TONE: Mapping[EventState, str] = {
    EventState.DRAFT: "wait",
    EventState.PUBLISHED: "good",
    EventState.CLOSED: "quiet",
    EventState.ARCHIVED: "quiet",
    EventState.CANCELLED: "stop",
}

KIND: Mapping[InstitutionKind, LazyString] = {
    InstitutionKind.ORGANISER: _l("Organising institution"),
    InstitutionKind.PARTNER: _l("Partner"),
}

ATTRIBUTION: Mapping[AttributionRule, LazyString] = {
    AttributionRule.CHATHAM_HOUSE: _l("Chatham House Rule: nobody is named in what is published"),
    AttributionRule.CONSENTED: _l("Named with consent: people are named if they agree each time"),
    AttributionRule.ON_THE_RECORD: _l("On the record: speakers are named"),
}

ACCENT: Mapping[Accent, LazyString] = {
    Accent.TEAL: _l("Teal"),
    Accent.INDIGO: _l("Indigo"),
    Accent.PLUM: _l("Plum"),
    Accent.BRICK: _l("Brick"),
    Accent.FOREST: _l("Forest"),
    Accent.OCEAN: _l("Ocean"),
    Accent.OCHRE: _l("Ochre"),
    Accent.SLATE: _l("Slate"),
}

ROLE: Mapping[Role, LazyString] = {
    Role.OWNER: _l("Owner"),
    Role.ORGANISER: _l("Organiser"),
    Role.REVIEWER: _l("Reviewer"),
    Role.COORDINATOR: _l("Sponsorship coordinator"),
    Role.BUDGET_HOLDER: _l("Budget holder"),
    Role.FINANCE: _l("Finance"),
    Role.OFFICER: _l("Letter officer"),
    Role.RAPPORTEUR: _l("Rapporteur"),
    Role.CHAIR: _l("Chair"),
    Role.TRANSLATOR: _l("Translator"),
    Role.DESK: _l("Welcome desk"),
    Role.OBSERVER: _l("Observer"),
}

ROLE_MEANING: Mapping[Role, LazyString] = {
    Role.OWNER: _l("Does everything an organiser does, and decides who else has a role."),
    Role.ORGANISER: _l("Edits and publishes the event, invites people, decides on registrations, releases the agenda."),
    Role.REVIEWER: _l("Sees the overview and the agenda, and scores requests for sponsorship."),
    Role.COORDINATOR: _l("Sees the registrations, sets up funds, and proposes and releases sponsorship."),
    Role.BUDGET_HOLDER: _l("Sees what is spent on sponsorship, and authorises payments."),
    Role.FINANCE: _l("Checks receipts, pays and takes refunds; may read bank data."),
    Role.OFFICER: _l("Issues letters for visas and support; may read passport data."),
    Role.RAPPORTEUR: _l("Sees the agenda, writes notes and day summaries, and publishes them."),
    Role.CHAIR: _l("Reads what rapporteurs hand in, sends it back or approves it."),
    Role.TRANSLATOR: _l("Translates what will be published, paragraph by paragraph."),
    Role.DESK: _l("Sees the agenda and the registrations, to welcome people at the door."),
    Role.OBSERVER: _l("Reads agenda, registrations and invitations, and changes nothing."),
}

FIELD: Mapping[str, LazyString] = {
    "slug": _l("Web address"),
    "title": _l("Title"),
    "summary": _l("Summary"),
    "description": _l("Description"),
    "place": _l("Town"),
    "venue": _l("Venue"),
    "timezone": _l("Time zone"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "languages": _l("Languages"),
    "accent": _l("Colour"),
    "contact_email": _l("Contact address"),
    "capacity_in_person": _l("Seats in person"),
    "capacity_remote": _l("Seats remote"),
    "registration_opens_at": _l("Registration opens"),
    "registration_closes_at": _l("Registration closes"),
    "decisions_by": _l("Answers promised by"),
    "offer_days": _l("Days to answer an offered seat"),
    "sponsorship_opens_at": _l("Requests for sponsorship open"),
    "sponsorship_closes_at": _l("Requests for sponsorship close"),
    "travel_rule": _l("Travel rule"),
    "privacy_notice": _l("Privacy notice"),
    "retention_days": _l("Days until data is deleted"),
    "attribution_rule": _l("Who may be named"),
    "kind": _l("Kind"),
    "name": _l("Name"),
    "text": _l("Text"),
    "url": _l("Website"),
    "logo": _l("Logo"),
    "working_group_url": _l("Working group"),
    "quota": _l("Seats at most"),
    "reserved": _l("Seats kept free"),
    "directions": _l("How to find it"),
    "capacity": _l("Seats"),
    "position": _l("Order"),
    "number": _l("Number"),
    "institutions": _l("Organising institution"),
    "categories": _l("Category of participants"),
}
