"""Import of registrations that came by another way: every problem first, and nothing written until it is confirmed.

Reading, recognising and checking the file is the work of the invitations' import; here are only the questions of
the registration form that a letter does not know. A kept row has its `answers`, which tells these lists apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.languages import LANGUAGES
from eventapp.core.tables import Table
from eventapp.core.text import clean_line, clean_text
from eventapp.events.models import Event
from eventapp.invitations import by_hand, columns, import_words, imports
from eventapp.invitations import queries as invitation_queries
from eventapp.invitations.imports import CheckedRow
from eventapp.invitations.models import ImportPreview, Invitation
from eventapp.invitations.service import InvitationValues
from eventapp.invitations.states import ACTIVE
from eventapp.registrations import choices, late_own, service, words
from eventapp.registrations.answers import answers_from
from eventapp.registrations.late_own import NotAsked, OwnCells
from eventapp.registrations.models import Registration
from eventapp.registrations.own_answers import FormChanged
from eventapp.registrations.questions import asking, wording
from eventapp.registrations.questions.places import NoPlaceLeft
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.values import LONGEST
from eventapp.registrations.questions.values import Problem as Fault
from eventapp.registrations.snapshots import OWN
from eventapp.registrations.states import Mode, Sector

MOST_ROWS = 300  # each of them is written to, and nobody else can write meanwhile
OF_THE_LETTER = frozenset(
    {"email", "name", "first_name", "last_name", "organisation", "position", "country", "category", "language"}
)
NEEDED = ("organisation", "country", "category", "sector")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "sector": ("sector", "secteur", "sector of activity", "secteur d’activité", "sector de actividad"),
    "city": ("city", "region", "region or city", "town", "ville", "région", "région ou ville", "ciudad", "región",
             "región o ciudad"),
    "mode": ("mode", "in person or remote", "attendance", "participation", "présence", "modalité",
             "mode de participation", "modalidad", "participación", "asistencia"),
    "speaks": ("speaks", "languages", "languages spoken", "spoken languages", "parle", "langues", "langues parlées",
               "habla", "idiomas", "lenguas"),
    "interpretation": ("interpretation", "needs interpretation", "interprétation", "interpretación"),
    "dietary": ("food", "dietary", "diet", "dietary needs", "what you eat", "repas", "régime", "régime alimentaire",
                "alimentation", "comida", "dieta", "alimentación"),
    "access_needs": ("access", "access needs", "accessibility", "accès", "accessibilité", "besoins d’accès", "acceso",
                     "accesibilidad", "necesidades de acceso"),
    "first_time": ("first time", "first-time", "première fois", "primera vez"),
    "gender": ("gender", "sex", "genre", "sexe", "género", "sexo"),
    "why": ("why", "motivation", "why coming", "pourquoi", "motivación", "por qué"),
}  # fmt: skip
TEMPLATE_COLUMNS = (
    "email", "name", "organisation", "position", "sector", "country", "city", "category", "mode", "language",
    "speaks", "interpretation", "food", "access needs", "first time", "gender", "why",
)  # fmt: skip
_OURS = frozenset(columns.key(name) for name in TEMPLATE_COLUMNS)
_LONGEST = {"city": 200, "dietary": 500, "access_needs": 2000, "gender": 100, "why": 300}
_MODES: Mapping[str, Mode] = {
    **dict.fromkeys(
        ("present", "in situ", "on site", "onsite", "presencial", "presentiel", "sur place"), Mode.IN_PERSON
    ),
    **dict.fromkeys(("online", "virtual", "en linea", "virtuel", "en ligne", "a distance", "a distancia"), Mode.REMOTE),
}


class Problem(StrEnum):
    """What can be wrong with a cell, beyond what an invitation knows."""

    NEEDED = "needed"
    UNKNOWN_SECTOR = "unknown_sector"
    UNKNOWN_MODE = "unknown_mode"
    UNKNOWN_SPOKEN = "unknown_spoken"
    REGISTERED = "registered"
    NOT_ASKED = "not_asked"
    NOT_OFFERED = "not_offered"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    FULL = "full"


_SENTENCES: Mapping[Problem, LazyString] = {
    Problem.NEEDED: _l("This is needed and nothing is there."),
    Problem.UNKNOWN_SECTOR: _l("We know no sector “%(detail)s”. Take one of those named before you chose the file."),
    Problem.UNKNOWN_MODE: _l("“%(detail)s” is neither in person nor remote."),
    Problem.UNKNOWN_SPOKEN: _l("We know no language “%(detail)s”. Its two-letter code always works."),
    Problem.REGISTERED: _l("Has registered already."),
    Problem.NOT_ASKED: _l("With the other answers of this row, this is not asked. Leave it empty."),
    Problem.NOT_OFFERED: _l("“%(detail)s” is not among the answers to choose from."),
    Problem.NOT_A_NUMBER: wording.PROBLEM[Fault.NOT_A_NUMBER],
    Problem.NOT_A_DATE: wording.PROBLEM[Fault.NOT_A_DATE],
    Problem.FULL: _l("“%(detail)s” has no place left."),
}


_FAULTS: Mapping[Fault, Problem] = {
    Fault.MISSING: Problem.NEEDED,
    Fault.NOT_A_NUMBER: Problem.NOT_A_NUMBER,
    Fault.NOT_A_DATE: Problem.NOT_A_DATE,
    Fault.NOT_OFFERED: Problem.NOT_OFFERED,
}


@dataclass
class LateRow(CheckedRow):
    """A row with the answers of the registration form beside what an invitation holds."""

    answers: dict[str, Any] = field(default_factory=dict)

    def note(self, title: str, problem: Problem, detail: str = "") -> None:
        """Note what is wrong in a column."""
        self.problems.append([title, problem.value, detail[:80]])


def in_words(problem: str, detail: str) -> str:
    """Return the sentence for a problem of a row."""
    if problem in set(Problem):
        return str(_SENTENCES[Problem(problem)]) % {"detail": detail}
    return import_words.in_words(problem, detail)


def read(filename: str, data: bytes) -> Table:
    """Return the table in a file. Raises `DomainError` in plain words, beside the field `file`."""
    table = imports.read(filename, data)
    if len(table.rows) > MOST_ROWS:
        raise DomainError(
            _("The file has %(count)d rows. Split it into files of at most %(most)d rows.",
              count=len(table.rows), most=MOST_ROWS),
            field="file",
        )  # fmt: skip
    return table


def own_cells(ctx: Context, event: Event, *, sensitive: bool) -> OwnCells:
    """Return the event's own questions that a list may answer; our own columns of the template come first."""
    return late_own.cells_of(ctx, event, _OURS, sensitive=sensitive)


