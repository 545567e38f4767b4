"""Collects the texts of the code into the catalogues, and checks that every one is translated."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("fr", "es")
METHODS = [("eventapp/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {
    name: {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "true"}
    for name, method in METHODS
    if method == "jinja2"
}
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_pgettext": ((1, "c"), 2),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def template() -> Catalog:
    """Return the catalogue of every text in the code."""
    catalog = Catalog(project="eventapp", charset="utf-8")
    for filename, line, message, comments, context in extract_from_dir(
        ROOT, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",), directory_filter=_ours
    ):
        catalog.add(message, None, [(filename, line)], auto_comments=comments, context=context)
    return catalog


def _ours(folder: object) -> bool:
    return Path(str(folder)).name in {"eventapp", "templates"} or any(
        part in {"eventapp", "templates"} for part in Path(str(folder)).relative_to(ROOT).parts[:1]
    )


def path_of(language: str) -> Path:
    """Return the catalogue's file."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    """Return the catalogue of a language, empty if there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="eventapp", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def update(languages: Sequence[str] = LANGUAGES) -> None:
    """Write new texts into the catalogues and drop those that are gone; nothing is guessed."""
    pot = template()
    for language in languages:
        catalog = load(language)
        catalog.update(pot, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        catalog.fuzzy = False  # the header; a catalogue marked as fuzzy is not compiled
        catalog.header_comment = f"# The texts of eventapp in {catalog.locale.english_name}."
        out = io.BytesIO()
        write_po(out, catalog, width=110, sort_output=True, no_location=True, ignore_obsolete=True)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(re.sub(rb'"(POT-Creation|PO-Revision)-Date:.*\n', b"", out.getvalue()))
        print(f"{language}: {len(catalog)} texts, {len(_gaps(catalog))} to translate")  # noqa: T201


def _gaps(catalog: Catalog) -> list[str]:
    gaps = []
    for message in catalog:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = catalog.num_plurals if message.pluralizable else 1
        if message.fuzzy or len(texts) < wanted or not all(texts):
            gaps.append(_source(message))
    return gaps


def _source(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def _faults(language: str, pot: Catalog) -> list[str]:
    catalog = load(language)
    faults = [f"not translated: {text!r}" for text in _gaps(catalog)]
    for message in pot:
        if not message.id:
            continue
        found = catalog.get(message.id, message.context)
        if found is None:
            faults.append(f"not in the catalogue: {_source(message)!r}")
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        known = set().union(*(_PLACEHOLDER.findall(text) for text in sources))
        texts = found.string if isinstance(found.string, tuple) else (found.string,)
        for text in filter(None, texts):
            strange = set(_PLACEHOLDER.findall(text)) ^ set(_PLACEHOLDER.findall(sources[-1]))
            if strange - (known if message.pluralizable else set()):
                faults.append(f"other placeholders {sorted(strange)}: {text!r}")
            if language == "fr" and re.search(
                r"(?<![\u00a0\u202f\s:/(])[;!?](?!\w)|[^\u00a0\u202f\s]»|«[^\u00a0\u202f]|\w'\w| [;:!?](?!\w)", text
            ):
                faults.append(f"French typography: {text!r}")
            if language == "es" and text.count("?") != text.count("¿"):
                faults.append(f"Spanish question marks: {text!r}")
    extra = {(m.id if isinstance(m.id, str) else m.id[0]) for m in catalog if m.id} - {_source(m) for m in pot if m.id}
    faults += [f"no longer in the code: {text!r}" for text in sorted(extra)]
    return faults


def check() -> int:
    """Print what is missing or wrong; return 1 if anything is."""
    pot = template()
    faults = [f"{language}: {fault}" for language in LANGUAGES for fault in _faults(language, pot)]
    for fault in faults:
        print(fault)  # noqa: T201
    print(f"translations: {len(pot)} texts, {len(faults)} faults")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["update"]:
        update(sys.argv[2:] or LANGUAGES)
        subprocess.run(  # noqa: S603 - our own tool
            [str(Path(sys.executable).parent / "pybabel"), "-q", "compile", "-d", "translations"], cwd=ROOT, check=True
        )
    else:
        sys.exit(check())
