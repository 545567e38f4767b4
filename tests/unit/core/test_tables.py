"""Tables: nothing a spreadsheet would execute goes out, and what people send is read or refused with a reason."""

import csv
import io
import random
import re
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.core import tables
from eventapp.core.tables import Cell, Reason, Table, UnreadableTable, read_table, write_csv, write_xlsx

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
UNQUOTED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="'"), max_size=30)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def xlsx(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    return write_xlsx(columns, rows, title="People")


def raw_xlsx(rows: Sequence[Sequence[object]], **formats: str) -> bytes:
    """Return a workbook as a spreadsheet would save it, formulas included."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for place, number_format in formats.items():
        book.active[place].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, change(source.read(part)) if part == name else source.read(part))
    return out.getvalue()


def cells_of(data: bytes) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))


def refusal(data: bytes, **limits: int) -> tuple[Reason, str]:
    with pytest.raises(UnreadableTable) as refused:
        read_table("people.csv", data, **limits)
    return refused.value.reason, refused.value.detail


def rows(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


# Going out


@pytest.mark.parametrize("start", [*DANGEROUS, "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_as_a_formula(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    exported = list(csv.reader(io.StringIO(write_csv([text], [[text]]).decode("utf-8-sig"), newline="")))
    assert exported == [["'" + text], ["'" + text]]
    for row in openpyxl.load_workbook(io.BytesIO(xlsx([text], [[text]]))).active.iter_rows():
        assert row[0].data_type == "s"
        assert row[0].value.startswith("'")


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_no_text_at_all_becomes_a_formula(lines: list[list[str]]) -> None:
    for row in csv.reader(io.StringIO(write_csv(["a", "b"], lines).decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(DANGEROUS) for cell in row)
    for row in openpyxl.load_workbook(io.BytesIO(xlsx(["a", "b"], lines))).active.iter_rows():
        assert not any(cell.data_type == "f" or str(cell.value or "").startswith(DANGEROUS) for cell in row)


def test_numbers_and_dates_keep_their_type() -> None:
    line: list[Cell] = [-5, 2.5, Decimal("12.30"), date(2024, 11, 7), datetime(2024, 11, 7, 9, 30), True, None, "Zoë"]
    columns = list("abcdefgh")
    assert cells_of(xlsx(columns, [line]))[1] == (
        -5, 2.5, 12.3, datetime(2024, 11, 7), datetime(2024, 11, 7, 9, 30), True, None, "Zoë",
    )  # fmt: skip
    lines = write_csv(columns, [line]).decode("utf-8-sig").split("\r\n")
    assert lines[1] == "-5,2.5,12.30,2024-11-07,2024-11-07T09:30:00,True,,Zoë"


def test_an_instant_keeps_its_zone() -> None:
    assert cells_of(xlsx(["at"], [[datetime(2024, 11, 7, 9, tzinfo=UTC)]]))[1] == ("2024-11-07T09:00:00+00:00",)


def test_csv_is_utf_8_with_mark_header_and_crlf() -> None:
    assert write_csv(["name", "town"], [["Œuvrard, A.", 'the "old" one']]) == (
        '\ufeffname,town\r\n"Œuvrard, A.","the ""old"" one"\r\n'.encode()
    )


def test_workbooks_are_the_same_in_another_second() -> None:
    first = xlsx(["a"], [["x"], [1]])
    time.sleep(2.1)  # a zip file counts in steps of two seconds
    assert xlsx(["a"], [["x"], [1]]) == first
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("title", ["", "a/b:c*d?[e]\\f", "x" * 60, "'quoted'", "Réunion – é"])
def test_every_title_makes_a_sheet(title: str) -> None:
    assert rows(read_table("x", write_xlsx(["a"], [["b"]], title=title))) == [("b",)]


def test_control_characters_do_not_break_the_workbook() -> None:
    assert cells_of(xlsx(["a"], [["x\x00\x0by\x1f"]]))[1] == ("xy",)


@given(st.lists(st.tuples(UNQUOTED, UNQUOTED), max_size=5))
def test_what_goes_out_comes_back(lines: list[tuple[str, str]]) -> None:
    def settled(text: str) -> str:
        return tables._clean(text)

    for write in (write_csv, xlsx):
        expected = [tuple(map(settled, line)) for line in lines if any(map(settled, line))]
        assert rows(read_table("x", write(["name", "note"], lines))) == expected


def test_a_telephone_number_survives_export_and_import() -> None:
    for write in (write_csv, xlsx):
        assert rows(read_table("x", write(["phone"], [["+34 600 000 000"]]))) == [("+34 600 000 000",)]


# Coming in

NAMES = "name;town\nÉlodie Œuvrard;Nîmes\nIñigo “Kiko” Núñez;Cádiz – €5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(encoding: str, delimiter: str, newline: str) -> None:
    data = NAMES.replace(";", delimiter).replace("\n", newline).encode(encoding)
    table = read_table("people.txt", data)
    assert table.header == ("name", "town")
    assert rows(table) == [("Élodie Œuvrard", "Nîmes"), ("Iñigo “Kiko” Núñez", "Cádiz – €5")]
    assert [row.line for row in table.rows] == [2, 3]


def test_lines_are_those_of_the_file() -> None:
    data = b'\n\nname,note\nA,"one\r\ntwo\nthree"\n\n,,\nB,"x ""y"", z"\n'
    table = read_table("x", data)
    assert [(row.line, row.cells) for row in table.rows] == [(4, ("A", "one\ntwo\nthree")), (9, ("B", 'x "y", z'))]


def test_the_name_of_the_file_decides_nothing() -> None:
    assert rows(read_table("people.csv", raw_xlsx([["a"], ["b"]]))) == [("b",)]
    assert rows(read_table("people.xlsx", b"a\nb\n")) == [("b",)]


def test_excel_says_its_own_separator() -> None:
    table = read_table("x", b"sep=;\na,b;c\n1;2\n")
    assert (table.header, table.rows[0].line, table.rows[0].cells) == (("a,b", "c"), 3, ("1", "2"))


def test_a_separator_inside_quotes_does_not_count() -> None:
    assert read_table("x", b'"a,b,c,d";e\n1;2\n').header == ("a,b,c,d", "e")


def test_short_rows_are_filled_and_stray_controls_go() -> None:
    assert rows(read_table("x", b"a,b,c\n  1 \x07 ,2\n")) == [("1", "2", "")]


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"", Reason.EMPTY, ""),
        (b" \r\n\t\n", Reason.EMPTY, ""),
        (b"\xef\xbb\xbf\n", Reason.EMPTY, ""),
        (b",,\n,,\n", Reason.NO_HEADER, ""),
        (b"name,,town\nA,B,C\n", Reason.UNNAMED_COLUMN, "2"),
        (b"Name, name \nA,B\n", Reason.DUPLICATE_COLUMN, "name"),
        (b"a,b\n1,2\n1,2,3\n", Reason.ROW_TOO_LONG, "3"),
        (b'a,b\n1,2\n"open,2\n3,4\n', Reason.DAMAGED, "3"),
        (b"a\x00b,c\n1,2\n", Reason.NOT_A_TABLE, ""),
        (bytes(range(256)) * 20, Reason.NOT_A_TABLE, ""),
        (b"%PDF-1.7\nname,town\n", Reason.NOT_A_TABLE, ""),
        (b"<html><table>", Reason.NOT_A_TABLE, ""),
        (b"\x89PNG\r\n\x1a\n,,,,", Reason.NOT_A_TABLE, ""),
        (b"PK\x05\x06" + bytes(18), Reason.NOT_A_TABLE, ""),
        (b"PK\x03\x04 nonsense", Reason.DAMAGED, ""),
        (b"\xff\xfea\x00,\x00b", Reason.NOT_A_TABLE, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.OLD_FORMAT, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED, ""),
    ],
)
def test_what_is_refused_and_why(data: bytes, reason: Reason, detail: str) -> None:
    assert refusal(data) == (reason, detail)


def test_limits() -> None:
    assert refusal(b"a\n" + b"x\n" * 11, max_rows=10)[0] is Reason.TOO_MANY_ROWS
    assert len(read_table("x", b"a\n" + b"x\n" * 10, max_rows=10).rows) == 10
    assert refusal(xlsx(["a"], [["x"]] * 11), max_rows=10)[0] is Reason.TOO_MANY_ROWS
    assert refusal(b"a\nxxxxxxx", max_bytes=8)[0] is Reason.TOO_LARGE
    assert refusal(",".join(f"c{n}" for n in range(201)).encode())[0] is Reason.TOO_MANY_COLUMNS
    assert refusal(raw_xlsx([[f"c{n}" for n in range(201)]]))[0] is Reason.TOO_MANY_COLUMNS


def test_ten_thousand_rows_take_less_than_two_seconds() -> None:
    lines = [[n, f"Anna {n}", f"anna{n}@example.org", "España", date(2024, 1, 2), "a, “b”\nc"] for n in range(10_000)]
    for write in (write_csv, xlsx):
        data = write(["n", "name", "mail", "country", "day", "note"], lines)
        started = time.process_time()
        assert len(read_table("x", data).rows) == 10_000
        assert time.process_time() - started < 2


def test_values_of_a_workbook_become_text() -> None:
    data = raw_xlsx(
        [
            ["a", "b", "c", "d", "e", "f"],
            [1, 2.0, 2.5, True, datetime(2024, 11, 7), datetime(2024, 11, 7, 9, 30)],
            [None, " x ", "00123", -7, 45000, 0.1],
        ],
        E3="yyyy-mm-dd",
    )
    assert rows(read_table("x", data)) == [
        ("1", "2", "2.5", "TRUE", "2024-11-07", "2024-11-07 09:30:00"),
        ("", "x", "00123", "-7", "2023-03-15", "0.1"),
    ]


def test_a_formula_is_read_as_the_value_it_last_had() -> None:
    data = with_part(
        raw_xlsx([["a"], ["=1+1"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb"<v\s*/>|<v></v>", b"<v>2</v>", xml),
    )
    assert rows(read_table("x", data)) == [("2",)]
    assert rows(read_table("x", raw_xlsx([["a", "b"], ["=WEBSERVICE(1)", "x"]]))) == [("", "x")]


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("seen").append(["seen"])
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    assert read_table("x", out.getvalue()).header == ("seen",)


# Files meant to harm

BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>'
WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("part", [WORKBOOK, SHEET, "[Content_Types].xml", "xl/styles.xml", "docProps/core.xml"])
def test_entities_are_refused_before_they_are_parsed(part: str) -> None:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"aaaaaaaaaa") for n in range(12))
    bomb = BOMB % entities
    started = time.process_time()
    assert refusal(with_part(raw_xlsx([["a"], ["b"]]), part, lambda xml: bomb + xml))[0] is Reason.DAMAGED
    assert time.process_time() - started < 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_entities_in_another_encoding_are_refused(encoding: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert refusal(with_part(raw_xlsx([["a"]]), SHEET, lambda _: xml.encode(encoding)))[0] is Reason.DAMAGED
    declared = b'<?xml version="1.0" encoding="cp037"?>' + xml.encode("cp037")
    assert refusal(with_part(raw_xlsx([["a"]]), SHEET, lambda _: declared))[0] is Reason.DAMAGED


def test_an_outside_entity_reads_no_file() -> None:
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert refusal(with_part(raw_xlsx([["a"]]), SHEET, lambda xml: outside + xml))[0] is Reason.DAMAGED


def test_a_file_that_unpacks_to_too_much_is_refused_soon() -> None:
    bomb = with_part(raw_xlsx([["a"]]), SHEET, lambda xml: xml + b" " * 200_000_000)
    assert len(bomb) < 1_000_000
    started = time.process_time()
    assert refusal(bomb)[0] is Reason.TOO_LARGE
    assert time.process_time() - started < 1.5


def test_a_directory_that_lies_about_sizes_does_not_help() -> None:
    bomb = bytearray(with_part(raw_xlsx([["a"]]), SHEET, lambda xml: xml + b" " * 100_000_000))
    for place in (match.start() for match in re.finditer(rb"PK\x01\x02", bytes(bomb))):
        bomb[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    assert refusal(bytes(bomb))[0] in (Reason.TOO_LARGE, Reason.DAMAGED)


def test_a_cell_that_claims_a_distant_line_ends_soon() -> None:
    far = with_part(
        raw_xlsx([["a"], ["b"]]),
        SHEET,
        lambda xml: xml.replace(b'r="2"', b'r="99999999999"').replace(b"A2", b"A99999999999"),
    )
    started = time.process_time()
    assert refusal(far)[0] is Reason.TOO_MANY_ROWS
    assert time.process_time() - started < 1


def test_a_sheet_that_claims_a_huge_size_is_read_as_it_is() -> None:
    huge = with_part(
        raw_xlsx([["a"], ["b"]]), SHEET, lambda xml: re.sub(rb'ref="[^"]*"', b'ref="A1:XFD1048576"', xml, count=1)
    )
    started = time.process_time()
    assert rows(read_table("x", huge)) == [("b",)]
    assert time.process_time() - started < 1


def test_an_encrypted_archive_is_told_so() -> None:
    data = bytearray(raw_xlsx([["a"]]))
    for mark, offset in ((rb"PK\x03\x04", 6), (rb"PK\x01\x02", 8)):
        for place in (match.start() for match in re.finditer(mark, bytes(data))):
            data[place + offset] |= 1
    assert refusal(bytes(data))[0] is Reason.ENCRYPTED


def test_other_zip_files_are_no_tables() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("word/document.xml", "<x/>")
    assert refusal(out.getvalue())[0] is Reason.NOT_A_TABLE


def test_damaged_workbooks_never_raise_anything_else() -> None:
    dice = random.Random(3)  # noqa: S311 - nothing secret
    whole = raw_xlsx([["a", "b"], [1, "x"]])
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 8)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        try:
            read_table("x", bytes(data))
        except UnreadableTable:
            continue


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        table = read_table("x", data)
    except UnreadableTable:
        return
    assert all(len(row.cells) == len(table.header) for row in table.rows)
