"""Questions that tests ask of a PDF: what it says, and whether a screen reader can follow it."""

import html
import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pdfua
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import Destination

from eventapp.core.qr import rows_of

# pdfua 0.1.3 stumbles over a numeric array there with any PDF of WeasyPrint; every other rule must have run.
RULES_THAT_MAY_NOT_RUN = {"UA-14-001"}


def assert_accessible(pdf: bytes, *, language: str | None = None) -> None:
    """Fail unless the PDF is tagged, has language, title, bookmarks and all its fonts, and satisfies pdfua."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"], "not tagged"
    assert root["/StructTreeRoot"]["/K"], "no structure"
    spoken = str(root.get("/Lang", ""))
    assert spoken, "no language"
    assert language is None or spoken == language, f"language is {spoken}, not {language}"
    assert reader.metadata and (reader.metadata.title or "").strip(), "no title"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"], "viewers would show the file's name"
    assert bookmarks(pdf), "no bookmarks"
    assert (missing := fonts_not_embedded(pdf)) == set(), f"fonts not embedded: {missing}"
    report = findings(pdf)
    assert report == [], "\n".join(report)


def findings(pdf: bytes) -> list[str]:
    """Return what pdfua has to say against the PDF, rules that it could not run included."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        report = pdfua.validate(file.name)
    said = [f"{found.rule_id} {found.location.describe()}: {found.message}" for found in report.findings]
    skipped = [
        f"{outcome.rule_id} was not run: {outcome.skipped_reason}"
        for outcome in report.outcomes
        if outcome.skipped_reason and outcome.rule_id not in RULES_THAT_MAY_NOT_RUN
    ]
    return said + skipped


def text_of(pdf: bytes) -> str:
    """Return the words in the order of the file, each run of white space as one space."""
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page as it lies on the sheet."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode().split("\f")[:-1]


class Place(NamedTuple):
    """Where a word stands: its page from 1, and its distance from the left and upper edge in points."""

    page: int
    left: float
    top: float


def places_of(pdf: bytes, word: str) -> list[Place]:
    """Return the places of a word on the sheets, page by page."""
    return _places_by_word(pdf).get(word, [])


@lru_cache(maxsize=2)
def _places_by_word(pdf: bytes) -> dict[str, list[Place]]:
    """Read the places of all words at once: to ask pdftotext for each takes longer than to make the document."""
    run = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    places: dict[str, list[Place]] = {}
    page = 0
    for line in run.stdout.decode().splitlines():
        page += "<page " in line
        if found := re.search(r'xMin="([\d.]+)" yMin="([\d.]+)".*>(.*)</word>', line):
            place = Place(page, float(found[1]), float(found[2]))
            places.setdefault(html.unescape(found[3]), []).append(place)
    return places


def bookmarks(pdf: bytes) -> list[tuple[int, str]]:
    """Return the bookmarks as pairs of depth, from 1, and words."""

    def walk(outline: list[Any], depth: int) -> Iterator[tuple[int, str]]:
        for entry in outline:
            if isinstance(entry, Destination):
                yield depth, str(entry.title)
            else:
                yield from walk(entry, depth + 1)

    return list(walk(PdfReader(io.BytesIO(pdf)).outline, 1))


def tag_order(pdf: bytes) -> list[str]:
    """Return the kinds of the structure elements in reading order, as `H1`, `Art`, `P`."""

    def walk(element: Any) -> Iterator[str]:
        element = element.get_object()
        if not hasattr(element, "get") or "/S" not in element:
            return
        yield str(element["/S"]).removeprefix("/")
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            if not isinstance(child, int):
                yield from walk(child)

    root = PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]["/K"]
    return [kind for element in root for kind in walk(element)]


def fonts_not_embedded(pdf: bytes) -> set[str]:
    """Return the names of fonts that the PDF uses and does not carry."""
    missing = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).get_object().values():
            for bare in font.get_object().get("/DescendantFonts", [font]):
                described = bare.get_object().get("/FontDescriptor", {}).get_object()
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
                    missing.add(str(bare.get_object().get("/BaseFont")))
    return missing


def picture_of(pdf: bytes, folder: Path, *, dots_per_inch: int = 60) -> list[Path]:
    """Write each page as PNG into the folder, for people to look at, and return the files."""
    subprocess.run(["pdftoppm", "-png", "-r", str(dots_per_inch), "-", str(folder / "page")], input=pdf, check=True)
    return sorted(folder.glob("page*.png"))


def qr_of(pdf: bytes) -> str:
    """Return the address beneath the QR code of a letter's first page, once the code is found to be that of it."""
    notes = [note.get_object() for note in PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]]
    (address,) = {str(note["/A"]["/URI"]) for note in notes}
    draw = ["pdftoppm", "-gray", "-r", "254", "-l", "1", "-singlefile", "-"]  # 10 pixels a millimetre
    run = subprocess.run(draw, input=pdf, capture_output=True, check=True)
    foot = Image.open(io.BytesIO(run.stdout)).crop((245, 2400, 465, 2970))
    dark = foot.point(lambda shade: 255 * (shade < 128))
    box = dark.getbbox()
    assert box is not None, "no code at the foot of the page"
    wanted = rows_of(address)
    side = (box[2] - box[0]) / len(wanted)
    middles = [(place + 0.5) * side for place in range(len(wanted))]
    found = [[bool(dark.getpixel((int(box[0] + x), int(box[1] + y)))) for x in middles] for y in middles]
    assert found == wanted, "the code is that of another address"
    return address
