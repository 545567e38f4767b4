"""Write tables that no spreadsheet will execute, and read those that people send, whatever their encoding."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any, TypeAlias

import openpyxl
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Font

Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | time | None

MOST_UNPACKED_BYTES = 60_000_000
MOST_COLUMNS = 200
MOST_LINES = 200_000  # a cell that claims line 10**12 would otherwise be preceded by as many empty ones
MOST_CELL_CHARACTERS = 32_767  # what a cell holds in every spreadsheet
# The last four are their full-width forms, which spreadsheets with an East Asian keyboard take for the same.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the first a zip file can carry
_FIXED_INSTANT = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl takes a naive value for UTC
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<?xml", b"<!DOCTYPE", b"<html", b"PK\5\6")
_WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_DECLARED_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_XML_ENCODINGS = (b"utf-8", b"us-ascii")


class Reason(StrEnum):
    """Why a file could not be read as a table; the room that asked finds the words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NOT_A_TABLE = "not_a_table"
    ENCRYPTED = "encrypted"
    OLD_FORMAT = "old_format"
    NO_HEADER = "no_header"
    UNNAMED_COLUMN = "unnamed_column"
    DUPLICATE_COLUMN = "duplicate_column"
    ROW_TOO_LONG = "row_too_long"
    DAMAGED = "damaged"


