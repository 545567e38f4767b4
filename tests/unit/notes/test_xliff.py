"""XLIFF out and in: lossless for any texts, and no file of anything else is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from eventapp.core.text import clean_line, clean_text
from eventapp.notes.paragraphs import TITLE, Paragraph, as_deep, fingerprint, printed, split
from eventapp.notes.translating import rules, words, xliff
from eventapp.notes.translating.xliff import Fault, Origin

HERE = Origin("workshop", "summary-1", "1/1", "en", "ar", 3, 2)
NS = {"x": "urn:oasis:names:tc:xliff:document:1.2"}
SOURCE = (
    Paragraph(TITLE, "What the day taught us"),
    Paragraph("p1", "Ask & listen: 1 < 2, ]]> and “quotes”.\n  - one\n  - two", "insight:1"),
    Paragraph("p2", "```\nx = 1\n\ny = 2\n```", "outlook"),
    Paragraph("p3", ""),
)
TWINS = (
    Paragraph(TITLE, "ما علمنا اليوم", of=fingerprint(SOURCE[0].text), reviewed=True),
    Paragraph("p1", "اسأل & استمع <b>\n- \u200fواحد", of="older", reviewed=True),
)


def made(origin: Origin = HERE, source: Sequence[Paragraph] = SOURCE, twins: Sequence[Paragraph] = TWINS) -> bytes:
    return xliff.write(origin, source, twins, {TITLE: "The title."})


def test_a_file_says_where_each_paragraph_stands_in_the_words_of_the_standard() -> None:
    root = etree.fromstring(made(), etree.XMLParser(resolve_entities=False, no_network=True))

    assert root.tag == f"{{{NS['x']}}}xliff" and root.get("version") == "1.2"
    (file,) = root.findall("x:file", NS)
    assert [file.get(name) for name in ("original", "source-language", "target-language", "datatype")] == [
        "workshop/summary-1", "en", "ar", "plaintext",
    ]  # fmt: skip
    assert [child.tag.split("}")[1] for child in file] == ["header", "body"]
    units = file.findall("x:body/x:trans-unit", NS)
    assert [unit.get("id") for unit in units] == [TITLE, "p1", "p2"]
    assert [unit.find("x:target", NS).get("state") for unit in units] == [
        "final", "needs-adaptation", "needs-translation",
    ]  # fmt: skip
    assert [unit.get("approved") for unit in units] == ["yes", None, None]
    for unit, paragraph in zip(units, SOURCE, strict=False):
        names = [child.tag.split("}")[1] for child in unit]
        assert names == sorted(names, key=["source", "target", "note"].index)
        assert unit.find("x:source", NS).text == paragraph.text
        assert unit.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


PROSE = st.text(st.characters(exclude_categories=["Cs"]), max_size=80).map(clean_text)
TEXTS = st.lists(st.tuples(PROSE, PROSE, st.booleans(), st.booleans()), min_size=1, max_size=6)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_out_and_in_is_lossless(texts: list[tuple[str, str, bool, bool]]) -> None:
    source, twins = [Paragraph(TITLE, clean_line(texts[0][0]) or "T")], []
    for number, (here, there, reviewed, current) in enumerate(texts):
        key = f"p{number}"
        source.append(Paragraph(key, "\n\n".join(split(here))))
        of = fingerprint(source[-1].text if current else "older")
        twins.append(Paragraph(key, rules.clean(key, there), of=of, reviewed=reviewed))
    base, units = xliff.read(xliff.write(HERE, source, twins, {}), HERE, source)

    assert base == HERE.base_revision
    shown = {each.key for each in source if each.text}
    assert units.keys() == shown
    for twin in twins:
        if twin.key in shown:
            assert rules.clean(twin.key, units[twin.key].target) == units[twin.key].target == twin.text
            current = twin.of == fingerprint(next(each.text for each in source if each.key == twin.key))
            assert units[twin.key].reviewed == bool(twin.text and twin.reviewed and current)


OTHERS = (
    replace(HERE, source_revision=4), replace(HERE, event="another"), replace(HERE, slug="summary-2"),
    replace(HERE, source_language="fr"), replace(HERE, language="fr"), replace(HERE, identity="2/1"),
)  # fmt: skip


@given(st.sampled_from(OTHERS) | st.integers(1, 10**8).map(lambda number: replace(HERE, source_revision=number)))
@settings(max_examples=40, deadline=None)
def test_a_file_of_anything_else_is_refused(other: Origin) -> None:
    if other == HERE:
        return
    with pytest.raises(Fault):
        xliff.read(made(other), HERE, SOURCE)


@given(st.integers(0, 2), st.text("abc ", min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_source_that_says_anything_else_is_refused(where: int, more: str) -> None:
    other = list(SOURCE)
    other[where] = other[where]._replace(text=other[where].text + more)
    with pytest.raises(Fault) as refused:
        xliff.read(made(source=other), HERE, SOURCE)
    assert refused.value.code == "other_text"


def change(old: str, new: str) -> bytes:
    text = made().decode()
    assert old in text
    return text.replace(old, new).encode()


def without_unit(key: str) -> str:
    return re.sub(rf'<trans-unit id="{key}".*?</trans-unit>', "", made().decode(), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"PK\x03\x04", "not_xml"),
        (made()[:300], "not_xml"),
        (b"<?xml version='1.0' encoding='nothing'?><xliff/>", "not_xml"),
        (b"<tmx/>", "not_xliff"),
        (change('version="1.2"', 'version="2.0"'), "not_1_2"),
        (change("document:1.2", "document:2.0"), "not_1_2"),
        (b"<!DOCTYPE xliff><xliff/>", "entities"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><xliff>&c;</xliff>', "entities"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xliff>&a;</xliff>', "entities"),
        (b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"/>', "files"),
        (change('product-version="3/2"', ""), "not_ours"),
        (change('product-version="3/2"', 'product-version="3/-2"'), "not_ours"),
        (change("one", "two"), "source_changed"),
        (change('id="p2"', 'id="p1"'), "doubled"),
        (change('id="p2"', 'id="p9"'), "unknown"),
        (without_unit("p2").encode(), "missing"),
        (without_unit("p1").replace('id="p2"', 'id="p1"').encode(), "source_changed"),
        (change("استمع", '<x id="1"/>'), "inline"),
        (change("استمع", '<ph id="1">&lt;b></ph>'), "inline"),
        (change("</source>\n", "</source><source/>\n"), "broken_unit"),
        (b" " * 5_000_001, "too_large"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content: bytes, code: str) -> None:
    with pytest.raises(Fault) as refused:
        xliff.read(content, HERE, SOURCE)
    assert refused.value.code == code


def test_marks_around_words_go_and_the_words_stay() -> None:
    deep = "<g>" * 20_000 + "عميق" + "</g>" * 20_000
    marked = change("استمع", f'<mrk mtype="seg" mid="0">استمع <g id="1">الآن</g></mrk>{deep}<!-- nothing -->')
    _, units = xliff.read(marked, HERE, SOURCE)

    assert units["p1"].target == "اسأل & استمع الآنعميق <b>\n- \u200fواحد"


def test_only_final_signed_off_and_approved_count_as_reviewed() -> None:
    said = {}
    for state in ("new", "translated", "needs-review-translation", "final", "signed-off", "x-own"):
        _, units = xliff.read(change("needs-translation", state), HERE, SOURCE)
        said[state] = units["p2"].reviewed
    assert [state for state, reviewed in said.items() if reviewed] == ["final", "signed-off"]
    for state, approved in (("translated", True), ("needs-review-translation", False)):
        text = change("needs-translation", state).decode().replace('id="p2"', 'id="p2" approved="yes"')
        assert xliff.read(text.encode(), HERE, SOURCE)[1]["p2"].reviewed is approved


@pytest.mark.parametrize(
    ("source", "twin", "found"),
    [
        ("## Head", "## Tête", []),
        ("## Head", "# Tête", [(rules.Hint.HEADING, "")]),
        ("- a\n- b", "- a", [(rules.Hint.LIST, "")]),
        ("1. a", "- a", [(rules.Hint.LIST, "")]),
        ("> a", "a", [(rules.Hint.QUOTE, "")]),
        ("[a](https://a.org/x) *b*", "[a](https://a.org/x)", []),
        (
            "[a](https://a.org) <https://b.org>",
            "[a](<https://c.org>) <https://b.org>",
            [(rules.Hint.LINK_GONE, "https://a.org"), (rules.Hint.LINK_ADDED, "https://c.org")],
        ),
        ("## Head", "", []),
    ],
)
def test_marks_that_differ_are_said(source: str, twin: str, found: list[tuple[rules.Hint, str]]) -> None:
    assert rules.hints(source, twin) == found


def test_every_fault_and_hint_has_words() -> None:
    assert set(words._HINTS) == set(rules.Hint)
    codes = set(re.findall(r'Fault\(\s*"(\w+)"', open(xliff.__file__).read()))  # noqa: PTH123, SIM115
    assert codes - {"missing"} <= set(words._FAULTS)


def test_a_translation_is_indented_like_its_source_when_it_is_printed() -> None:
    source = "  Behind a point.\n\n  Again."
    assert as_deep(source, "Derrière.\n  Encore.\n\nFin.") == "  Derrière.\n  Encore.\n\n  Fin."
    assert as_deep("None.", "  Aucun.") == "  Aucun."
    here, there = (
        Paragraph("p", "  - one\n  - two"),
        Paragraph("p", "- un\n  - deux", of=fingerprint("  - one\n  - two")),
    )
    pages = printed(("en", "fr"), "en", {"en": [here], "fr": [there._replace(reviewed=True)]})
    assert pages["fr"][0].text == "  - un\n  - deux"
