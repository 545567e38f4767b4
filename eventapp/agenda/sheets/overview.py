"""The agenda on one sheet of A4: a grid of days and places, in type as large as the sheet allows."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence

from jinja2 import Environment

from eventapp.agenda import words
from eventapp.agenda.document import Document, from_release
from eventapp.agenda.queries import Released
from eventapp.agenda.sheets.fitting import MM_PER_POINT, lines_of, shortened, width_of
from eventapp.agenda.sheets.grid import Frame, Needs, Sheet, sheets_of
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.core.formatting import time_in_words

TEMPLATE = "agenda/pdf/overview.html"
WIDTH = 265.0  # as `overview.css` has it
HEIGHT = 173.0  # from below a title of one line down to the margin
DAY_HEAD, LANE_HEAD = 7.0, 1.4  # without the words of the latter
TITLE_SIZE, DAY_SIZE, LANE_SIZE, LEGEND_SIZE = 17.0, 12.0, 7.5, 7.5
MOST_LANE_LINES = 3
LONGEST_TITLE = 160
CELL_GAP = 1.2
_INSIDE = 3.0  # rule and padding of a cell, left and right
_WHOLE_WORDS = 7.5  # larger type than this is not worth a broken word
_SYLLABLES = 9  # letters of a long word that stay together
_AROUND = 1.9  # padding of a cell, above and below
_LEADING = 1.2
_MARK = 7.0  # size of the times at the edge
_SMALL = 0.86  # of the size of the titles: hours and place


def overview(templates: Environment, release: Released, language: str, *, slug: str) -> Document:
    """Return the overview of a release; the current locale must be `language`."""
    frame = Frame(WIDTH, _height(release.snapshot, language))
    sheets = sheets_of(release.snapshot.days, frame, needs_in(language), lambda each: each.place.text(language))
    return from_release(
        templates,
        TEMPLATE,
        release,
        language,
        slug=slug,
        name="agenda-overview",
        sheets=sheets,
        rules="\n".join(_rules(sheets, language)),
        axis_of=_axis,
        title_of=lambda session: shortened(session.title.text(language), LONGEST_TITLE),
    )


def needs_in(language: str) -> Needs:
    """Return how high the cell of a session must be for its words in that language."""

    def needs(session: SessionEntry, width: float, size: float, in_lane: bool) -> float:
        inside = width - CELL_GAP - _INSIDE
        line, small = size * MM_PER_POINT * _LEADING, size * MM_PER_POINT * _SMALL * _LEADING
        title = shortened(session.title.text(language), LONGEST_TITLE)
        longest = max((width_of(word[:_SYLLABLES], size) for word in title.split()), default=0.0)
        if size > _WHOLE_WORDS and longest > inside:
            return math.inf
        if session.is_quiet:
            return _AROUND * 0.8 + lines_of(f"00:00–00:00 {title}", inside, size * _SMALL) * small
        place = "" if in_lane or session.cancelled else session.place.text(language)
        about = lines_of(place, inside, size * _SMALL) if place else int(session.cancelled)
        hours = lines_of("00:00–00:00", inside, size * _SMALL)
        return _AROUND + (hours + about) * small + lines_of(f"{session.theme or ''} {title}", inside, size) * line

    return needs


def _height(agenda: Snapshot, language: str) -> float:
    """Return how high the grid may be between the title and the legend."""
    title = lines_of(agenda.title.text(language), WIDTH * 0.95, TITLE_SIZE) - 1
    legend = "".join(f"{theme.number} {theme.title.text(language)}     " for theme in agenda.themes)
    foot = max(1, lines_of(legend, WIDTH, LEGEND_SIZE)) * LEGEND_SIZE * MM_PER_POINT * 1.35 + 2
    heads = DAY_HEAD + _lane_head(MOST_LANE_LINES)
    return HEIGHT - heads - title * TITLE_SIZE * MM_PER_POINT * 1.15 - foot


def _lane_head(lines: int) -> float:
    return LANE_HEAD + lines * LANE_SIZE * MM_PER_POINT * _LEADING if lines else 0.0


def _lane_lines(sheet: Sheet) -> int:
    """Return how many lines the names of the places take at the head of their columns."""
    lines = [
        lines_of(lane.name, day.width / len(day.lanes) - 2, LANE_SIZE)
        for day in sheet.days
        for lane in day.lanes
        if len(day.lanes) > 1
    ]
    return min(max(lines, default=0), MOST_LANE_LINES)


def _axis(sheet: Sheet) -> str:
    """Return the times at the edge as a picture: read aloud after each other they would only be noise."""
    words, last = [], -10.0
    for at, top in sheet.marks:
        if top - last >= _MARK * MM_PER_POINT * 1.1:
            words.append(f'<text x="10" y="{top + 2.9:.2f}" text-anchor="end">{time_in_words(at)}</text>')
            last = top
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="11mm" height="{sheet.height:.2f}mm" '
        f'viewBox="0 0 11 {sheet.height:.2f}" font-family="Liberation Sans" font-size="{_MARK * MM_PER_POINT:.2f}" '
        f'fill="#565b62">{"".join(words)}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def _rules(sheets: Sequence[Sheet], language: str) -> Iterator[str]:
    """Write where everything stands as style rules."""
    for number, sheet in enumerate(sheets, 1):
        name = f"#sheet-{number}"
        lane_head = _lane_head(_lane_lines(sheet))
        yield f"{name} {{ font-size: {sheet.size}pt }}"
        yield f"{name} .grid {{ height: {sheet.height + DAY_HEAD + lane_head:.2f}mm }}"
        yield f"{name} .axis {{ top: {DAY_HEAD + lane_head:.2f}mm }}"
        yield f"{name} .lanes {{ height: {lane_head:.2f}mm }}"
        for on, day in enumerate(sheet.days, 1):
            name = f"#day-{number}-{on}"
            head = width_of(f"{words.day(day.date, language)}  ", DAY_SIZE)
            size = DAY_SIZE * min(1.0, day.width / head)
            wide = day.width / len(day.lanes)
            yield f"{name} {{ left: {day.left:.2f}mm; width: {day.width:.2f}mm }}"
            yield f"{name} h2 {{ font-size: {size:.1f}pt }}"
            for lane in range(len(day.lanes)):
                yield f"{name} .lane-{lane + 1} {{ left: {lane * wide:.2f}mm; width: {wide:.2f}mm }}"
            for cell in day.cells:
                yield (
                    f"#cell-{cell.session.id} {{ left: {cell.left:.2f}mm; top: {cell.top:.2f}mm;"
                    f" width: {cell.width - CELL_GAP:.2f}mm; height: {cell.height:.2f}mm }}"
                )