class UnreadableTable(Exception):
    """The file is no table that can be read; `detail` is a column's name or a line's number where that helps."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Row:
    """One row: the line where it begins in the file, counted from 1, and one text for each column."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header and the rows below it; empty rows are left out and short ones filled up."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return UTF-8 CSV (RFC 4180) with a byte order mark, without which Excel takes it for Windows-1252."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(column) for column in columns])
    for row in rows:
        writer.writerow([_as_text(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """Return a workbook with one sheet, the same bytes for the same rows; numbers and dates keep their type."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:31] or "1")
    sheet.freeze_panes = "A2"
    head = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=_harmless(column))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_as_value(value) for value in row])
    book.properties.title = title
    book.properties.creator = ""
    book.properties.created = book.properties.modified = _FIXED_INSTANT
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def read_table(
    filename: str,  # noqa: ARG001 - callers have it at hand, and are told here that it decides nothing
    data: bytes,
    *,
    max_rows: int = 20_000,
    max_bytes: int = 5_000_000,
) -> Table:
    """Return the table in a CSV or XLSX file, told apart by its first bytes and never by `filename`.

    Every cell is text: numbers without a needless `.0`, dates in ISO 8601. Raises `UnreadableTable`.
    """
    if len(data) > max_bytes:
        raise UnreadableTable(Reason.TOO_LARGE)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise UnreadableTable(Reason.EMPTY)
    if data.startswith(_OLE):
        # Word and Excel wrap an encrypted file in the container of their old formats.
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise UnreadableTable(Reason.ENCRYPTED if encrypted else Reason.OLD_FORMAT)
    lines = _xlsx_lines(data) if data.startswith(_ZIP) else _csv_lines(data)
    return _table(lines, max_rows)


def _harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    text = _CONTROLS.sub("", text)[:MOST_CELL_CHARACTERS]
    if not text.startswith(_DANGEROUS):
        return text
    return "'" + text if text.strip() else ""


def _as_text(value: Cell) -> str:
    match value:
        case None:
            return ""
        case str():
            return _harmless(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _as_value(value: Cell) -> Cell:
    match value:
        case str():
            return _harmless(value)
        case datetime() | time() if value.tzinfo is not None:
            return value.isoformat()  # a spreadsheet knows no zones
        case _:
            return value


def _without_clock(data: bytes) -> bytes:
    """Return the zip file again with fixed dates, so that equal contents are equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":  # openpyxl sets the time of saving itself
                stamp = _FIXED_INSTANT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return out.getvalue()


def _table(lines: Iterator[tuple[int, list[str]]], max_rows: int) -> Table:
    filled = ((number, cells) for number, cells in lines if any(cells))
    _, titles = next(filled, (0, []))
    header = [" ".join(title.split()) for title in titles]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise UnreadableTable(Reason.NO_HEADER)
    if "" in header:
        raise UnreadableTable(Reason.UNNAMED_COLUMN, str(header.index("") + 1))
    if len(header) > MOST_COLUMNS:
        raise UnreadableTable(Reason.TOO_MANY_COLUMNS)
    seen: set[str] = set()
    for title in header:
        if title.casefold() in seen:
            raise UnreadableTable(Reason.DUPLICATE_COLUMN, title)
        seen.add(title.casefold())
    width = len(header)
    rows: list[Row] = []
    for number, cells in filled:
        if len(rows) == max_rows:
            raise UnreadableTable(Reason.TOO_MANY_ROWS, str(max_rows))
        if any(cells[width:]):
            raise UnreadableTable(Reason.ROW_TOO_LONG, str(number))
        rows.append(Row(number, tuple(cells[:width] + [""] * (width - len(cells)))))
    return Table(tuple(header), tuple(rows))


def _clean(text: str) -> str:
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    # What `_harmless` put before a telephone number comes off again when an export is read back.
    return text[1:].strip() if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text


def _decode(data: bytes) -> str:
    """Return the text in UTF-8, UTF-16 or Windows-1252, the encodings in which spreadsheets save CSV."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        sample = data[:2000]
        if sample.count(b"\0") > len(sample) // 4:  # UTF-16 of mostly Latin letters, the mark lost
            return data.decode("utf-16-le" if sample[1:2] == b"\0" else "utf-16-be")
    except UnicodeDecodeError as error:
        raise UnreadableTable(Reason.NOT_A_TABLE) from error
    if b"\0" in data:
        raise UnreadableTable(Reason.NOT_A_TABLE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; in a text they are damage, not a reason to refuse the rest.
        return data.decode("cp1252", errors="replace")


def _csv_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    if data.lstrip().startswith(_OTHER_KINDS):
        raise UnreadableTable(Reason.NOT_A_TABLE)
    text = _decode(data)
    controls = len(_CONTROLS.findall(text[:5000]))
    if controls > max(10, min(len(text), 5000) // 50):  # a picture or a program, not a text with a stray control
        raise UnreadableTable(Reason.NOT_A_TABLE)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = None
    if (first := re.match(r"\s*sep=([,;\t|])\n", text, re.IGNORECASE)) is not None:  # Excel's own first line
        delimiter = first[1]
        text = "\n" * first[0].count("\n") + text[first.end() :]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [_clean(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(Reason.DAMAGED, str(line)) from error


def _delimiter(text: str) -> str:
    """Return the separator that occurs most in the header line, quoted parts left out."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    bare = re.sub(r'"[^"]*"?', "", header)
    return max(",;\t|", key=bare.count)


def _xlsx_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        _check_archive(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise UnreadableTable(Reason.EMPTY)
        sheets[0].reset_dimensions()  # the file's own claim of its size may be wrong or meant to exhaust memory
        for number, values in enumerate(sheets[0].iter_rows(values_only=True), start=1):
            if number > MOST_LINES:
                raise UnreadableTable(Reason.TOO_MANY_ROWS)
            if len(values) > MOST_COLUMNS and any(value is not None for value in values[MOST_COLUMNS:]):
                raise UnreadableTable(Reason.TOO_MANY_COLUMNS)
            yield number, [_read_value(value) for value in values]
    except UnreadableTable:
        raise
    except Exception as error:
        # A damaged workbook can raise almost anything inside the zip, XML and spreadsheet readers.
        raise UnreadableTable(Reason.DAMAGED) from error


def _check_archive(data: bytes) -> None:
    """Refuse what is no workbook, unpacks to too much, or declares entities, before a parser sees it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(entry.flag_bits & 1 for entry in archive.infolist()):
            raise UnreadableTable(Reason.ENCRYPTED)
        if "xl/workbook.xml" not in archive.namelist():
            raise UnreadableTable(Reason.NOT_A_TABLE)
        left = MOST_UNPACKED_BYTES
        for entry in archive.infolist():
            with archive.open(entry) as stream:
                left -= _check_part(stream, left)


def _check_part(stream: IO[bytes], most_bytes: int) -> int:
    """Return how many bytes a part unpacks to; what the archive's directory says may be a lie."""
    unpacked, tail = 0, b""
    while block := stream.read(1 << 16):
        if unpacked == 0:
            declared = _DECLARED_ENCODING.match(block)
            # In another encoding a DOCTYPE would not be found by its bytes.
            if block.startswith(_WIDE_XML) or (declared and declared[1].lower() not in _XML_ENCODINGS):
                raise UnreadableTable(Reason.DAMAGED)
        unpacked += len(block)
        if unpacked > most_bytes:
            raise UnreadableTable(Reason.TOO_LARGE)
        if b"<!DOCTYPE" in tail + block or b"<!ENTITY" in tail + block:
            raise UnreadableTable(Reason.DAMAGED)
        tail = block[-16:]
    return unpacked


def _read_value(value: Any) -> str:
    match value:
        case bool():
            return str(value).upper()
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return "" if value is None else _clean(str(value))
