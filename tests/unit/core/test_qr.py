"""A QR code in a page or a mail holds the same modules as the symbol of the standard."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import segno
from lxml import etree
from PIL import Image

from eventapp.core import qr
from eventapp.registrations.codes import ALPHABET, new_code


def modules_of(drawing: str, side: int) -> list[list[bool]]:
    """Read the dark modules back from the runs of a path."""
    grid = [[False] * side for _row in range(side)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawing):
        for step in range(int(length)):
            grid[int(y)][int(x) + step] = True
    return grid


def framed(rows: list[list[bool]]) -> list[list[bool]]:
    side = len(rows) + 2 * qr.QUIET_ZONE
    empty = [[False] * side] * qr.QUIET_ZONE
    beside = [False] * qr.QUIET_ZONE
    return [*empty, *([*beside, *row, *beside] for row in rows), *empty]


def test_a_badge_code_fits_the_smallest_symbol_with_the_most_redundancy() -> None:
    for code in (new_code(), ALPHABET[:8], ALPHABET[-8:]):
        assert segno.make(code, error="h", micro=False).designator == "1-H"
        assert len(qr.rows_of(code)) == 21


def test_the_drawing_and_the_picture_hold_the_modules_of_the_symbol() -> None:
    code = "7K2M9XQ4"
    wanted = framed([[bool(each) for each in row] for row in segno.make_qr(code, error="h", version=1).matrix])
    page = qr.svg(code, "Code “7K2M-9XQ4” <b>")
    svg = etree.fromstring(str(page))
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Code “7K2M-9XQ4” <b>")
    assert "style" not in page
    assert modules_of(svg[1].get("d"), len(wanted)) == wanted
    assert modules_of(unquote(qr.data_uri(code)), len(wanted)) == wanted
    picture = Image.open(io.BytesIO(qr.png(code, module_pixels=1))).convert("1")
    pixels = [[picture.getpixel((x, y)) == 0 for x in range(picture.width)] for y in range(picture.height)]
    assert pixels == wanted
    assert qr.png(code) == qr.png(code)
