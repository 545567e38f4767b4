"""An organiser builds a form of own questions on the web, without JavaScript; nothing that was answered is lost."""

from __future__ import annotations

from typing import Any

import pytest

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import PlaceTaken, Question, QuestionGroup, QuestionOption
from eventapp.registrations.states import State
from tests.support.factories import make_event, make_member, make_registration, tr

FORM = "/desk/ours/registrations/form"
VISIT = {
    "label-en": "Which visit do you choose?",
    "label-fr": "Quelle visite choisissez-vous ?",
    "choices-0-label-en": "The harbour",
    "choices-0-label-fr": "Le port",
    "choices-0-places": "12",
    "choices-1-label-en": "The market",
    "choices-2-label-en": "None",
}


@pytest.fixture
def owner(work: Any, staff: Any) -> Any:
    with work() as ctx:
        event = make_event(ctx, slug="ours")
        account = make_member(ctx, event, Role.OWNER, name="Amina Diallo")
    return staff(account)


@pytest.fixture
def page(owner: Any, read: Any) -> str:
    """The address of a page of questions."""
    owner.submit(owner.get(f"{FORM}/pages/new"), {"title-en": "The second day"}, button="Save")
    with read() as ctx:
        return f"{FORM}/pages/{ctx.session.query(QuestionGroup).one().id}"


def add(owner: Any, page: str, kind: str, values: dict[str, Any]) -> Any:
    return owner.submit(owner.get(f"{page}/new?kind={kind}"), values, button="Save")


def number_of(read: Any, label: str) -> int:
    with read() as ctx:
        return next(each.id for each in ctx.session.query(Question) if each.label["en"] == label)


def answered(work: Any, question: int, value: Any, *options: int) -> int:
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        sent = make_registration(ctx, event, state=State.APPROVED, own_answers={str(question): value})
        ctx.session.add_all(PlaceTaken(registration_id=sent.id, option_id=each) for each in options)
        return sent.id


def test_a_form_in_two_pages_with_a_condition_a_limit_and_a_preview(owner: Any, page: str, read: Any) -> None:
    assert "No questions of your own yet" not in owner.get(FORM).text
    kinds = owner.get(f"{page}/new")
    assert kinds.status == 200 and "One of several answers" in kinds.text
    saved = add(owner, page, "one_of", VISIT)
    assert saved.path == FORM and "0 of 12 taken, 12 left" in saved.text
    visit = number_of(read, "Which visit do you choose?")
    with read() as ctx:
        harbour, market, _none = [each.id for each in ctx.session.get(Question, visit).options]

    new = owner.get(f"{page}/new?kind=yes_no")
    ticks = {"condition": [f"{visit}:{harbour}", f"{visit}:{market}"], "label-en": "Can you walk for an hour?"}
    saved = owner.submit(new, ticks, button="Save")
    assert "is “The harbour” or “The market”." in saved.text
    walk = number_of(read, "Can you walk for an hour?")
    saved = add(
        owner, page, "short_text", {"label-en": "What would help you?", "condition": f"{walk}:no", "required": "y"}
    )
    assert "has to be answered" in saved.text
    saved = add(owner, page, "short_text", {"label-en": "Seated with", "private": "y", "sensitive": "y"})
    assert "organisers only" in saved.text and "sensitive" in saved.text

    french = owner.get(f"{FORM}/preview/fr")
    for words in (
        "Quelle visite choisissez-vous ?",
        "Le port",
        "places encore libres : 12 sur 12",
        "What would help you?",
    ):
        assert words in french.text
    assert "Seated with" not in french.text
    gaps = owner.get(f"{FORM}/translations")
    assert gaps.links()["missing"].startswith(f"{FORM}/")
    assert owner.get("/desk/ours/settings/completeness").links()["Own questions"] == f"{FORM}/translations"
    with read() as ctx:
        question = ctx.session.get(Question, walk)
        assert (question.depends_on_id, question.depends_on_values) == (visit, [harbour, market])
        actions = [each.action for each in ctx.session.query(AuditEntry).filter_by(object_type="question")]
    assert actions == ["add"] * 4


