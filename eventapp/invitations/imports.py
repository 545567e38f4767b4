"""Import of a list: every problem by row and column first, and nothing written until somebody confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.forms import normal_address
from eventapp.core.tables import Table, UnreadableTable, read_table
from eventapp.core.text import clean_line, clean_text
from eventapp.core.wall_time import problem_of, to_instant
from eventapp.events.models import Event
from eventapp.invitations import columns, queries, rules
from eventapp.invitations.import_words import Problem, why_unreadable
from eventapp.invitations.models import ImportPreview, Invitation
from eventapp.invitations.rules import LINE_LETTERS, TEXT_LETTERS
from eventapp.invitations.service import searchable
from eventapp.invitations.states import InvitationState

MOST_ROWS = 20_000
_LONGEST = {"name": LINE_LETTERS, "organisation": LINE_LETTERS, "position": LINE_LETTERS, "email": 254,
            "reason": TEXT_LETTERS, "personal_message": TEXT_LETTERS}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What a list is checked against: who is invited already, and the names of categories and languages."""

    addresses: Mapping[str, InvitationState]
    categories: Mapping[str, int]
    languages: Mapping[str, str]
    first_language: str
    zone: str
    now: datetime


@dataclass
class CheckedRow:
    """One row of the file: its line, what it says, and what is wrong with it by column."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)  # [column's title, problem, detail]

    def refuse(self, title: str, problem: Problem, detail: str = "") -> None:
        """Note what is wrong in a column."""
        self.problems.append([title, problem.value, detail[:80]])


def known_of(ctx: Context, event: Event) -> Known:
    """Return what the lists for an event are checked against."""
    return Known(
        addresses=queries.known_addresses(ctx, event),
        categories=columns.category_names(event.categories),
        languages=columns.language_names(tuple(event.languages)),
        first_language=event.first_language,
        zone=event.timezone,
        now=ctx.now,
    )


def read(filename: str, data: bytes) -> Table:
    """Return the table in a file. Raises `DomainError` in plain words, beside the field `file`."""
    try:
        table = read_table(filename, data, max_rows=MOST_ROWS)
    except UnreadableTable as error:
        raise DomainError(why_unreadable(error), field="file") from error
    places = columns.recognise(table.header)
    if "email" not in places:
        raise DomainError(
            _(
                "No column holds addresses. Name it “email” in the first line. We found: %(columns)s.",
                columns=", ".join(table.header[:12]),
            ),
            field="file",
        )
    if not table.rows:
        raise DomainError(_("The file has a first line and no rows below it."), field="file")
    return table


def check(table: Table, known: Known) -> tuple[list[CheckedRow], list[str]]:
    """Return every row with its problems, and the titles of the columns that mean nothing to us."""
    places = columns.recognise(table.header)
    ignored = [title for place, title in enumerate(table.header) if place not in places.values()]
    titles = {name: table.header[place] for name, place in places.items()}
    seen: dict[str, int] = {}
    checked = []
    for row in table.rows:
        cells = {name: row.cells[place] for name, place in places.items()}
        checked.append(_check_row(row.line, cells, titles, known, seen))
    return checked, ignored


def keep_preview(
    ctx: Context, event: Event, filename: str, *, account_id: int, rows: Sequence[CheckedRow], ignored: list[str]
) -> ImportPreview:
    """Keep a checked list until it is confirmed."""
    preview = ImportPreview(
        event_id=event.id,
        account_id=account_id,
        filename=clean_line(filename)[:LINE_LETTERS],
        rows=[asdict(row) for row in rows],
        ignored_columns=ignored,
        created_at=ctx.now,
    )
    ctx.session.add(preview)
    ctx.session.flush()
    return preview


def get_preview(ctx: Context, event: Event, preview_id: int, *, lock: bool = False) -> ImportPreview:
    """Return the preview of a list of invitations. Raises `NotFound`, also for a list of registrations."""
    found = queries.get_preview(ctx, event, preview_id, lock=lock)
    if any("answers" in row for row in found.rows):
        raise NotFound(_("This preview is no longer there. Choose the file again."))
    return found


def confirm(ctx: Context, event: Event, preview_id: int) -> int | None:
    """Write drafts for the rows without a problem and return how many; None, and nothing, on a second click.

    Addresses that got an invitation since the preview are left out.
    """
    preview = get_preview(ctx, event, preview_id, lock=True)
    if preview.confirmed_at is not None:
        return None
    preview.confirmed_at = ctx.now
    invited = queries.known_addresses(ctx, event)
    author = ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None
    drafts = [
        _draft(ctx, event, row["values"], author)
        for row in preview.rows
        if not row["problems"] and row["values"]["email"] not in invited
    ]
    if drafts:
        ctx.session.execute(insert(Invitation), drafts)
    audit.record(ctx, preview, "import", {"drafts": len(drafts), "rows": len(preview.rows)})
    return len(drafts)


def forget_previews(ctx: Context) -> int:
    """Delete the previews that nobody needs any more, for they hold people’s data, and return how many."""
    stale = queries.list_stale_previews(ctx, ctx.now - rules.PREVIEW_LIFE)
    for preview in stale:
        ctx.session.delete(preview)
    return len(stale)


def _draft(ctx: Context, event: Event, values: Mapping[str, Any], author: int | None) -> dict[str, Any]:
    answer_by = values.get("answer_by_at")
    return {
        "event_id": event.id,
        "state": InvitationState.DRAFT,
        "email": values["email"],
        "name": values["name"],
        "organisation": values.get("organisation", ""),
        "position": values.get("position", ""),
        "country": values.get("country", ""),
        "category_id": values.get("category_id"),
        "language": values["language"],
        "reason": values.get("reason", ""),
        "personal_message": values.get("personal_message", ""),
        "answer_by_at": datetime.fromisoformat(answer_by) if answer_by else None,
        "preapproved": values.get("preapproved", False),
        "address_locked": False,
        "invited_by_id": author,
        "link_version": 1,
        "search_text": searchable(values["name"], values.get("organisation", ""), values["email"]),
        "decline_reason": "",
        "created_at": ctx.now,
        "reminder_count": 0,
    }


def _check_row(
    line: int, cells: Mapping[str, str], titles: Mapping[str, str], known: Known, seen: dict[str, int]
) -> CheckedRow:
    row = CheckedRow(line)
    values = row.values
    _take_texts(row, cells, titles)
    _check_address(row, titles["email"], known, seen)
    if not values["name"]:
        row.refuse(titles.get("name") or titles.get("last_name") or "name", Problem.NO_NAME)
    if country := cells.get("country", ""):
        values["country"] = columns.country_of(country) or ""
        if not values["country"]:
            row.refuse(titles["country"], Problem.UNKNOWN_COUNTRY, country)
    if category := cells.get("category", ""):
        values["category_id"] = known.categories.get(columns.key(category))
        if values["category_id"] is None:
            row.refuse(titles["category"], Problem.UNKNOWN_CATEGORY, category)
    values["language"] = known.first_language
    if language := cells.get("language", ""):
        spoken = known.languages.get(columns.key(language))
        if spoken is None:
            row.refuse(titles["language"], Problem.UNKNOWN_LANGUAGE, language)
        else:
            values["language"] = spoken
    said = columns.yes_or_no(cells.get("preapproved", ""))
    if said is None:
        row.refuse(titles["preapproved"], Problem.NEITHER_YES_NOR_NO, cells["preapproved"])
    values["preapproved"] = bool(said)
    if answer_by := cells.get("answer_by_at", ""):
        _check_answer_by(row, titles["answer_by_at"], answer_by, known)
    return row


def _take_texts(row: CheckedRow, cells: Mapping[str, str], titles: Mapping[str, str]) -> None:
    values = row.values
    full_name = clean_line(f"{cells.get('first_name', '')} {cells.get('last_name', '')}")
    if "first_name" in cells and "last_name" not in cells:
        full_name = clean_line(f"{cells['first_name']} {cells.get('name', '')}")
    elif not full_name or cells.get("name", ""):
        full_name = clean_line(cells.get("name", "")) or full_name
    values["name"] = full_name
    for name in ("organisation", "position"):
        values[name] = clean_line(cells.get(name, ""))
    for name in ("reason", "personal_message"):
        values[name] = clean_text(cells.get(name, ""))
    values["email"] = clean_line(cells["email"])
    for name, most in _LONGEST.items():
        if len(values[name]) > most:
            title = titles.get(name) or titles.get("last_name") or name
            row.refuse(title, Problem.TOO_LONG, str(most))
            values[name] = values[name][:most]


def _check_address(row: CheckedRow, title: str, known: Known, seen: dict[str, int]) -> None:
    typed = row.values["email"]
    if not typed:
        row.refuse(title, Problem.NO_ADDRESS)
        return
    try:
        email = normal_address(typed)
    except ValueError:
        row.refuse(title, Problem.BROKEN_ADDRESS, typed)
        return
    row.values["email"] = email
    if email in seen:
        row.refuse(title, Problem.TWICE_IN_FILE, str(seen[email]))
        return
    seen[email] = row.line
    if email in known.addresses:
        row.refuse(title, Problem.INVITED_BEFORE, known.addresses[email].value)


def _check_answer_by(row: CheckedRow, title: str, text: str, known: Known) -> None:
    wall = columns.wall_time_of(text)
    if wall is None or problem_of(wall, known.zone) is not None:
        row.refuse(title, Problem.NO_DATE, text)
        return
    instant = to_instant(wall, known.zone)
    if instant <= known.now:
        row.refuse(title, Problem.DATE_PAST, text)
        return
    row.values["answer_by_at"] = instant.isoformat()