def check(ctx: Context, event: Event, table: Table, *, sensitive: bool = False) -> tuple[list[LateRow], list[str]]:
    """Return every row with its problems, and the titles of the columns that mean nothing to us.

    Without `sensitive`, so are columns of sensitive questions.
    """
    questions = own_cells(ctx, event, sensitive=sensitive)
    asked = set(questions.recognise(table.header, _OURS).values())
    header = ["" if place in asked else title for place, title in enumerate(table.header)]
    own = _recognise(header)
    letter = {
        name: place
        for name, place in columns.recognise(header).items()
        if name in OF_THE_LETTER and place not in own.values()
    }
    used = {*own.values(), *letter.values(), *asked}
    ignored = [title for place, title in enumerate(table.header) if place not in used]
    places = sorted(letter.values())
    of_the_letter = Table(
        header=tuple(table.header[place] for place in places),
        rows=tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in table.rows),
    )
    registered = _registered_addresses(ctx, event)
    known = imports.known_of(ctx, event)
    open_to_all = {
        email: state for email, state in known.addresses.items() if state not in ACTIVE or email in registered
    }
    checked, _none = imports.check(of_the_letter, replace(known, addresses=open_to_all))
    titles = {name: table.header[place] for name, place in {**letter, **own}.items()}
    spoken = columns.language_names(tuple(dict.fromkeys([*event.languages, *choices.OFTEN_SPOKEN])))
    rows = []
    for source, row in zip(table.rows, checked, strict=True):
        cells = {name: source.cells[place] for name, place in own.items()}
        late_row = _check_row(row, cells, titles, spoken, registered)
        _check_own(late_row, questions, source.cells, table.header)
        rows.append(late_row)
    return rows, ignored


