"""Every blueprint of the house; the only importer of routes."""

from __future__ import annotations

from flask import Blueprint

from eventapp.accounts.routes import bp as accounts
from eventapp.agenda.desk_routes import bp as agenda_desk
from eventapp.agenda.editing.desk_routes import bp as agenda_editing
from eventapp.agenda.exchange.desk_routes import bp as agenda_import
from eventapp.agenda.exchange.routes import bp as agenda_exchange
from eventapp.agenda.live.desk_routes import bp as live_desk
from eventapp.agenda.live.routes import bp as live
from eventapp.agenda.materials.desk_routes import bp as materials_desk
from eventapp.agenda.materials.routes import bp as materials
from eventapp.agenda.notices.desk_routes import bp as agenda_notices
from eventapp.agenda.release_routes import bp as agenda_releases
from eventapp.agenda.routes import bp as agenda
from eventapp.agenda.sheets.desk_routes import bp as agenda_signs
from eventapp.agenda.sheets.routes import bp as agenda_sheets
from eventapp.agenda.signup.desk_routes import bp as sign_ups
from eventapp.agenda.signup.routes import bp as my_agenda
from eventapp.demo.mailbox_routes import bp as demo_mailbox
from eventapp.demo.routes import bp as demo
from eventapp.desk.routes import bp as desk
from eventapp.events.desk_routes import bp as events_desk
from eventapp.events.parts_routes import bp as events_parts
from eventapp.events.people_routes import bp as events_people
from eventapp.events.routes import bp as events
from eventapp.invitations.desk_routes import bp as invitations_desk
from eventapp.invitations.interest_routes import bp as interest_desk
from eventapp.invitations.proposal_routes import bp as proposals_desk
from eventapp.invitations.routes import bp as invitations
from eventapp.mail.desk_routes import bp as mail_desk
from eventapp.notes.attribution.desk_routes import bp as notes_attribution
from eventapp.notes.attribution.routes import bp as quotes
from eventapp.notes.comments.desk_routes import bp as notes_comments
from eventapp.notes.comments.my_routes import bp as my_comments
from eventapp.notes.comments.routes import bp as comments
from eventapp.notes.desk_routes import bp as notes_desk
from eventapp.notes.followup.desk_routes import bp as notes_follow_up
from eventapp.notes.followup.my_routes import bp as my_follow_up
from eventapp.notes.followup.routes import bp as follow_up
from eventapp.notes.ideas.desk_routes import bp as notes_ideas
from eventapp.notes.ideas.routes import bp as ideas
from eventapp.notes.publishing.desk_routes import bp as notes_publishing
from eventapp.notes.publishing.routes import bp as notes
from eventapp.notes.readout.desk_routes import bp as notes_read_out
from eventapp.notes.readout.routes import bp as read_out
from eventapp.notes.resources.desk_routes import bp as notes_resources
from eventapp.notes.resources.my_routes import bp as my_resources
from eventapp.notes.resources.routes import bp as resources
from eventapp.notes.session_notes.autosave_routes import bp as notes_autosave
from eventapp.notes.session_notes.check_routes import bp as notes_check
from eventapp.notes.session_notes.desk_routes import bp as notes_sessions
from eventapp.notes.translating.desk_routes import bp as notes_translating
from eventapp.notes.translating.file_routes import bp as notes_xliff
from eventapp.notes.writing.desk_routes import bp as notes_writing
from eventapp.notes.writing.revision_routes import bp as notes_revisions
from eventapp.registrations.bulk_routes import bp as registrations_bulk
from eventapp.registrations.checkin.desk_routes import bp as check_in_desk
from eventapp.registrations.checkin.scan_routes import bp as check_in_phone
from eventapp.registrations.desk_routes import bp as registrations_desk
from eventapp.registrations.exception_routes import bp as form_exceptions
from eventapp.registrations.export_routes import bp as participants
from eventapp.registrations.form_routes import bp as registration_form
from eventapp.registrations.late_routes import bp as late_registrations
from eventapp.registrations.own_answer_routes import bp as registration_answers
from eventapp.registrations.personal_data.desk_routes import bp as personal_data_desk
from eventapp.registrations.personal_data.routes import bp as personal_data
from eventapp.registrations.printing.desk_routes import bp as printing
from eventapp.registrations.printing.routes import bp as certificates
from eventapp.registrations.questions.desk_routes import bp as questions_desk
from eventapp.registrations.questions.preview_routes import bp as questions_preview
from eventapp.registrations.report_routes import bp as reports
from eventapp.registrations.routes import bp as registrations
from eventapp.registrations.suggestion_routes import bp as suggestion
from eventapp.registrations.waitlist_routes import bp as waitlist_desk
from eventapp.sponsorship.asking.claim_routes import bp as my_claims
from eventapp.sponsorship.asking.form_routes import bp as sponsorship_form
from eventapp.sponsorship.asking.routes import bp as my_sponsorship
from eventapp.sponsorship.deciding.routes import bp as sponsorship_decisions
from eventapp.sponsorship.desk_routes import bp as sponsorship_desk
from eventapp.sponsorship.funds.desk_routes import bp as sponsorship_funds
from eventapp.sponsorship.letters.desk_routes import bp as sponsorship_letters
from eventapp.sponsorship.letters.routes import bp as my_letters
from eventapp.sponsorship.reports.desk_routes import bp as sponsorship_reports
from eventapp.sponsorship.review.conflict_routes import bp as sponsorship_conflicts
from eventapp.sponsorship.review.desk_routes import bp as sponsorship_review
from eventapp.sponsorship.review.workplace_routes import bp as sponsorship_workplace
from eventapp.sponsorship.sensitive.desk_routes import bp as sponsorship_sensitive
from eventapp.sponsorship.sensitive.routes import bp as my_sensitive
from eventapp.sponsorship.spending.books_routes import bp as sponsorship_books
from eventapp.sponsorship.spending.desk_routes import bp as sponsorship_spending
from eventapp.sponsorship.spending.payment_routes import bp as sponsorship_payments
from eventapp.sponsorship.spending.stay_routes import bp as sponsorship_stay

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts,
    desk,
    mail_desk,
    events,
    events_desk,
    events_parts,
    events_people,
    invitations,
    invitations_desk,
    proposals_desk,
    interest_desk,
    registrations,
    registration_form,
    registrations_desk,
    registration_answers,
    registrations_bulk,
    suggestion,
    waitlist_desk,
    check_in_desk,
    check_in_phone,
    form_exceptions,
    participants,
    late_registrations,
    printing,
    certificates,
    reports,
    questions_desk,
    questions_preview,
    personal_data,
    personal_data_desk,
    agenda,
    agenda_exchange,
    materials,
    materials_desk,
    agenda_sheets,
    live,
    live_desk,
    my_agenda,
    sign_ups,
    agenda_desk,
    agenda_releases,
    agenda_notices,
    agenda_editing,
    agenda_import,
    agenda_signs,
    notes,
    notes_desk,
    notes_attribution,
    quotes,
    notes_sessions,
    notes_autosave,
    notes_check,
    comments,
    my_comments,
    notes_comments,
    follow_up,
    my_follow_up,
    notes_follow_up,
    notes_publishing,
    notes_read_out,
    read_out,
    notes_writing,
    notes_resources,
    my_resources,
    resources,
    notes_ideas,
    ideas,
    notes_translating,
    notes_xliff,
    notes_revisions,
    sponsorship_desk,
    sponsorship_review,
    sponsorship_conflicts,
    sponsorship_workplace,
    sponsorship_decisions,
    sponsorship_funds,
    sponsorship_reports,
    my_sponsorship,
    sponsorship_form,
    my_sensitive,
    sponsorship_sensitive,
    my_letters,
    sponsorship_letters,
    sponsorship_spending,
    sponsorship_payments,
    sponsorship_stay,
    sponsorship_books,
    my_claims,
)

DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (demo, demo_mailbox)