def test_rows_are_added_and_moved_without_saving(owner: Any, page: str, read: Any) -> None:
    form = owner.submit(owner.get(f"{page}/new?kind=one_of"), VISIT, button="Save", press=("rows", "up-1"))
    assert (form.status, form.value("choices-0-label-en"), form.value("choices-1-label-fr")) == (
        200,
        "The market",
        "Le port",
    )
    form = owner.submit(form, press=("rows", "more"), button="Save")
    assert form.value("choices-6-label-en") == ""
    owner.submit(form, {"choices-4-label-en": "The library"}, button="Save")
    with read() as ctx:
        names = [each.label["en"] for each in ctx.session.query(Question).one().options]
    assert names == ["The market", "The harbour", "None", "The library"]


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("short_text", {"label-en": ""}, "Question: Fill in this field in English"),
    ("short_text", {"label-en": "x" * 201}, "Question: Use at most 200 characters."),
    ("short_text", {"label-en": "THE HARBOUR  tóur"}, "Question: Another question of this form is called the same."),
    ("one_of", {"label-en": "Which?"}, "Answers to choose from: There has to be something to choose"),
    ("one_of", {**VISIT, "choices-1-label-en": "the HÁRBOUR"}, "Answers to choose from: “the HÁRBOUR” is there twice"),
    ("one_of", {**VISIT, "choices-1-label-en": "", "choices-1-places": "3"}, "Write this answer in English."),
    ("one_of", {**VISIT, "choices-0-places": "many"}, "Write a whole number of places"),
    ("one_of", {**VISIT, "choices-0-places": "-1"}, "Write a whole number of places"),
    ("several_of", {**VISIT, "choices-0-label-fr": "x" * 201}, "Use at most 200 characters."),
    (
        "several_of",
        {"label-en": "Which?"} | {f"choices-{n}-label-en": f"Answer {n}" for n in range(41)},
        "at most 40 answers",
    ),
    ("one_of", {**VISIT, "choices-0-id": "999999"}, "not of this question any more"),
    ("short_text", {"label-en": "Why?", "condition": "999999:yes"}, "is not in this form. Choose another."),
    ("short_text", {"label-en": "Why?", "condition": ["1:yes", "2:no"]}, "Tick answers of one question only."),
    ("short_text", {"label-en": "Why?", "condition": "one:two"}, "Tick answers of the list."),
    ("date", {"label-en": "Why?", "kind": "poem"}, "Kind of answer: Choose one of the list."),
]


def test_each_fault_is_said_beside_its_field_and_the_input_kept(owner: Any, page: str, read: Any) -> None:
    add(owner, page, "short_text", {"label-en": "The harbour tour"})
    for kind, values, message in FAULTS:
        found = add(owner, page, kind, values)
        assert found.status == 422, values
        assert any(message in error for error in found.errors), (values, found.errors)
        assert found.value("label-en") == " ".join(values["label-en"].split())
    with read() as ctx:
        assert ctx.session.query(Question).count() == 1


def test_answers_outlive_every_change(owner: Any, page: str, read: Any, work: Any) -> None:
    add(owner, page, "one_of", VISIT)
    visit = number_of(read, "Which visit do you choose?")
    with read() as ctx:
        harbour, market, none = [each.id for each in ctx.session.get(Question, visit).options]
    answered(work, visit, harbour, harbour)
    sent = answered(work, visit, harbour, harbour)
    edit = f"{FORM}/questions/{visit}"

    # fewer places than are taken: allowed, shown, and nobody loses theirs; an answer that was chosen is kept
    page_of_it = owner.get(edit)
    assert "It stays so, because people have answered." in page_of_it.text
    saved = owner.submit(
        page_of_it, {"choices-0-places": "1", "choices-1-gone": "1", "choices-2-label-en": "No visit"}, button="Save"
    )
    assert "2 of 1 taken, 0 left" in saved.text
    saved = owner.submit(owner.get(edit), {"choices-0-gone": "1", "choices-2-label-en": "The market"}, button="Save")
    with read() as ctx:
        kept = {each.id: each for each in ctx.session.get(Question, visit).options}
        assert market not in kept and kept[harbour].retired_at is not None and kept[none].label["en"] == "No visit"
        assert len(kept) == 3
        assert ctx.session.query(PlaceTaken).count() == 2
        assert ctx.session.get(Registration, sent).own_answers == {str(visit): harbour}

    refused = owner.submit(owner.get(edit), {"kind": "date"}, button="Save")
    assert refused.status == 422 and any("they stay of this kind" in each for each in refused.errors)
    refused = owner.client.post(
        f"{edit}/remove", data={"csrf_token": owner.get(edit).value("csrf_token"), "how": "delete"}
    )
    assert refused.status_code == 409 and "they are kept" in refused.get_data(as_text=True)

    saved = owner.submit(owner.get(f"{edit}/remove"), button="Ask it no more")
    assert "1 question is no longer asked" in saved.text and "2 answers" in saved.text
    add(owner, page, "one_of", VISIT)
    refused = owner.submit(saved, action="bring-back")
    assert "Another question of this form is called the same." in refused.text
    with read() as ctx:
        assert ctx.session.get(Registration, sent).own_answers == {str(visit): harbour}

    private = add(owner, page, "short_text", {"label-en": "Seated with", "private": "y"})
    seated = number_of(read, "Seated with")
    answered(work, seated, "the delegation of Lisbon")
    refused = owner.submit(owner.get(f"{FORM}/questions/{seated}"), {"private": None}, button="Save")
    assert any("written for organisers only" in each for each in refused.errors), private.text