def get_preview(ctx: Context, event: Event, preview_id: int, *, lock: bool = False) -> ImportPreview:
    """Return the preview of late registrations. Raises `NotFound`, also for a list of invitations."""
    found = invitation_queries.get_preview(ctx, event, preview_id, lock=lock)
    if not all("answers" in row for row in found.rows):
        raise NotFound(_("This preview is no longer there. Choose the file again."))
    return found


def confirm(ctx: Context, event: Event, preview_id: int) -> int | None:
    """Register the people of the rows without a problem and return how many; None, and nothing, on a second click.

    Who registered since the preview is left out. Each gets the mail of everybody who registers. Raises `Conflict` when
    the event was cancelled meanwhile, or an own question cannot be answered so any more; nothing is written then.
    """
    preview = get_preview(ctx, event, preview_id, lock=True)
    if preview.confirmed_at is not None:
        return None
    preview.confirmed_at = ctx.now
    registered = _registered_addresses(ctx, event)
    good = [row for row in preview.rows if not row["problems"] and row["values"]["email"] not in registered]
    # All invitations are locked before the seats, as everywhere; in the middle of others' it could lock both out.
    _lock_invitations(ctx, event, [row["values"]["email"] for row in good])
    accepted = [by_hand.record_acceptance(ctx, event, _letter(row["values"])) for row in good]
    for invitation, row in zip(accepted, good, strict=True):
        try:
            _register(ctx, invitation, row["answers"])
        except (NoPlaceLeft, FormChanged) as refusal:
            words = _("Line %(line)d: %(why)s Nothing was imported; choose the file again.")
            raise Conflict(words % {"line": row["line"], "why": refusal.message}) from refusal
    audit.record(ctx, preview, "import-registrations", {"count": len(good), "rows": len(preview.rows)})
    return len(good)


def _register(ctx: Context, invitation: Invitation, saved: Mapping[str, Any]) -> None:
    """Register one person, with the answers to own questions that the list has."""
    own, form = saved.get(OWN) or {}, read_form(ctx, invitation.event_id)
    private = {each.key: own[each.key] for each in asking.every(form) if each.private and each.key in own}
    given = {key: value for key, value in own.items() if key not in private}
    registration = service.submit(ctx, invitation, answers_from(saved), given or None, at_any_time=True)
    if private:
        service.note_private(ctx, registration, private, {})


def sectors_in_words() -> list[str]:
    """Return the sectors that a file may name, in the reader's language."""
    return [str(name) for name in words.SECTOR.values()]


def _letter(values: Mapping[str, Any]) -> InvitationValues:
    return {
        "email": values["email"],
        "name": values["name"],
        "organisation": values["organisation"],
        "position": values["position"],
        "country": values["country"],
        "category_id": values["category_id"],
        "language": values["language"],
    }


