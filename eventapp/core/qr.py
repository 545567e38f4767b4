"""QR codes (ISO/IEC 18004) of short texts: as SVG for pages, as PNG for mails and documents."""

from __future__ import annotations

import io
from urllib.parse import quote

import segno
from markupsafe import Markup, escape

QUIET_ZONE = 4  # modules of white around, which scanners need
_SYMBOL_PIXELS = 8  # of one module in a picture for the screen


def rows_of(text: str) -> list[list[bool]]:
    """Return the modules, dark ones true, without the white around; with as much redundancy as the size holds."""
    return [[bool(module) for module in row] for row in _symbol(text).matrix]


def svg(text: str, words: str) -> Markup:
    """Return the code as a picture in a page, with the words that stand for it; always dark on white."""
    side, drawn = _drawing(text)
    return Markup(  # noqa: S704 - the words are escaped
        f'<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{escape(words)}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{drawn}"/></svg>'
    )


def png(text: str, *, module_pixels: int = _SYMBOL_PIXELS) -> bytes:
    """Return the code as a picture with one bit a pixel."""
    picture = io.BytesIO()
    _symbol(text).save(picture, kind="png", scale=module_pixels, border=QUIET_ZONE)
    return picture.getvalue()


def data_uri(text: str) -> str:
    """Return the code as a `data:` address of a drawing, for documents; the white around is left to the page."""
    side, drawn = _drawing(text)
    seen = f"{QUIET_ZONE} {QUIET_ZONE} {side - 2 * QUIET_ZONE} {side - 2 * QUIET_ZONE}"
    return "data:image/svg+xml," + quote(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{seen}"><path d="{drawn}"/></svg>'
    )


def _drawing(text: str) -> tuple[int, str]:
    """Return the side in modules, white around included, and the dark modules as a path."""
    rows = rows_of(text)
    drawn = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _runs(row)
    )
    return len(rows) + 2 * QUIET_ZONE, drawn


def _symbol(text: str) -> segno.QRCode:
    return segno.make(text, error="h", micro=False)


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