def test_what_others_depend_on_stays_where_it_is(owner: Any, page: str, read: Any) -> None:
    add(owner, page, "yes_no", {"label-en": "First"})
    first = number_of(read, "First")
    add(owner, page, "yes_no", {"label-en": "Second", "condition": f"{first}:yes"})
    second = number_of(read, "Second")
    for action, words in (
        (f"{first}/down", "“Second” depends on “First” and has to stay after it."),
        (f"{second}/up", "“Second” depends on “First” and has to stay after it."),
    ):
        assert words in owner.submit(owner.get(FORM), action=action).text
    for button in ("Put it aside", "Delete"):
        how = "delete" if button == "Delete" else "retire"
        refused = owner.submit(owner.get(f"{FORM}/questions/{first}/remove"), press=("how", how), button=button)
        assert refused.status == 409 and "Change its condition first." in refused.text
    edit = owner.get(f"{FORM}/questions/{first}")
    assert f"{second}:yes" not in edit.body
    for values, words in (
        ({"condition": f"{second}:yes"}, "Neither would ever be asked."),
        ({"condition": f"{first}:no"}, "cannot depend on its own answer"),
        ({"private": "y"}, "both for participants, or both for organisers only"),
        ({"kind": "date"}, "Change its condition first."),
    ):
        refused = owner.submit(edit, values, button="Save")
        assert refused.status == 422 and any(words in each for each in refused.errors), (values, refused.errors)

    owner.submit(owner.get(FORM), action=f"{second}/duplicate")
    copy = number_of(read, "Second (copy)")
    owner.submit(owner.get(f"{FORM}/questions/{second}/remove"), press=("how", "delete"), button="Delete")
    owner.submit(owner.get(FORM), action=f"{copy}/up")
    with read() as ctx:
        order = [each.label["en"] for each in ctx.session.query(Question).order_by(Question.position)]
        assert order == ["First", "Second (copy)"]


def test_another_first_language_is_the_one_to_fall_back_to(owner: Any, page: str, read: Any) -> None:
    add(owner, page, "one_of", VISIT)
    settings = owner.get("/desk/ours/settings")
    owner.submit(settings, {"first_language": "fr", "other_languages": ["en", "es"]}, button="Save")
    with read() as ctx:
        question = ctx.session.query(Question).one()
        assert question.label.text("es") == "Quelle visite choisissez-vous ?"
        assert question.options[0].label.text("es") == "Le port"


def test_a_stale_save_keeps_both(owner: Any, page: str, read: Any, work: Any, staff: Any) -> None:
    add(owner, page, "one_of", VISIT)
    edit = f"{FORM}/questions/{number_of(read, 'Which visit do you choose?')}"
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        account = make_member(ctx, event, Role.ORGANISER, name="Rosa Martí")
    rosa = staff(account)
    mine = owner.get(edit)
    rosa.submit(rosa.get(edit), {"choices-3-label-en": "The library"}, button="Save")
    stale = owner.submit(mine, {"choices-2-label-en": "Nothing", "help-en": "Choose one."}, button="Save")
    assert stale.status == 409 and "Rosa Martí" in stale.text and "The library" in stale.text
    owner.submit(stale, button="Save")
    with read() as ctx:
        question = ctx.session.query(Question).one()
        assert [each.label["en"] for each in question.options] == [
            "The harbour",
            "The market",
            "Nothing",
            "The library",
        ]