def _lock_invitations(ctx: Context, event: Event, emails: Sequence[str]) -> None:
    ctx.session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.email.in_(emails), Invitation.state.in_(ACTIVE))
        .order_by(Invitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _registered_addresses(ctx: Context, event: Event) -> frozenset[str]:
    """Return the addresses, of the invitation and of the registration, of everybody who has registered."""
    rows = ctx.session.execute(
        select(Invitation.email, Registration.email)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .where(Registration.event_id == event.id)
    )
    return frozenset(email for pair in rows for email in pair)


def _recognise(header: Sequence[str]) -> dict[str, int]:
    names = {columns.key(name): column for column, known in HEADERS.items() for name in known}
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        column = names.get(columns.key(title))
        if column is not None and column not in found:
            found[column] = place
    return found


def _check_row(
    checked: CheckedRow,
    cells: Mapping[str, str],
    titles: Mapping[str, str],
    spoken: Mapping[str, str],
    registered: frozenset[str],
) -> LateRow:
    row = LateRow(checked.line, checked.values, list(checked.problems))
    values = row.values
    refused = {title for title, _problem, _detail in row.problems}
    if values["email"] in registered:
        row.problems = [each for each in row.problems if each[1] != import_words.Problem.INVITED_BEFORE]
        row.note(titles["email"], Problem.REGISTERED)
    values.setdefault("country", "")
    values.setdefault("category_id", None)
    said = {"organisation": values["organisation"], "country": values["country"], "category": values["category_id"],
            "sector": cells.get("sector", "")}  # fmt: skip
    for name in NEEDED:
        title = titles.get(name, name)
        if not said[name] and title not in refused:
            row.note(title, Problem.NEEDED)
    row.answers = {
        **{name: values[name] for name in ("name", "email", "language", "organisation", "position", "country")},
        "category_id": values["category_id"],
        "sector": _sector(row, cells, titles),
        "mode": _mode(row, cells, titles),
        "speaks": _languages(row, "speaks", cells, titles, spoken) or [values["language"]],
        "interpretation": _languages(row, "interpretation", cells, titles, spoken),
        "first_time": _yes(row, cells, titles),
        **_texts(row, cells, titles),
    }
    return row


def _check_own(row: LateRow, questions: OwnCells, cells: Sequence[str], header: Sequence[str]) -> None:
    """Read what the row answers to own questions, and note what is wrong by column."""
    answers, wrong = questions.read(cells)
    row.answers[OWN] = answers
    for question, fault, text in wrong:
        title = header[questions.place_of[question.id]]
        if isinstance(fault, NotAsked):
            row.note(title, Problem.NOT_ASKED)
        elif fault is Fault.TOO_LONG:
            row.refuse(title, import_words.Problem.TOO_LONG, str(LONGEST[question.kind]))
        else:
            row.note(title, _FAULTS[fault], text)
    if not row.problems:  # other rows are not imported and take no place
        for question, option in questions.take_places(answers):
            row.note(header[questions.place_of[question.id]], Problem.FULL, option.label.text(questions.language))


def _sector(row: LateRow, cells: Mapping[str, str], titles: Mapping[str, str]) -> str:
    text = cells.get("sector", "")
    found = _sector_names().get(columns.key(text))
    if text and found is None:
        row.note(titles["sector"], Problem.UNKNOWN_SECTOR, text)
    return found.value if found is not None else ""


def _mode(row: LateRow, cells: Mapping[str, str], titles: Mapping[str, str]) -> str:
    text = cells.get("mode", "")
    found = _mode_names().get(columns.key(text)) if text else Mode.IN_PERSON
    if found is None:
        row.note(titles["mode"], Problem.UNKNOWN_MODE, text)
    return found.value if found is not None else ""


def _languages(
    row: LateRow, name: str, cells: Mapping[str, str], titles: Mapping[str, str], spoken: Mapping[str, str]
) -> list[str]:
    found: list[str] = []
    for text in cells.get(name, "").replace(";", ",").replace("/", ",").split(","):
        if not text.strip():
            continue
        code = spoken.get(columns.key(text))
        if code is None:
            row.note(titles[name], Problem.UNKNOWN_SPOKEN, text.strip())
        elif code not in found:
            found.append(code)
    return found


def _yes(row: LateRow, cells: Mapping[str, str], titles: Mapping[str, str]) -> bool:
    said = columns.yes_or_no(cells.get("first_time", ""))
    if said is None:
        row.refuse(titles["first_time"], import_words.Problem.NEITHER_YES_NOR_NO, cells["first_time"])
    return bool(said)


def _texts(row: LateRow, cells: Mapping[str, str], titles: Mapping[str, str]) -> dict[str, str]:
    texts = {}
    for name, most in _LONGEST.items():
        clean = clean_text if name == "access_needs" else clean_line
        texts[name] = clean(cells.get(name, ""))
        if len(texts[name]) > most:
            row.refuse(titles[name], import_words.Problem.TOO_LONG, str(most))
            texts[name] = texts[name][:most]
    return texts


@lru_cache(maxsize=1)
def _sector_names() -> Mapping[str, Sector]:
    return {columns.key(name): sector for sector in Sector for name in (sector.value, *_said(words.SECTOR[sector]))}


@lru_cache(maxsize=1)
def _mode_names() -> Mapping[str, Mode]:
    said = {columns.key(name): mode for mode in Mode for name in (mode.value, *_said(words.MODE[mode]))}
    return {**_MODES, **said}


def _said(text: LazyString) -> Iterator[str]:
    """Yield a text in every language of the interface."""
    for language in LANGUAGES:
        with force_locale(language):
            yield str(text)
