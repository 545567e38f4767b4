"""What organisers call each kind of mail and each file that goes with one."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

KIND: Mapping[str, LazyString] = {
    "accounts/code_asked": _l("Code for something sensitive"),
    "accounts/sign_in_asked": _l("Link to sign in"),
    "agenda/entries_taken_back": _l("Sessions taken out of the calendar"),
    "agenda/event_cancelled": _l("Event cancelled"),
    "agenda/own_sessions_changed": _l("Own sessions changed"),
    "agenda/session_chosen": _l("Session: place confirmed"),
    "agenda/session_passed_over": _l("Session: a place, but a clash"),
    "agenda/session_waited_for": _l("Session: on the waiting list"),
    "agenda/sessions_left": _l("Session: no longer signed up"),
    "events/role_given": _l("Role in the event"),
    "invitations/interest_confirm": _l("Interest: confirm the address"),
    "invitations/interest_declined": _l("Interest declined"),
    "invitations/invitation": _l("Invitation"),
    "invitations/invitation_revoked": _l("Invitation taken back"),
    "invitations/link_again": _l("Personal link, sent again"),
    "invitations/proposal_declined": _l("Proposed colleague declined"),
    "invitations/reminder": _l("Reminder to answer"),
    "notes/answers_released": _l("Answers to comments"),
    "notes/summary_published": _l("Summary published"),
    "personal_data/erased": _l("Data erased: last mail"),
    "personal_data/erasure_asked": _l("Erasure asked for"),
    "registrations/declined": _l("Participation declined"),
    "registrations/form_kept_open": _l("Form kept open"),
    "registrations/event_cancelled": _l("Event cancelled"),
    "registrations/offer_lapsed": _l("Offer lapsed"),
    "registrations/offer_reminder": _l("Reminder of an offered seat"),
    "registrations/participation_confirmed": _l("Participation confirmed"),
    "registrations/registration_received": _l("Registration received"),
    "registrations/reinstated": _l("Registration taken up again"),
    "registrations/revoked": _l("Participation taken back"),
    "registrations/seat_offered": _l("Seat offered"),
    "registrations/waitlisted": _l("On the waitlist"),
    "registrations/withdrawal_confirmed": _l("Withdrawal confirmed"),
    "sponsorship/accepted": _l("Sponsorship: offer accepted"),
    "sponsorship/booked": _l("Sponsorship: booked"),
    "sponsorship/booking_cancelled": _l("Sponsorship: booking cancelled"),
    "sponsorship/cancelled": _l("Sponsorship cancelled"),
    "sponsorship/claim_returned": _l("Sponsorship: receipts returned"),
    "sponsorship/info_asked": _l("Sponsorship: a question to the person"),
    "sponsorship/reviewer_reminded": _l("Sponsorship: reminder to a reviewer"),
    "sponsorship/letter_ready": _l("Sponsorship: letter ready"),
    "sponsorship/data_asked": _l("Sponsorship: passport or bank data asked for"),
    "sponsorship/line_changed": _l("Sponsorship: changed"),
    "sponsorship/offer_expired": _l("Sponsorship: offer run out"),
    "sponsorship/offer_reminder": _l("Sponsorship: reminder of the offer"),
    "sponsorship/offered": _l("Sponsorship offered"),
    "sponsorship/paid": _l("Sponsorship: paid back"),
    "sponsorship/rejected": _l("Sponsorship: no support"),
    "sponsorship/request_received": _l("Sponsorship: request received"),
    "sponsorship/request_withdrawn": _l("Sponsorship: request withdrawn"),
    "sponsorship/stay_changed": _l("Sponsorship: hotel room changed"),
    "sponsorship/successor_suggested": _l("Sponsorship: somebody could come next"),
    "sponsorship/waitlisted": _l("Sponsorship: on the waiting list"),
}

ATTACHMENT: Mapping[str, LazyString] = {
    "agenda.cancellation_calendar": _l("Calendar entry that cancels"),
    "agenda.changed_session": _l("Calendar entry of a changed session"),
    "agenda.confirmation_calendar": _l("Calendar entry"),
    "agenda.programme_pdf": _l("Programme (PDF)"),
    "registrations.badge_code": _l("Code for the door (picture)"),
    "agenda.session_cancellation": _l("Calendar entry of a session that cancels"),
    "agenda.session_entry": _l("Calendar entry of a session"),
}
