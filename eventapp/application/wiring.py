"""Effects across rooms, in one table that reads "when … then …"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import current_app

from eventapp.accounts import queries as accounts
from eventapp.accounts import step_up
from eventapp.agenda import attachments, event_section
from eventapp.agenda import hooks as agenda_hooks
from eventapp.agenda import personal_data as speakers
from eventapp.agenda import queries as agenda
from eventapp.agenda import service as agenda_service
from eventapp.agenda.live import connection_section
from eventapp.agenda.live import service as live
from eventapp.agenda.materials import my_section
from eventapp.agenda.notices import attachments as changed_sessions
from eventapp.agenda.notices import queries as notice_queries
from eventapp.agenda.notices import service as notices
from eventapp.agenda.signup import attachments as session_entries
from eventapp.agenda.signup import feeds
from eventapp.agenda.signup import personal_data as own_agenda
from eventapp.agenda.signup import queries as sign_up_queries
from eventapp.agenda.signup import service as sign_ups
from eventapp.application import mail_words
from eventapp.core.access import Permission
from eventapp.core.config import Settings
from eventapp.core.context import Context
from eventapp.core.documents import Documents
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events import hooks as events
from eventapp.events.models import Event
from eventapp.invitations import hooks as invitations
from eventapp.invitations import queries as invitation_queries
from eventapp.invitations.models import Invitation
from eventapp.mail import hooks as mail
from eventapp.notes.attribution import hooks as looked_through
from eventapp.notes.attribution import personal_data as quoted
from eventapp.notes.attribution import queries as consents
from eventapp.notes.comments import my_section as comments_section
from eventapp.notes.comments import personal_data as commented
from eventapp.notes.followup import my_section as take_home_section
from eventapp.notes.followup import personal_data as taken_home
from eventapp.notes.followup import queries as follow_ups
from eventapp.notes.followup import report_section
from eventapp.notes.ideas import my_section as ideas_section
from eventapp.notes.ideas import personal_data as ideas
from eventapp.notes.publishing import hooks as publishing
from eventapp.notes.publishing import prospects
from eventapp.notes.publishing.event_section import latest_summary
from eventapp.notes.readout import event_section as read_out_section
from eventapp.notes.readout import gathering, refusals
from eventapp.notes.readout import personal_data as read_out_people
from eventapp.notes.resources import my_section as resources_section
from eventapp.notes.resources import personal_data as shared
from eventapp.notes.session_notes import personal_data as noted
from eventapp.notes.states import PublicationKind
from eventapp.registrations import hooks as participants
from eventapp.registrations import progress as participation
from eventapp.registrations import queries as registrations
from eventapp.registrations import service as registering
from eventapp.registrations import waitlist
from eventapp.registrations import words as participant_words
from eventapp.registrations.again import state_in_words
from eventapp.registrations.personal_data import hooks as held_about_people
from eventapp.registrations.personal_data import privacy_section
from eventapp.registrations.personal_data import queries as personal_data
from eventapp.registrations.printing import queries as printing
from eventapp.registrations.printing.attachments import badge_code_picture
from eventapp.registrations.questions import completeness as question_texts
from eventapp.registrations.questions import service as own_questions
from eventapp.registrations.rules import Window
from eventapp.registrations.states import ENDED, Mode, State
from eventapp.sponsorship import confidential
from eventapp.sponsorship import personal_data as sponsored
from eventapp.sponsorship import sections as sponsorship_pages
from eventapp.sponsorship.asking import my_section as support_section
from eventapp.sponsorship.asking import service as asking
from eventapp.sponsorship.deciding import hooks as decisions
from eventapp.sponsorship.deciding import sections as decision_section
from eventapp.sponsorship.deciding import service as deciding
from eventapp.sponsorship.letters import my_section as letter_section
from eventapp.sponsorship.review import duties
from eventapp.sponsorship.sensitive import sections as sealed_section
from eventapp.sponsorship.spending import my_section as money_section
from eventapp.sponsorship.spending.authorisers import authorised_by, booked_by
from eventapp.sponsorship.spending.queries import booked_for


def wire() -> None:
    """Fill the hook lists that lower rooms declare with what higher rooms do."""
    # when the event's public page is made, then these rooms each fill a part of it, in this order
    events.PAGE_SECTIONS[:] = [event_section.preview, read_out_section.issued, latest_summary]
    _wire_publishing()
    # when the privacy page is made, then it says what is kept for how long
    events.PRIVACY_SECTIONS[:] = [privacy_section.kept]
    # when people are counted, then those who were erased count among them
    participants.counted_before[:] = [personal_data.list_anonymous_groups]
    # when the days or the zone of an event change, then the agenda says how many sessions that touches
    events.planned_sessions[:] = [agenda.count_draft_sessions]
    # when the places of an event are edited, then the settings show how many are taken
    events.SEATS_TAKEN[:] = [_seats_taken]
    # when the settings give more seats than before, then they are offered to the waiting list
    events.seats_raised[:] = [waitlist.seats_raised]
    # when registration is open again, then what became free meanwhile is offered to the waiting list
    events.REGISTRATION_OPEN[:] = [_registration_is_open]
    events.registration_opened[:] = [waitlist.registration_opened]
    # when the event's languages change, then the organisers' own questions fall back in the new order too;
    # when its texts are counted, then theirs are as well
    events.languages_changed[:] = [own_questions.put_languages_in_order]
    events.MORE_TEXTS[:] = [question_texts.for_the_settings]
    # when somebody takes their data along, or is erased, then their own agenda, where they speak and their request for
    # support are part of it
    held_about_people.held[:] = [
        own_agenda.held,
        speakers.held,
        sponsored.held,
        commented.held,
        taken_home.held,
        noted.held,
        _ideas_held,
        shared.held,
        quoted.held,
    ]
    held_about_people.erased[:] = [
        own_agenda.erase,
        speakers.erase,
        notices.erase,
        sponsored.erase,
        commented.erase,
        read_out_people.erase,  # which looks at what is left of the comments
        taken_home.erase,
        noted.erase,
        _erase_ideas,
        shared.erase,
        quoted.erase,
    ]
    held_about_people.audited[:] = [
        *own_agenda.AUDITED,
        *sponsored.AUDITED,
        *taken_home.AUDITED,
        *shared.AUDITED,
        *quoted.AUDITED,
    ]
    # when an event is cancelled, then a last release cancels every session, so that calendars learn it,
    # and everybody with a place, the hope of one, or a part in a session is told just that, not of earlier releases;
    # entries of sessions are taken back; what was promised for travel is cancelled and free again;
    # the page before says how many are told
    events.cancelled[:] = [_cancel_agenda, registering.tell_event_cancelled, deciding.end_with_event]
    participants.files_with_cancellation[:] = [notices.entries_with_cancellation]
    events.told_of_cancellation[:] = [_registrations_alive, notice_queries.count_expected]
    # when an invitation is shown or answered, then registrations say where the participation behind it stands
    invitations.PARTICIPATION_STATUS[:] = [participation.status_of]
    invitations.registered[:] = [registrations.is_registered]
    invitations.confirmed[:] = [_is_confirmed]
    # when it is shown who was proposed instead of whom, then registrations say how each of them stands
    invitations.participations[:] = [_participations]
    # when an invitation is revoked, then the registration that answered it ends
    invitations.revoked[:] = [registering.end_with_invitation]
    # when somebody gets a new personal link, then the calendar address made behind the old one ends with it
    invitations.reissued[:] = [_end_calendar]
    # when there is an agenda, then confirmed participants are led to it
    participants.has_programme[:] = [agenda.has_release]
    # when the event is over, then those who were there are led to their certificate
    participants.certificate_ready[:] = [printing.may_have_certificate]
    # when somebody looks at their participation, then these rooms each fill a part of the page, in this order
    participants.MY_SECTIONS[:] = [
        take_home_section.take_home,
        connection_section.connection,
        support_section.sponsorship,
        my_section.materials,
        comments_section.comments,
        ideas_section.ideas,
        resources_section.resources,
    ]
    # when staff look at the report, then these rooms each add a part
    participants.REPORT_SECTIONS[:] = [report_section.follow_up]
    # when somebody looks at their request for support, then these parts of sponsorship each fill a part of the page
    sponsorship_pages.MY_SECTIONS[:] = [money_section.mine, sealed_section.mine, letter_section.mine]
    # when staff look at a request, then these parts of sponsorship each fill a part of the page, in this order
    sponsorship_pages.DETAIL_SECTIONS[:] = [decision_section.decision, money_section.at_the_desk]
    # when a registration ends or its mode changes, then places in sessions are freed; the calendar feed ends with it;
    # entries of sessions that the person was only told about are taken back; support that was asked for ends
    participants.ended[:] = [
        sign_ups.end_with_registration,
        notices.follow_registration,
        asking.end_with_registration,
    ]
    participants.mode_changed[:] = [sign_ups.follow_mode, notices.follow_registration]
    participants.mode_chosen[:] = [asking.follow_mode]
    # when the agenda is released, then places that it adds go to the waiting lists of sessions, how late sessions run
    # is kept unless it moves them to another time, and whose own sessions changed is noted, for somebody to look over
    agenda_hooks.released[:] = [sign_ups.follow_release, live.keep_delays, notices.note_release]
    # when organisers look the draft over, then they are warned where more people signed up than there are places
    agenda_hooks.signed_up[:] = [_signed_up_in_person]
    # when somebody scores, offers, authorises or pays, then spending says who authorised before
    duties.AUTHORISED_BY[:] = [authorised_by]
    duties.BOOKED_BY[:] = [booked_by]
    # when support ends, then what is booked stays promised, for it is owed all the same
    decisions.BOOKED_FOR[:] = [booked_for]
    # when a mail is delivered, then these rooms give the version of its links, its secrets and its files
    mail.LINK_VERSIONS.update(
        {
            Purpose.SIGN_IN: accounts.sign_in_version,
            Purpose.PARTICIPATION: invitation_queries.link_version,
            Purpose.NO_REMINDERS: invitation_queries.link_version,
            Purpose.INTEREST: invitation_queries.interest_link_version,
            Purpose.FOLLOW_UP: follow_ups.link_version,
            Purpose.QUOTE: consents.link_version,
        }
    )
    mail.SECRETS.update(sign_in_code=accounts.sign_in_code, step_up_code=step_up.step_up_code)
    mail.ATTACHMENT_MAKERS["agenda.changed_session"] = _changed_session
    mail.ATTACHMENT_MAKERS["agenda.confirmation_calendar"] = _confirmation_calendar
    mail.ATTACHMENT_MAKERS["agenda.cancellation_calendar"] = _cancellation_calendar
    mail.ATTACHMENT_MAKERS["agenda.programme_pdf"] = _programme_pdf
    mail.ATTACHMENT_MAKERS["registrations.badge_code"] = badge_code_picture
    mail.ATTACHMENT_MAKERS["agenda.session_entry"] = _session_entry
    mail.ATTACHMENT_MAKERS["agenda.session_cancellation"] = _session_cancellation
    # when the desk shows a mail on support, then kind and state alone, but to those who may read the request
    mail.CONFIDENTIAL[confidential.MAILS] = confidential.readable_mails
    # when the desk shows a mail, then these are the words for its kind and its files
    mail.KIND_WORDS.update(mail_words.KIND)
    mail.ATTACHMENT_WORDS.update(mail_words.ATTACHMENT)


def _ideas_held(ctx: Context, invitation: Invitation) -> held_about_people.HeldElsewhere | None:
    keys: LinkKeys = current_app.extensions["link_keys"]
    return ideas.held(ctx, invitation, keys.keys)


def _erase_ideas(ctx: Context, person: held_about_people.Person) -> None:
    keys: LinkKeys = current_app.extensions["link_keys"]
    ideas.erase(ctx, person, keys.keys)


def _cancel_agenda(ctx: Context, event: Event) -> None:
    last = agenda.find_latest(ctx, event)
    notices.call_back(ctx, event)
    agenda_service.release_cancellation(ctx, event)
    if last is not None:
        notices.tell_event_cancelled(ctx, event, last)


def _confirmation_calendar(ctx: Context, arguments: Mapping[str, Any]) -> mail.Attachment | None:
    settings: Settings = current_app.extensions["settings"]
    return attachments.confirmation_calendar(ctx, arguments, base_url=settings.base_url)


def _cancellation_calendar(ctx: Context, arguments: Mapping[str, Any]) -> mail.Attachment | None:
    settings: Settings = current_app.extensions["settings"]
    return attachments.cancellation_calendar(ctx, arguments, base_url=settings.base_url)


def _changed_session(ctx: Context, arguments: Mapping[str, Any]) -> mail.Attachment | None:
    settings: Settings = current_app.extensions["settings"]
    return changed_sessions.changed_session(ctx, arguments, base_url=settings.base_url)


def _programme_pdf(ctx: Context, arguments: Mapping[str, Any]) -> mail.Attachment | None:
    documents: Documents = current_app.extensions["documents"]
    return attachments.programme_pdf(ctx, arguments, templates=current_app.jinja_env, documents=documents)


def _end_calendar(ctx: Context, invitation: Invitation) -> None:
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is not None:
        feeds.end(ctx, registration)


def _signed_up_in_person(ctx: Context, event: Event) -> Mapping[int, int]:
    return sign_up_queries.count_chosen(ctx, event.id, Mode.IN_PERSON)


def _participations(ctx: Context, invitation_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    return {
        each.invitation_id: (participant_words.TONE[each.state], str(state_in_words(each)))
        for each in registrations.list_behind(ctx, invitation_ids)
    }


def _session_entry(ctx: Context, arguments: Mapping[str, Any]) -> mail.Attachment | None:
    settings: Settings = current_app.extensions["settings"]
    return session_entries.session_entry(ctx, arguments, base_url=settings.base_url)


def _session_cancellation(ctx: Context, arguments: Mapping[str, Any]) -> mail.Attachment | None:
    settings: Settings = current_app.extensions["settings"]
    return session_entries.session_cancellation(ctx, arguments, base_url=settings.base_url)


def _is_confirmed(ctx: Context, invitation: Invitation) -> bool:
    registration = registrations.find_registration(ctx, invitation.id)
    return registration is not None and registration.state is State.APPROVED


def _registration_is_open(ctx: Context, event: Event) -> bool:
    return registrations.registration_window(ctx, event) is Window.OPEN


def _wire_publishing() -> None:
    """Say what the rooms of the notes do when a text is published."""
    # when the read-out is issued, then its edition holds more than words, no comment is without its answer, and no
    # summary in it names who is protected by now
    publishing.EXTRAS.update({PublicationKind.READ_OUT: gathering.extra})
    publishing.REFUSALS[:] = [refusals.refuse_unanswered, refusals.refuse_names]
    # when names are looked for in a text, then also in what people wrote beside it
    looked_through.BESIDE[:] = [prospects.beside]
    # when the desk shows a mail that tells who wrote an unsigned comment, or which idea somebody took home, then its
    # kind and state alone, to whomever
    for kind in ("notes/answers_released", "notes/take_home_followed_up"):
        mail.CONFIDENTIAL[kind] = _readable_to_nobody
    # when a mail tells of a text, then it leads to the page of its kind
    publishing.PAGES.update(
        {PublicationKind.READ_OUT: "read_out.page", PublicationKind.GUIDELINES: "read_out.guidelines"}
    )


def _readable_to_nobody(_ctx: Context, _event_id: int, _permissions: Collection[Permission]) -> Collection[str]:
    return ()


def _seats_taken(ctx: Context, event: Event) -> events.SeatsTaken:
    modes = {row.mode: row.taken + row.held for row in registrations.seat_overview(ctx, event) if not row.category_id}
    return events.SeatsTaken(in_person=modes[Mode.IN_PERSON], remote=modes[Mode.REMOTE])


def _registrations_alive(ctx: Context, event: Event) -> int:
    counts = registrations.count_by_state(ctx, event)
    return sum(count for state, count in counts.items() if state not in ENDED)
