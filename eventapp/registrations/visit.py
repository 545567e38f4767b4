"""One person's visit to the form or to their participation: everything known of them, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask_babel import get_locale

from eventapp.core.context import Context
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import again, policy, progress, queries
from eventapp.registrations.answers import PAGES, saved_from_invitation, saved_from_registration
from eventapp.registrations.choices import AnsweredPage, choices_of, in_words, own_in_words
from eventapp.registrations.forms import Choices, pages_to_mend
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions import asking, files, places, values
from eventapp.registrations.questions.answer_forms import Put
from eventapp.registrations.questions.asking import AskedPage
from eventapp.registrations.questions.files import KeptFile
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.retention import sensitive_days
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.rules import Window
from eventapp.registrations.snapshots import OWN
from eventapp.registrations.states import ENDED


@dataclass(frozen=True)
class Visit:
    """One person at the form: what is known of them and what the event offers, read once."""

    ctx: Context
    event: Event
    invitation: Invitation
    registration: Registration | None
    draft: RegistrationDraft | None
    categories: Sequence[Category]
    own_form: asking.Form  # the organisers' own questions; most events have none
    earlier: Registration | None = None  # one that ended before the person was invited again

    @property
    def may_fill(self) -> bool:
        """Tell whether the form is open to this person: not yet sent and accepted, or sent and still changeable."""
        window = queries.registration_window(self.ctx, self.event, self.invitation)
        if self.registration is not None:
            return policy.may_change(self.registration, window)
        return window is Window.OPEN and self.invitation.state is InvitationState.ACCEPTED

    @property
    def is_theirs_to_fill(self) -> bool:
        """Tell whether what is filled in is kept, even when the form has closed meanwhile: not of who does not come."""
        if self.registration is not None:
            return self.registration.state not in ENDED
        return self.invitation.state is InvitationState.ACCEPTED

    @property
    def saved(self) -> dict[str, Any]:
        """Return the answers so far: what the invitation tells, what was sent, what was filled in since."""
        answered_before = self.registration or self.earlier
        if answered_before is not None:
            start = saved_from_registration(answered_before)
        else:
            start = saved_from_invitation(self.invitation, frozenset(each.id for each in self.categories))
        drafted = self.draft.answers if self.draft is not None else {}
        filled = {**start, **{name: value for name, value in drafted.items() if name != OWN}}
        if self.invitation.address_locked:
            filled["email"] = self.invitation.email
        return {**filled, "category_id": str(filled["category_id"])} if "category_id" in filled else filled

    @cached_property
    def own(self) -> dict[str, Any]:
        """Return the answers to own questions so far: what was sent, and what was filled in or taken away since."""
        drafted = self.draft.answers.get(OWN) or {} if self.draft is not None else {}
        before = (self.earlier.own_answers or {}) if self.earlier is not None else self._own_sent
        return {key: value for key, value in {**before, **drafted}.items() if not asking.is_empty(value)}

    @property
    def _own_sent(self) -> Mapping[str, Any]:
        return (self.registration.own_answers or {}) if self.registration is not None else {}

    @cached_property
    def held(self) -> frozenset[int]:
        """Return the options that the person has already."""
        return frozenset(asking.chosen(self.own_form, self._own_sent))

    @cached_property
    def own_pages(self) -> Mapping[str, AskedPage]:
        """Return the pages of own questions that are put to this person, by name."""
        return {page.name: page for page in asking.pages_for(self.own_form, self.own)}

    @property
    def pages(self) -> list[str]:
        """Return the names of all pages of the form in their order; the consents come last."""
        return [*PAGES[:-1], *self.own_pages, PAGES[-1]]

    @cached_property
    def to_mend(self) -> list[str]:
        """Return the pages whose answers would be refused today."""
        own = {question.id for question, _problem in values.faults(self.own_form, self.own, self.held)}
        wrong = set(pages_to_mend(self.saved, self.choices, address_locked=self.invitation.address_locked))
        wrong |= {name for name, page in self.own_pages.items() if any(each.id in own for each in page.questions)}
        return [name for name in self.pages if name in wrong]

    @cached_property
    def files(self) -> Mapping[str, KeptFile]:
        """Return the files that the person handed in."""
        if not asking.asks(self.own_form, QuestionKind.FILE):
            return {}
        return files.list_files(self.ctx, self.invitation.id)

    def put(self, page: AskedPage) -> Put:
        """Return a page of own questions as it is put to this person."""
        limited = [option.id for each in page.questions for option in each.options if option.places is not None]
        return Put(
            page=page,
            form=self.own_form,
            answers=self.own,
            language=language_here(),
            taken=places.taken_by_option(self.ctx, self.event.id, limited) if limited else {},
            held=self.held,
            files=self.files,
            sensitive_days=sensitive_days(self.event),
        )

    @property
    def answered(self) -> list[AnsweredPage]:
        """Return all answers so far in words, page by page, as far as they are asked now."""
        pages = list(in_words(self.saved, self.categories, language_here()))
        return [*pages[:-1], *self._own_in_words(self.own), *pages[-1:]]

    @property
    def answered_and_sent(self) -> list[AnsweredPage]:
        """Return the answers that were sent, in words, page by page."""
        if self.registration is None:
            return []
        pages = list(in_words(saved_from_registration(self.registration), self.categories, language_here()))
        return [*pages[:-1], *self._own_in_words(self._own_sent), *pages[-1:]]

    def _own_in_words(self, answers: Mapping[str, Any]) -> list[AnsweredPage]:
        asked = asking.applying(self.own_form, answers)
        names = {name: kept.filename for name, kept in self.files.items()} if self.own_form else {}
        pages = [
            replace(page, questions=tuple(each for each in page.questions if each.id in asked))
            for page in asking.pages_for(self.own_form, answers)
        ]
        return own_in_words(pages, answers, language_here(), names)

    @property
    def full_choices(self) -> list[tuple[str, str]]:
        """Return what was chosen and is full by now: the name of its page, and a sentence."""
        chosen = asking.chosen(self.own_form, asking.kept(self.own_form, self.own, self._own_sent))
        new = [option for key, (_question, option) in chosen.items() if key not in self.held]
        limited = [option for option in new if option.places is not None]
        if not limited:
            return []
        taken = places.taken_by_option(self.ctx, self.event.id, [option.id for option in limited])
        full = [option for option in limited if taken.get(option.id, 0) >= (option.places or 0)]
        return [
            (name, places.full_words(option, language_here()))
            for option in full
            for name, page in self.own_pages.items()
            if any(option in each.options for each in page.questions)
        ]

    @property
    def choices(self) -> Choices:
        """Return what the event offers, in the reader's language."""
        keep = self.registration.mode if self.registration is not None else None
        return choices_of(self.event, self.categories, language_here(), keep=keep)

    @property
    def rule(self) -> progress.Rule | None:
        """Return the travel rule as it stands for this person."""
        return progress.travel_rule(self.registration, self.event, self.ctx.now, language_here())


def visit_of(ctx: Context, event: Event, invitation: Invitation) -> Visit:
    """Read what is known of the invited person; who was invited again registers anew, from the earlier answers."""
    found = queries.find_registration(ctx, invitation.id)
    anew = found is not None and again.invited_again(ctx, found)
    return Visit(
        ctx=ctx,
        event=event,
        invitation=invitation,
        registration=None if anew else found,
        earlier=found if anew else None,
        draft=queries.find_draft(ctx, invitation.id),
        categories=queries.list_categories(ctx, event),
        own_form=read_form(ctx, event.id),
    )


def language_here() -> str:
    """Return the reader's language."""
    locale = get_locale()
    return locale.language if locale is not None else "en"