def test_numbers_of_another_event_are_not_found(owner: Any, page: str, work: Any, read: Any) -> None:
    with work() as ctx:
        other = make_event(ctx, slug="theirs", form_stamp="theirs")
        group = QuestionGroup(event_id=other.id, position=1, title=tr("Theirs"), text=tr(""))
        ctx.session.add(group)
        ctx.session.flush()
        question = Question(
            event_id=other.id,
            group_id=group.id,
            position=1,
            kind="yes_no",
            label=tr("Theirs"),
            help=tr(""),
            depends_on_values=[],
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        question.options = [QuestionOption(position=1, label=tr("Theirs"))]
        ctx.session.add(question)
        ctx.session.flush()
        theirs, option = question.id, question.options[0].id
        addresses = (f"pages/{group.id}", f"pages/{group.id}/new", f"questions/{theirs}", f"questions/{theirs}/remove")
    for address in addresses:
        assert owner.get(f"{FORM}/{address}").status == 404
    token = {"csrf_token": owner.get(f"{page}/new?kind=date").value("csrf_token")}
    for action in ("up", "duplicate", "bring-back", "remove"):
        assert owner.client.post(f"{FORM}/questions/{theirs}/{action}", data=token).status_code == 404
    refused = add(owner, page, "yes_no", {"label-en": "Ours", "condition": f"{theirs}:yes"})
    assert any("is not in this form" in each for each in refused.errors)
    refused = add(owner, page, "one_of", {**VISIT, "choices-0-id": str(option)})
    assert any("not of this question" in each for each in refused.errors)


def test_who_may_only_read_is_shown_no_button(owner: Any, page: str, work: Any, staff: Any) -> None:
    add(owner, page, "yes_no", {"label-en": "First"})
    with work() as ctx:
        event = ctx.session.query(Event).filter_by(slug="ours").one()
        account = make_member(ctx, event, Role.DESK)
    desk = staff(account)
    shown = desk.get(FORM)
    assert "First" in shown.text and "Add a" not in shown.text and not shown.tree.xpath("//main//form")
    assert desk.get(f"{page}/new").status == 403
    assert desk.get(f"{FORM}/translations").status == 200


def test_a_second_page_of_the_same_title_is_refused_so_that_a_double_click_makes_one(
    owner: Any, page: str, read: Any
) -> None:
    new = owner.get(f"{FORM}/pages/new")
    for title in ("The third day", "the THIRD day"):
        again = owner.submit(new, {"title-en": title}, button="Save")
    assert again.status == 422
    assert "Title: Another page of this form is called the same." in again.errors[0]
    renamed = owner.submit(owner.get(page), {"title-en": "The third day"}, button="Save")
    assert renamed.status == 422
    assert owner.submit(owner.get(page), {"title-en": "The SECOND day"}, button="Save").path == FORM
    with read() as ctx:
        assert [each.title["en"] for each in ctx.session.query(QuestionGroup).order_by(QuestionGroup.id)] == [
            "The SECOND day",
            "The third day",
        ]


def test_what_participants_answered_never_turns_into_a_note_of_organisers(
    owner: Any, page: str, read: Any, work: Any
) -> None:
    add(owner, page, "short_text", {"label-en": "What do you bring?"})
    bring = number_of(read, "What do you bring?")
    answered(work, bring, "Bread")
    refused = owner.submit(owner.get(f"{FORM}/questions/{bring}"), {"private": "y"}, button="Save")
    assert refused.status == 422
    assert any("answers that participants gave" in each for each in refused.errors)
    with read() as ctx:
        assert not ctx.session.get(Question, bring).private

    # Nor is what was told in confidence ever opened to more readers.
    owner.submit(owner.get(f"{FORM}/questions/{bring}"), {"sensitive": "y"}, button="Save")
    refused = owner.submit(owner.get(f"{FORM}/questions/{bring}"), {"sensitive": []}, button="Save")
    assert any("given in confidence" in each for each in refused.errors)
