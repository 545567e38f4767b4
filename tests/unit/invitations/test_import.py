"""A list is read whatever its encoding, every problem is named, and nothing is written before it is confirmed."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select

from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.tables import write_xlsx
from eventapp.events.models import Event
from eventapp.invitations import columns, imports, queries
from eventapp.invitations.import_words import Problem
from eventapp.invitations.models import ImportPreview, Invitation
from eventapp.invitations.states import InvitationState
from tests.support.factories import make_account, make_category, make_event, make_invitation, tr

Work = Callable[..., AbstractContextManager[Context]]

LIST = (
    "email;Nom;Organisation;Pays;Langue;Catégorie\n"
    "amina@example.org;Amina Diallo;Ville de Saint-Louis;Sénégal;français;Élue locale\n"
)


def an_event(ctx: Context, **fields: object) -> Event:
    event = make_event(ctx, **fields)
    make_category(ctx, event, name=tr("Local decision-maker", "Élue locale", "Cargo electo"))
    return event


def checked(ctx: Context, event: Event, data: bytes) -> tuple[list[imports.CheckedRow], list[str]]:
    return imports.check(imports.read("list.csv", data), imports.known_of(ctx, event))


def problems(rows: list[imports.CheckedRow]) -> list[tuple[int, str, str]]:
    return [(row.line, column, problem) for row in rows for column, problem, _ in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_and_semicolons(work: Work, encoding: str) -> None:
    with work() as ctx:
        event = an_event(ctx)
        rows, ignored = checked(ctx, event, LIST.encode(encoding))
        assert (problems(rows), ignored) == ([], [])
        values = rows[0].values
        assert values["name"] == "Amina Diallo"
        assert values["country"] == "SN"
        assert values["language"] == "fr"
        assert values["category_id"] == event.categories[-1].id


def test_an_excel_file_with_dates_and_numbers(work: Work) -> None:
    with work() as ctx:
        event = an_event(ctx)
        from datetime import date

        data = write_xlsx(
            ["E-mail", "First name", "Last name", "Answer by", "Pre-approved"],
            [["a@example.org", "Ana", "Pérez", date(2024, 9, 18), True], ["b@example.org", "Bo", "Li", None, 0]],
            title="people",
        )
        rows, _ = checked(ctx, event, data)
        assert problems(rows) == []
        assert rows[0].values["name"] == "Ana Pérez"
        assert rows[0].values["answer_by_at"] == "2024-09-18T21:59:00+00:00"  # the end of that day in Barcelona
        assert (rows[0].values["preapproved"], rows[1].values["preapproved"]) == (True, False)


def test_every_problem_is_named_by_row_and_column(work: Work) -> None:
    with work() as ctx:
        event = an_event(ctx)
        make_invitation(ctx, event, email="old@example.org")
        text = (
            "email,name,country,category,language,preapproved,answer by,organisation,favourite colour\n"
            "amina@example,Amina,SN,,,,,,blue\n"
            ",Nobody,,,,,,,\n"
            "ok@example.org,,Atlantis,Kings,Klingon,perhaps,soon,,\n"
            f"long@example.org,{'x' * 201},,,,,2020-01-01,,\n"
            "OLD@example.org,Old,,,,,,,\n"
            "twice@example.org,One,,,,,,,\n"
            "Twice@Example.org,Two,,,,,,,\n"
            '"a@example.org, b@example.org",Two at once,,,,,,,\n'
        )
        rows, ignored = checked(ctx, event, text.encode())
        assert ignored == ["favourite colour"]
        assert problems(rows) == [
            (2, "email", Problem.BROKEN_ADDRESS),
            (3, "email", Problem.NO_ADDRESS),
            (4, "name", Problem.NO_NAME),
            (4, "country", Problem.UNKNOWN_COUNTRY),
            (4, "category", Problem.UNKNOWN_CATEGORY),
            (4, "language", Problem.UNKNOWN_LANGUAGE),
            (4, "preapproved", Problem.NEITHER_YES_NOR_NO),
            (4, "answer by", Problem.NO_DATE),
            (5, "name", Problem.TOO_LONG),
            (5, "answer by", Problem.DATE_PAST),
            (6, "email", Problem.INVITED_BEFORE),
            (8, "email", Problem.TWICE_IN_FILE),
            (9, "email", Problem.BROKEN_ADDRESS),
        ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"name,organisation\nAmina,City\n", "No column holds addresses"),
        (b"email,name\n", "no rows"),
        (b"%PDF-1.7 nothing of a table", "not a table"),
        (b"email,email\na@example.org,b\n", "Two columns"),
        (b"email,name\na@example.org,Diallo, Amina\n", "Line 2 has more cells"),
        (b"x" * 5_000_001, "too large"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_plain_words(work: Work, data: bytes, words: str) -> None:
    with work(), pytest.raises(DomainError, match=words) as refused:
        imports.read("list.csv", data)
    assert refused.value.field == "file"


def test_nothing_is_written_before_the_confirmation_and_a_second_click_writes_nothing(work: Work) -> None:
    with work() as ctx:
        event = an_event(ctx)
        rows, ignored = checked(ctx, event, LIST.encode() + b"broken;X;;;;\n")
        account = make_account(ctx)
        preview = imports.keep_preview(ctx, event, "list.csv", account_id=account.id, rows=rows, ignored=ignored)
        event_id, preview_id = event.id, preview.id
        assert count(ctx) == 0
    for written, left in ((1, 1), (None, 1)):
        with work() as ctx:
            event = ctx.session.get_one(Event, event_id)
            assert imports.confirm(ctx, event, preview_id) == written
            assert count(ctx) == left
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        draft = queries.find_active(ctx, event, "amina@example.org")
        assert draft is not None
        assert (draft.state, draft.sent_at) == (InvitationState.DRAFT, None)
        assert draft.search_text == "amina diallo ville de saint-louis amina@example.org"


def test_the_same_list_again_changes_nothing(work: Work) -> None:
    with work() as ctx:
        event = an_event(ctx)
        account = make_account(ctx)
        for expected in (1, 0):
            rows, ignored = checked(ctx, event, LIST.encode())
            preview = imports.keep_preview(ctx, event, "l.csv", account_id=account.id, rows=rows, ignored=ignored)
            assert imports.confirm(ctx, event, preview.id) == expected
        assert problems(rows) == [(2, "email", Problem.INVITED_BEFORE)]


def test_an_address_invited_since_the_preview_is_left_out(work: Work) -> None:
    with work() as ctx:
        event = an_event(ctx)
        account = make_account(ctx)
        rows, ignored = checked(ctx, event, LIST.encode())
        preview = imports.keep_preview(ctx, event, "l.csv", account_id=account.id, rows=rows, ignored=ignored)
        make_invitation(ctx, event, email="amina@example.org")
        assert imports.confirm(ctx, event, preview.id) == 0


def test_ten_thousand_rows_take_seconds(work: Work) -> None:
    lines = "".join(f"p{n}@example.org,Person {n},City {n},SN,fr\n" for n in range(10_000))
    with work() as ctx:
        event = an_event(ctx)
        account = make_account(ctx)
        begun = time.perf_counter()
        rows, ignored = checked(ctx, event, b"email,name,organisation,country,language\n" + lines.encode())
        preview = imports.keep_preview(ctx, event, "l.csv", account_id=account.id, rows=rows, ignored=ignored)
        read_in = time.perf_counter() - begun
        assert imports.confirm(ctx, event, preview.id) == 10_000
        written_in = time.perf_counter() - begun - read_in
        assert count(ctx) == 10_000
    assert read_in < 10, read_in
    assert written_in < 10, written_in


def test_previews_are_forgotten_after_a_week(work: Work, clock: object) -> None:
    with work() as ctx:
        event = an_event(ctx)
        account = make_account(ctx)
        imports.keep_preview(ctx, event, "l.csv", account_id=account.id, rows=[], ignored=[])
    clock.advance(days=8)  # type: ignore[attr-defined]
    with work() as ctx:
        assert imports.forget_previews(ctx) == 1
        assert ctx.session.scalar(select(func.count()).select_from(ImportPreview)) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [("SN", "SN"), ("sn", "SN"), ("Sénégal", "SN"), ("senegal", "SN"), ("Côte d'Ivoire", "CI"),
     ("Costa de Marfil", "CI"),
     ("USA", "US"), ("États-Unis", "US"), ("Corea del Sur", "KR"), ("Atlantis", None), ("", None), ("EU", None)],
)  # fmt: skip
def test_countries_by_code_and_by_name(text: str, code: str | None) -> None:
    assert columns.country_of(text) == code


@pytest.mark.parametrize(
    ("text", "wall"),
    [("2024-09-18", "2024-09-18T23:59"), ("18/09/2024", "2024-09-18T23:59"), ("18.9.2024 10:30", "2024-09-18T10:30"),
     ("2024-09-18 10:30:00", "2024-09-18T10:30"), ("31/02/2024", None), ("soon", None)],
)  # fmt: skip
def test_days_as_people_write_them(text: str, wall: str | None) -> None:
    found = columns.wall_time_of(text)
    assert (found.isoformat(timespec="minutes") if found else None) == wall


def count(ctx: Context) -> int:
    return ctx.session.scalar(select(func.count()).select_from(Invitation)) or 0
