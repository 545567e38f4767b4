"""The guard over what is published: names by the rule of each paragraph, quotes until somebody agrees."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries as notes
from eventapp.notes import service as writing
from eventapp.notes.attribution import guard, personal_data, properties, queries, service
from eventapp.notes.attribution.findings import NamesFound
from eventapp.notes.attribution.models import NameOverride, QuoteConsent, SessionRule
from eventapp.notes.attribution.names import What
from eventapp.notes.attribution.states import Answer, ConsentState
from eventapp.notes.models import Publication
from eventapp.notes.paragraphs import Printed
from eventapp.notes.publishing import service as publishing
from eventapp.notes.publishing.prospects import prospect_of
from eventapp.notes.readout import refusals
from eventapp.notes.readout import service as composer
from eventapp.notes.readout.rules import InsightValues
from eventapp.notes.session_notes.states import EntryKind
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data.hooks import Person
from eventapp.registrations.states import State
from tests.support.factories import make_event, make_member, make_registration
from tests.support.fixtures import Work
from tests.support.guises import invented_names
from tests.support.noting import make_entry, make_note
from tests.support.publishing import publish_now, write_summary

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]
NAMES = invented_names()
HEARD = "We bought cheap, and we have paid for it ever since."


def summary_of(ctx: Context, event: Event, *paragraphs: str, title: str = "Day one") -> Publication:
    return write_summary(ctx, event, {"en": (title, "\n\n".join(paragraphs))})


def keys_of(ctx: Context, publication: Publication) -> list[str]:
    latest = notes.find_latest_revision(ctx, publication, "en")
    assert latest is not None
    return [each.key for each in latest.paragraphs]


def texts_of(ctx: Context, publication: Publication) -> dict[str, list[Printed]]:
    latest = notes.find_latest_revision(ctx, publication, "en")
    assert latest is not None
    return {"en": [Printed(each.key, each.text, "en") for each in latest.paragraphs]}


def found(ctx: Context, publication: Publication) -> set[str]:
    return {each.name for each in guard.check_latest(ctx, publication).open if each.what is What.NAME}


def test_none_of_200_names_is_published_in_title_text_or_quote_nor_uploaded_in_a_file(work: Work) -> None:
    registered = [each.registered for each in NAMES]
    with work() as ctx:
        event = make_event(ctx)
        for name in registered:
            make_registration(ctx, event, name=name, organisation="")
        third = len(registered) // 3
        body = [f"Then {name} spoke." for name in registered[2:third]]
        body += [f"> We waited.\n> — {name}" for name in registered[third : 2 * third]]
        body += [f"- [slides](https://example.org/{name.replace(' ', '-')})" for name in registered[2 * third :]]
        day = summary_of(ctx, event, *body, title=f"What {registered[0]} and {registered[1]} taught us")
        assert found(ctx, day) == set(registered)
        assert len(guard.check_latest(ctx, day).open) >= 200
        publishing.submit(ctx, day)
        publishing.approve(ctx, day, seen=1)
        with pytest.raises(NamesFound) as refused:
            publishing.publish(ctx, day)
        assert len(refused.value.findings.open) >= 200
        for name in registered:
            in_name = guard.check_file(ctx, event, f"cv_{name.replace(' ', '_')}.pdf", {}, "resource:1")
            in_properties = guard.check_file(ctx, event, "cv.pdf", {"Author": name}, "resource:1")
            assert name in {each.name for each in in_name.open}, name
            assert name in {each.name for each in in_properties.open}, name


def test_what_we_print_ourselves_names_nobody_in_its_properties(work: Work, client: FlaskClient) -> None:
    with work() as ctx:
        event = make_event(ctx)
        make_registration(ctx, event, name="Ama Okafor", organisation="City of Lusaka")
        writer = make_member(ctx, event, Role.RAPPORTEUR, name="Kofi Mensah")
        slug, event_id = event.slug, event.id
    with work(Actor(ActorKind.STAFF, writer.id, writer.name)) as ctx:
        event = ctx.session.get_one(Event, event_id)
        publish_now(ctx, summary_of(ctx, event, "We heard that cheap is dear."))
    answer = client.get(f"/en/{slug}/summaries/1.pdf")
    assert answer.status_code == 200
    read = properties.read(answer.data)
    assert read["Title"]
    assert "Kofi" not in str(read)
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        filename = answer.headers["Content-Disposition"]
        assert guard.check_file(ctx, event, filename, read, "publication:1").open == []


def test_each_paragraph_follows_the_strictest_rule_behind_it(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        make_registration(ctx, event, name="Ama Okafor", organisation="Office of Works")
        note, other = make_note(ctx, event), make_note(ctx, event)
        entries = [make_entry(ctx, each).id for each in (note, other)]
        day = summary_of(ctx, event, "Ama Okafor began.", "Ama Okafor went on.", "Ama Okafor closed.")
        _title, first, second, third = keys_of(ctx, day)
        writing.link_sources(ctx, day, {first: [entries[0]], second: entries})
        ctx.session.add(SessionRule(event_id=event.id, session_id=note.session_id, rule=AttributionRule.ON_THE_RECORD))
        ctx.session.flush()
        (finding,) = guard.check_latest(ctx, day).every
        assert [place.key for place in finding.places] == [second, third]
        event.attribution_rule = AttributionRule.ON_THE_RECORD
        assert guard.check_latest(ctx, day).every == ()
        publish_now(ctx, day)
        read_out = composer.begin(ctx, event, "en")
        refusals.refuse_names(ctx, read_out)
        event.attribution_rule = AttributionRule.CHATHAM_HOUSE  # stricter than when the summary was published
        with pytest.raises(DomainError, match="day 1"):
            refusals.refuse_names(ctx, read_out)


def test_a_name_may_stand_for_a_reason_that_the_audit_keeps_without_the_name(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        make_registration(ctx, event, name="Ama Okafor", organisation="Office of Works")
        chair = make_member(ctx, event, Role.ORGANISER)
        day = summary_of(ctx, event, "OKAFOR, Ama opened; Okafor also closed.", "The Office of Works paid.")
    with work(Actor(ActorKind.STAFF, chair.id, chair.name)) as ctx:
        event, day = ctx.session.merge(event), ctx.session.merge(day)
        findings = guard.check_latest(ctx, day)
        assert [each.what for each in findings.open] == [What.NAME, What.PART, What.ORGANISATION]
        subject, name = guard.subject_of(day), findings.every[0]
        with pytest.raises(DomainError):
            service.let_stand(ctx, day, event.id, subject, findings, name.name_hash, " ")
        service.let_stand(ctx, day, event.id, subject, findings, name.name_hash, "She opened in public.")
        after = guard.check_latest(ctx, day)
        assert [each.what for each in after.open] == [What.ORGANISATION]  # the surname goes with the name
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "let-name-stand")).one()
        assert (entry.actor_id, entry.at) == (chair.id, ctx.now)
        assert entry.details == {"count": 1, "places": 1, "reason": "She opened in public."}
        stored = ctx.session.scalars(select(NameOverride)).one()
        assert "kafor" not in f"{entry.details}{entry.object_label}{stored.name_hash}{stored.subject}"
        service.take_back(ctx, day, event.id, subject, name.name_hash)
        assert len(guard.check_latest(ctx, day).open) == 3


def test_a_quote_waits_for_consent_to_its_very_words(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        guest = make_registration(ctx, event, name="Ama Okafor", organisation="", state=State.APPROVED)
        entry = make_entry(ctx, make_note(ctx, event), kind=EntryKind.QUOTE, text=HEARD, speaker="a mayor")
        day = summary_of(
            ctx, event, f"> {HEARD}", "> we have paid *for it*, ever since then", "Ama Okafor: cheap is dear."
        )
        _title, quote, copied, named = keys_of(ctx, day)
        writing.link_sources(ctx, day, {quote: [entry.id], named: [entry.id]})
        assert guard.withheld(ctx, day, texts_of(ctx, day)) == {quote, copied, named}

        def ask(words: str = HEARD) -> QuoteConsent:
            return service.ask(ctx, event, entry, registration=guest, name="", email="", language="", words=words)

        consent = ask()
        version = consent.link_version
        assert ask() is consent
        assert consent.link_version == version + 1  # the link before opens nothing any more
        service.answer(ctx, consent, Answer.WITHOUT_NAME)
        assert guard.withheld(ctx, day, texts_of(ctx, day)) == {named}  # other words than those agreed to
        assert queries.count_to_act_on(ctx, event) == 1
        with pytest.raises(Conflict):
            ask()
        assert found(ctx, day) == {"Ama Okafor"}
        service.answer(ctx, consent, Answer.WITH_NAME)
        assert found(ctx, day) == set()  # she may be named where the quote is
        service.answer(ctx, consent, Answer.NO)
        assert guard.withheld(ctx, day, texts_of(ctx, day)) == {quote, copied, named}
        anew = ask("Cheap is dear.")
        assert (consent.state, anew.state) == (ConsentState.REPLACED, ConsentState.ASKED)
        service.answer(ctx, anew, Answer.WITHOUT_NAME)
        assert named not in guard.withheld(ctx, day, texts_of(ctx, day))
        actions = [each.action for each in ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert [each for each in actions if each in {"ask", "ask-again", "give", "refuse", "replace", "edit"}] == [
            "ask", "ask-again", "give", "edit", "refuse", "replace", "ask", "give",
        ]  # fmt: skip
        everything = str([each.details for each in ctx.session.scalars(select(AuditEntry))])
        assert "cheap" not in everything.casefold()


def test_a_quote_cannot_be_made_something_else_nor_half_of_it_be_printed(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        guest = make_registration(ctx, event, name="Ama Okafor", organisation="", state=State.APPROVED)
        entry = make_entry(ctx, make_note(ctx, event), kind=EntryKind.QUOTE, text=HEARD)
        day = summary_of(ctx, event, "Other words.", f"> {HEARD}")
        _title, other, quote = keys_of(ctx, day)
        writing.link_sources(ctx, day, {quote: [entry.id]})
        entry.removed_at = ctx.now  # crossed out when it was in use
        ctx.session.flush()
        assert guard.withheld(ctx, day, texts_of(ctx, day)) == {quote}
        entry.removed_at = None

        def answered(words: str, said: Answer) -> QuoteConsent:
            consent = service.ask(ctx, event, entry, registration=guest, name="", email="", language="", words=words)
            service.answer(ctx, consent, said)
            return consent

        answered("We bought cheap", Answer.WITHOUT_NAME)
        writing.link_sources(ctx, day, {quote: []})
        assert guard.withheld(ctx, day, texts_of(ctx, day)) == {quote}  # it says more than was agreed to
        agreed = answered(HEARD, Answer.WITHOUT_NAME)
        writing.link_sources(ctx, day, {quote: [entry.id]})
        publish_now(ctx, day)
        read_out = composer.begin(ctx, event, "en")
        values = InsightValues("Begin small", "", places=[{"name": "Ama Okafor", "country": "GE"}])
        composer.add_insight(ctx, event, values)
        assert "cheap" in str(prospect_of(ctx, event, read_out).extra["summaries"])
        version = event.public_version
        service.answer(ctx, agreed, Answer.NO)
        ctx.session.refresh(event)
        assert event.public_version == version + 1
        entry.kind = EntryKind.KEY_POINT
        ctx.session.flush()
        assert guard.withheld(ctx, day, texts_of(ctx, day)) == {quote}
        assert guard.refused(ctx, event, texts_of(ctx, day)) == {quote}
        prospect = prospect_of(ctx, event, read_out)
        assert "cheap" not in str(prospect.extra["summaries"])
        assert [each.name for each in prospect.findings.open] == ["Ama Okafor"]  # among the places of an insight
        assert found(ctx, read_out) == {"Ama Okafor"}
        writing.save_source(ctx, day, title="Day one", text="Other words.", base_revision=1)
        assert keys_of(ctx, day)[1] == other
        with pytest.raises(DomainError, match="not agreed"):
            publishing.publish(ctx, day, note=Translated(en=HEARD))


def test_who_is_erased_is_forgotten_and_a_nameless_consent_stays(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        guest = make_registration(ctx, event, name="Ama Okafor", organisation="", state=State.APPROVED)
        entries = [make_entry(ctx, make_note(ctx, event), kind=EntryKind.QUOTE, text=HEARD + str(n)) for n in (1, 2, 3)]
        kept, refused, open_ = [
            service.ask(ctx, event, each, registration=guest, name="", email="", language="", words=each.text)
            for each in entries
        ]
        service.answer(ctx, kept, Answer.WITHOUT_NAME)
        service.answer(ctx, refused, Answer.NO)
        invitation = guest.invitation
        told = personal_data.held(ctx, invitation)
        assert told is not None
        assert [each["state"] for each in told.values] == ["given", "refused", "asked"]
        person = Person(event, [invitation.id], [guest.id], frozenset({guest.email}), frozenset({guest.name}))
        personal_data.erase(ctx, person)
        left = ctx.session.scalars(select(QuoteConsent).order_by(QuoteConsent.id)).all()
        assert list(left) == [kept, refused]
        assert {(each.name, each.email, each.registration_id) for each in left} == {("", "", None)}
        assert ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notes/quote_asked")).all() == []
        assert ctx.session.get(Registration, guest.id) is not None
        assert open_ not in ctx.session
