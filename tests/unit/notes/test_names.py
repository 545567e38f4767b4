"""Names in texts: none of 200 slips through in any of its guises, and ordinary words raise no alarm."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from pypdf import PdfWriter

from eventapp.notes.attribution import letters, names, properties
from eventapp.notes.attribution.letters import Kind, Letter
from eventapp.notes.attribution.names import Index, Known, What, find
from tests.support.guises import Invented, file_names, guises, invented_names

NAMES = invented_names()


def index() -> Index:
    return Index([Known(each.registered) for each in NAMES], ())


def slipped(found_by: Index) -> Iterator[str]:
    for each in NAMES:
        for spelling in each.spellings:
            texts = [(what, text, False) for what, text in guises(spelling)]
            texts += [(what, text, True) for what, text in file_names(spelling)]
            for what, text, loose in texts:
                if not names_in(found_by, text, each, loose=loose):
                    yield f"{what}: {text!r} hides {each.registered}"


def names_in(found_by: Index, text: str, wanted: Invented, *, loose: bool = False) -> bool:
    hits = found_by.find(text, loose=loose)
    return any(hit.what is What.NAME and hit.name == wanted.registered for hit in hits)


def test_no_name_slips_through_in_any_guise() -> None:
    assert len(NAMES) == 200
    assert list(slipped(index())) == []


def test_without_folding_many_slip_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_it_is(char: str) -> Letter:
        kind = Kind.LETTER if char.isalpha() else Kind.GAP
        return Letter(kind, char, char.isupper(), char.lower() != char.upper(), "LATIN")

    monkeypatch.setattr(letters, "letter", as_it_is)
    assert len(list(slipped(index()))) > 500


def test_a_name_is_found_when_it_is_registered_in_another_script() -> None:
    twins = [each for each in NAMES if each.twin]
    found_by, turned = index(), Index([Known(each.twin) for each in twins], ())
    assert len(twins) >= 25
    for each in twins:
        assert names_in(found_by, f"Then {each.twin} spoke.", each), each
        assert any(hit.name == each.twin for hit in turned.find(f"Then {each.registered} spoke.")), each


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Okafor asked why.", [(What.PART, "Okafor")]),
        ("Thanks, Ms Ama!", [(What.PART, "Ama")]),
        ("Ama is also a word.", []),  # a first name alone, without a title
        ("We carter and forest.", []),  # everyday words in small letters
        ("Forest fires were discussed.", []),
        ("Yaw Forest was there.", [(What.NAME, "Yaw Forest")]),
        ("Lima was mentioned.", []),  # a town
        ("Rosa Lima spoke.", [(What.NAME, "Rosa Lima")]),
        ("The Ville de Lusaka pays.", [(What.ORGANISATION, "Ville de Lusaka")]),
        ("the Lusaka City pilot", [(What.ORGANISATION, "Lusaka City")]),
        ("Lusaka is a city of markets and a city of hills, far away", []),
        ("UNGX financed it, ungx did not.", [(What.ORGANISATION, "UNGX")]),
        ("The Host House invites.", []),
        ("Health ministries differ.", []),
    ],
)
def test_parts_bodies_and_ordinary_words(text: str, expected: list[tuple[What, str]]) -> None:
    people = [
        Known("Ama Okafor", "City of Lusaka"),
        Known("Yaw Forest", "UNGX"),
        Known("Joseph Carter", "Host House"),
        Known("Rosa Lima", "University"),
    ]
    found_by = names.index_of(tuple(people), frozenset({"Host House"}), frozenset({"Lima", "Lusaka"}))
    assert [(hit.what, hit.words) for hit in found_by.find(text)] == expected


def test_the_texts_of_the_project_itself_name_nobody() -> None:
    root = Path(__file__).parents[3]
    text = (root / "README.md").read_text() + (root / "docs" / "look.md").read_text()
    text += (root / "translations" / "fr" / "LC_MESSAGES" / "messages.po").read_text()[:150_000]
    text += (root / "translations" / "es" / "LC_MESSAGES" / "messages.po").read_text()[:150_000]
    assert index().find(text) == []


def test_a_long_text_is_read_whoever_takes_part() -> None:
    fixed = random.Random(7)  # noqa: S311
    syllables = ["ka", "mo", "ri", "tan", "dé", "lu", "shi", "ño", "wen", "bra"]
    surnames = ["".join(fixed.choices(syllables, k=3)).capitalize() for _ in range(300)]
    people = tuple(Known(f"{fixed.choice(['Ama', 'José'])} {each}", f"Office {each} of Works") for each in surnames)
    common = ["the", "city", "of", "markets", "and", "Ama", "in", "Works", "agreed", "with", "José", "on", "budgets."]
    text = " ".join(fixed.choice(surnames) if fixed.random() < 0.1 else fixed.choice(common) for _ in range(12_000))
    assert len(Index(people, ()).find(text[:60_000])) > 500


def archive(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return file.getvalue()


def test_documents_say_who_wrote_them_and_damaged_ones_say_nothing() -> None:
    found_by = index()
    pdf = PdfWriter()
    pdf.add_blank_page(100, 100)
    values = [each.registered for each in NAMES]
    pdf.add_metadata({f"/Reader{number}": value for number, value in enumerate(values[:99])} | {"/Author": values[99]})
    file = io.BytesIO()
    pdf.write(file)
    read = properties.read(file.getvalue())
    assert {hit.name for text in read.values() for hit in found_by.find(text, loose=True)} >= set(values[:100])

    sheet = Workbook()
    sheet.properties.creator = values[0]
    file = io.BytesIO()
    sheet.save(file)
    assert properties.read(file.getvalue()) == {"creator": values[0]}
    document = archive(
        mimetype="application/vnd.oasis.opendocument.text",
        meta_dot_xml='<m xmlns:d="d" xmlns:n="n"><d:creator>Ama</d:creator>'
        '<n:user-defined n:name="Reviewer">Kofi</n:user-defined></m>',
    )
    assert properties.read(document) == {"creator": "Ama", "Reviewer": "Kofi"}
    bomb = archive(
        mimetype="application/vnd.oasis.opendocument.text",
        meta_dot_xml='<!DOCTYPE m [<!ENTITY a "Ama">]><m>&a;</m>',
    )
    assert properties.read(bomb) == {}
    for whole in (file.getvalue(), document):
        for cut in range(0, len(whole), max(1, len(whole) // 25)):
            properties.read(whole[:cut])
            properties.read(whole[:cut] + b"\xff\x00\xfe" + whole[cut + 3 :])


def test_two_people_of_one_surname_are_one_finding_each_place() -> None:
    hits = find("Okafor agreed.", [Known("Ama Okafor"), Known("Grace Okafor")])
    assert [(hit.words, hit.whose) for hit in hits] == [("Okafor", ("ama okafor", "grace okafor"))]
