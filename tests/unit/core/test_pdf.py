"""The PDF engine: same bytes, no network, no harm; and the documents' common look."""

# ruff: noqa: E501 - hostile documents read best on one line each

import base64
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import textwrap
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader
from pypdf import PdfReader

from eventapp.core.pdf import PROJECT, PdfEngine, PdfFailed
from tests.support import pdfs

AT = datetime(2024, 10, 14, 8, 0, tzinfo=UTC)
SMALL = '<html lang="fr"><head><title>Petit</title></head><body><h1>Petit</h1><p>Éphémère œuvre</p></body></html>'

PROGRAMME = """
{% extends "layouts/pdf.html" %}
{% block title %}{{ title }}{% endblock %}
{% block author %}The hosts{% endblock %}
{% block styles %}<link rel="stylesheet" href="asset:css/pdf/programme.css">{% endblock %}
{% block stripe %}{% for n in range(1, 7) %}<i class="theme-{{ n }}"></i>{% endfor %}{% endblock %}
{% block cover %}<p class="hosts">The hosts</p><h1>{{ title }}</h1><p class="when">7 – 8</p>{% endblock %}
{% block content %}
{% for day in days %}
<section class="day"><h2>{{ day }}</h2>
{% for n in range(1, sessions + 1) %}
<article class="session"><p class="time">{{ "%02d" % (n % 24) }}:00</p>
<div class="what"><p class="theme theme-1">T</p><h3>{{ day }}-{{ n }}</h3><p>{{ words }}</p><p>end-{{ day }}-{{ n }}</p></div>
</article>
{% endfor %}
<article class="session pause"><p class="time">23:00</p><div class="what"><h3>Coffee</h3></div></article>
</section>
{% endfor %}
{% endblock %}
"""


def programme(**values: object) -> str:
    loader = Environment(loader=FileSystemLoader(PROJECT / "templates"), autoescape=True)
    pages = DictLoader(
        {"programme": PROGRAMME, "layouts/pdf.html": loader.loader.get_source(loader, "layouts/pdf.html")[0]}
    )
    wanted = {
        "language": "fr",
        "title": "Solutions",
        "days": ["Jeudi", "Vendredi"],
        "sessions": 9,
        "words": "Mots. " * 30,
    }
    return Environment(loader=pages, autoescape=True).get_template("programme").render(wanted | values)


@pytest.fixture(scope="module")
def engine() -> Iterator[PdfEngine]:
    engine = PdfEngine()
    yield engine
    engine.close()


def render(engine: PdfEngine, html: str, **options: object) -> bytes:
    return engine.render(html, **({"created_at": AT, "identifier": "test"} | options))


# What comes out


def test_programme_is_accessible(engine: PdfEngine) -> None:
    pdf = render(engine, programme())
    pdfs.assert_accessible(pdf, language="fr")
    information = PdfReader(io.BytesIO(pdf)).metadata
    assert (information.title, information.author, information.creation_date) == ("Solutions", "The hosts", AT)
    assert b"pdfuaid" in PdfReader(io.BytesIO(pdf)).root_object["/Metadata"].get_object().get_data()


def test_bookmarks_are_days_and_sessions_without_breaks(engine: PdfEngine) -> None:
    pdf = render(engine, programme(sessions=2))
    assert pdfs.bookmarks(pdf) == [
        (1, "Jeudi"), (2, "Jeudi-1"), (2, "Jeudi-2"), (1, "Vendredi"), (2, "Vendredi-1"), (2, "Vendredi-2"),
    ]  # fmt: skip


def test_words_come_in_the_order_of_the_agenda(engine: PdfEngine) -> None:
    text = pdfs.text_of(render(engine, programme(sessions=3, words="Mots.")))
    places = [
        text.index(words) for words in ("Jeudi-1", "Jeudi-2", "Jeudi-3", "Vendredi-1", "Vendredi-2", "Vendredi-3")
    ]
    assert places == sorted(places)
    assert text.index("01:00") < text.index("Jeudi-1") < text.index("02:00") < text.index("Jeudi-2")


def test_an_article_holds_its_time_and_title(engine: PdfEngine) -> None:
    tags = pdfs.tag_order(render(engine, programme(days=["Jeudi"], sessions=1)))
    first = tags[tags.index("Art") :]
    assert first.index("P") < first.index("H3")
    assert "Table" not in tags


@pytest.mark.parametrize("sessions", range(1, 11))
@pytest.mark.parametrize("words", [20, 110])
def test_day_heads_and_sessions_are_never_split(engine: PdfEngine, sessions: int, words: int) -> None:
    days = ["Lundi", "Mardi", "Jeudi"]
    pdf = render(engine, programme(days=days, sessions=sessions, words="Mots. " * words))
    running_title_ends = 60
    for day in days:
        head = next(place for place in pdfs.places_of(pdf, day) if place.top > running_title_ends)
        for n in range(1, sessions + 1):
            (title,), (end,) = pdfs.places_of(pdf, f"{day}-{n}"), pdfs.places_of(pdf, f"end-{day}-{n}")
            assert title.page == end.page, f"{day}-{n} is split between pages"
            if n == 1:
                assert head.page == title.page, f"the head {day} stands alone at the foot of a page"


def test_pages_are_numbered_and_carry_the_running_title(engine: PdfEngine) -> None:
    pages = pdfs.pages_of(render(engine, programme(title="Nos villes")))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page.replace(" ", "")
    assert all("Nos villes" in page for page in pages)
    assert pages[0].count("Nos villes") == 1, "the cover says the title once"
    assert "Jeudi" in pages[1].split("\n")[0], "a page in the middle of a day names it"


@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [
        ("en", "ltr", "Which questions “outlast” those who began?"),
        ("es", "ltr", "¿Qué preguntas? Íñigo Núñez, mañana"),
        ("fr", "ltr", "L’œuvre d’Aïssatou : « ça dure » – là-bas"),
        ("ar", "rtl", "حلول محلية لأهداف التنمية المستدامة"),
    ],
)
def test_every_script_is_embedded(engine: PdfEngine, language: str, direction: str, words: str) -> None:
    pdf = render(engine, programme(language=language, direction=direction, words=words, sessions=3))
    pdfs.assert_accessible(pdf, language=language)
    if direction == "ltr":
        assert words in pdfs.text_of(pdf)


def test_right_to_left_puts_the_time_on_the_right(engine: PdfEngine) -> None:
    def column_of_time(direction: str) -> float:
        pdf = render(engine, programme(direction=direction, sessions=1, days=["Jeudi"], words="Mots."))
        return pdfs.places_of(pdf, "01:00")[0].left

    assert column_of_time("ltr") < 100
    assert column_of_time("rtl") > 400


def test_archive_variant(engine: PdfEngine) -> None:
    pdf = render(engine, programme(), variant="pdf/a-3a")
    root = PdfReader(io.BytesIO(pdf)).root_object
    assert b"pdfaid" in root["/Metadata"].get_object().get_data()
    assert "/OutputIntents" in root
    assert root["/MarkInfo"]["/Marked"]


def test_table_headers_say_what_they_head(engine: PdfEngine) -> None:
    table = "<h2>Places</h2><table><thead><tr><th>Town</th><th>Places</th></tr></thead><tbody><tr><th>Nîmes</th><td>2</td></tr></tbody></table>"
    pdf = render(engine, SMALL.replace("</body>", table + "</body>"))
    pdfs.assert_accessible(pdf)


# The same bytes


def test_same_input_same_bytes_in_one_process_another_process_and_another_second(engine: PdfEngine) -> None:
    html = programme()
    first = render(engine, html)
    other = PdfEngine()
    try:
        time.sleep(1.1)
        assert render(engine, html) == first
        assert render(other, html) == first
        assert render(other, SMALL) != first
        assert render(other, html) == first
    finally:
        other.close()


def test_the_environment_changes_no_byte(engine: PdfEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(engine, SMALL)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "77")
    other = PdfEngine()
    try:
        assert render(other, SMALL) == first
    finally:
        other.close()


def test_date_and_identifier_are_in_the_file(engine: PdfEngine) -> None:
    base = render(engine, SMALL)
    assert render(engine, SMALL, created_at=AT + timedelta(days=1)) != base
    assert render(engine, SMALL, identifier="other") != base
    paris = timezone(timedelta(hours=2))
    assert PdfReader(io.BytesIO(render(engine, SMALL, created_at=AT.astimezone(paris)))).metadata.creation_date == AT


def test_a_naive_date_and_an_unknown_variant_are_refused(engine: PdfEngine) -> None:
    with pytest.raises(ValueError, match="time zone"):
        render(engine, SMALL, created_at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="variant"):
        render(engine, SMALL, variant="pdf/x-4")


# No network, no files

PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{}</svg>"


def hostile_documents(port: int) -> dict[str, str]:
    web = f"http://127.0.0.1:{port}"
    return {
        "img": f'<img alt="x" src="{web}/img">',
        "img in capitals": f'<img alt="x" src="HTTP://127.0.0.1:{port}/img">',
        "https": f'<img alt="x" src="https://127.0.0.1:{port}/img">',
        "ftp": f'<img alt="x" src="ftp://127.0.0.1:{port}/img">',
        "metadata service": '<img alt="x" src="http://169.254.169.254/latest/meta-data/">',
        "name to look up": '<img alt="x" src="http://example.invalid/x">',
        "file": '<img alt="x" src="file:///etc/passwd">',
        "file, short": '<img alt="x" src="file:/etc/passwd">',
        "no scheme": f'<img alt="x" src="//127.0.0.1:{port}/x">',
        "relative": '<img alt="x" src="secret.png">',
        "absolute path": '<img alt="x" src="/etc/passwd">',
        "base": f'<base href="{web}/"><img alt="x" src="x.png">',
        "srcset object": f'<object data="{web}/o" type="image/png"></object>',
        "embed": f'<embed src="{web}/e" type="image/png">',
        "stylesheet": f'<link rel="stylesheet" href="{web}/c.css">',
        "import": f'<style>@import url("{web}/c.css");</style>',
        "import in data": f'<link rel="stylesheet" href="data:text/css,@import url({web}/c.css);">',
        "background": f'<p style="background: url({web}/b.png)">x</p>',
        "content": f'<style>p::before {{ content: url("{web}/b.png") }}</style><p>x</p>',
        "list image": f'<ul style="list-style-image: url({web}/b.png)"><li>x</li></ul>',
        "font": f'<style>@font-face {{ font-family: x; src: url("{web}/f.woff2") }} p {{ font-family: x }}</style><p>x</p>',
        "colour profile": f'<style>@color-profile --x {{ src: url("{web}/p.icc") }} p {{ color: color(--x 1 0 0) }}</style><p>x</p>',
        "svg image": f'<img alt="x" src="{SVG.format(f"<image xlink:href=%27{web}/i%27 width=%271%27 height=%271%27/>")}">',
        "svg image, file": f'<img alt="x" src="{SVG.format("<image href=%27file:///etc/passwd%27 width=%271%27 height=%271%27/>")}">',
        "svg style": f'<img alt="x" src="{SVG.format(f"<style>@import url({web}/s.css);</style>")}">',
        "svg inline": f'<svg xmlns="http://www.w3.org/2000/svg"><title>t</title><image href="{web}/i" width="9" height="9"/></svg>',
        "attachment": f'<link rel="attachment" href="{web}/a">',
        "attachment of data": '<link rel="attachment" href="data:,x">',
        "attached anchor": f'<a rel="attachment" href="{web}/a">x</a>',
        "attached file": '<a rel="nofollow Attachment" href="file:///etc/passwd">x</a>',
        "asset outside": '<img alt="x" src="asset:../wsgi.py">',
        "asset that climbs": '<link rel="stylesheet" href="asset:css/pdf/../base.css">',
        "asset that climbs, encoded": '<link rel="stylesheet" href="asset:css/pdf/%2e%2e/%2e%2e/%2e%2e/README.md">',
        "asset, absolute": '<img alt="x" src="asset:/etc/passwd">',
        "asset, two slashes": '<img alt="x" src="asset://etc/passwd">',
        "asset, null": '<img alt="x" src="asset:img/x%00.png">',
        "asset unknown": '<img alt="x" src="asset:img/missing.png">',
        "asset, a folder": '<img alt="x" src="asset:css/pdf">',
        "ghostscript": '<img alt="x" src="gopher://127.0.0.1/x">',
    }  # fmt: skip


HOSTILE = tuple(hostile_documents(0))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_that_reaches_out_fails(engine: PdfEngine, name: str) -> None:
    body = hostile_documents(9)[name]
    with pytest.raises(PdfFailed):
        render(engine, f'<html lang="fr"><head><title>x</title></head><body>{body}</body></html>')


def test_the_fetcher_alone_opens_no_socket() -> None:
    """Without the guard of the process: the fetcher itself must be what refuses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        documents = hostile_documents(server.getsockname()[1])
        program = textwrap.dedent("""
            import json, sys
            from datetime import UTC, datetime
            from pathlib import Path
            from eventapp.core import pdf_worker
            seen, rendered = [], []
            def watch(event, arguments):
                if event.startswith(("socket.", "subprocess.")):
                    seen.append(event)
                elif event == "urllib.Request" and not arguments[0].startswith("data:"):
                    seen.append(f"request {arguments[0]}")
                elif event == "open" and str(arguments[0]).startswith("/etc/pass"):
                    seen.append(f"open {arguments[0]}")
            sys.addaudithook(watch)
            for name, body in json.load(sys.stdin).items():
                html = f"<html lang=fr><title>x</title><body>{body}"
                try:
                    pdf_worker.render(html, variant="pdf/ua-1", created_at=datetime(2024, 1, 1, tzinfo=UTC),
                                      identifier="x", static=Path("static"))
                except (pdf_worker.Refused, pdf_worker.Incomplete, pdf_worker.FatalURLFetchingError):
                    continue
                rendered.append(name)
            print(json.dumps([seen, rendered]))
        """)
        run = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(documents).encode(), capture_output=True, check=True, cwd=PROJECT, timeout=120,
        )  # fmt: skip
        assert json.loads(run.stdout) == [[], []]
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_process_is_confined_even_if_the_fetcher_were_not() -> None:
    program = textwrap.dedent("""
        import socket, subprocess, os, resource
        from eventapp.core import pdf_worker
        pdf_worker.confine(700 * 1024**2)
        refused = 0
        for attempt in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.getaddrinfo("example.invalid", 80),
                        lambda: subprocess.run(["true"]), lambda: os.system("true"), os.fork):
            try:
                attempt()
            except PermissionError:
                refused += 1
        try:
            bytearray(900 * 1024**2)
        except MemoryError:
            refused += 1
        print(refused)
    """)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=PROJECT, timeout=60)
    assert run.stdout.strip() == b"6"


def test_inline_pictures_and_bundled_styles_are_allowed(engine: PdfEngine) -> None:
    html = f'<html lang="fr"><head><title>x</title><link rel="stylesheet" href="asset:css/pdf/base.css"></head><body><h2>x</h2><img alt="dot" src="{PIXEL}"></body></html>'
    pdf = render(engine, html)
    assert "Figure" in pdfs.tag_order(pdf)
    assert "1 / 1" in pdfs.text_of(pdf), "the bundled style numbers the pages"


def test_a_picture_that_cannot_be_shown_or_has_no_words_fails(engine: PdfEngine) -> None:
    for picture in (f'<img src="{PIXEL}">', '<img alt="x" src="data:image/png;base64,AAAA">'):
        with pytest.raises(PdfFailed, match="Incomplete"):
            render(engine, SMALL.replace("</body>", picture + "</body>"))
    with pytest.raises(PdfFailed, match="lang"):
        render(engine, SMALL.replace(' lang="fr"', ""))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "css" / "pdf").mkdir(parents=True)
    (tmp_path / "secret.css").write_text("p { color: red }")
    (tmp_path / "css" / "pdf" / "link.css").symlink_to(tmp_path / "secret.css")
    (tmp_path / "css" / "pdf" / "good.css").write_text("p { color: red }")
    engine = PdfEngine(static=tmp_path)
    try:
        render(engine, SMALL.replace("</head>", '<link rel="stylesheet" href="asset:css/pdf/good.css"></head>'))
        with pytest.raises(PdfFailed, match="not allowed"):
            render(engine, SMALL.replace("</head>", '<link rel="stylesheet" href="asset:css/pdf/link.css"></head>'))
    finally:
        engine.close()


# A process that can be lost


def slow_html() -> str:
    return '<html lang="fr"><title>x</title><body>' + "<table><tr><td>" * 60 + "x" + "<p>word </p>" * 20_000


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_works() -> None:
    engine = PdfEngine()
    try:
        render(engine, SMALL)
        stuck = engine.process_id
        started = time.monotonic()
        with pytest.raises(PdfFailed, match="too long"):
            render(engine, slow_html(), timeout_seconds=1)
        assert time.monotonic() - started < 3
        with pytest.raises(ProcessLookupError):
            os.kill(stuck, 0)
        assert render(engine, SMALL).startswith(b"%PDF-1.7")
    finally:
        engine.close()


def test_a_document_that_wants_too_much_memory_fails_alone() -> None:
    engine = PdfEngine(address_space_bytes=600 * 1024**2)
    try:
        size = 14_000
        bomb = SMALL.replace("</body>", f'<img alt="x" src="{picture_bomb(size)}"></body>')
        with pytest.raises(PdfFailed):
            render(engine, bomb, timeout_seconds=20)
        assert render(engine, SMALL).startswith(b"%PDF")
    finally:
        engine.close()


def picture_bomb(size: int) -> str:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    line = bytes(1 + 3 * size)
    packed = b"".join(packer.compress(line) for _ in range(size)) + packer.flush()
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def test_a_killed_process_is_replaced() -> None:
    engine = PdfEngine()
    try:
        first = render(engine, SMALL)
        os.kill(engine.process_id, signal.SIGKILL)
        time.sleep(0.2)
        assert render(engine, SMALL) == first
    finally:
        engine.close()


def test_killed_while_rendering() -> None:
    engine = PdfEngine()
    try:
        render(engine, SMALL)
        threading.Timer(0.5, os.kill, (engine.process_id, signal.SIGKILL)).start()
        with pytest.raises(PdfFailed, match="ended"):
            render(engine, slow_html())
        assert render(engine, SMALL).startswith(b"%PDF")
    finally:
        engine.close()


def test_threads_share_one_process(engine: PdfEngine) -> None:
    def one(n: int) -> bool:
        return f"Nummer {n}." in pdfs.text_of(render(engine, SMALL.replace("</body>", f"<p>Nummer {n}.</p></body>")))

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(one, range(18)))


def test_a_waiting_thread_gives_up_in_time() -> None:
    engine = PdfEngine()
    try:
        render(engine, SMALL)
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(render, engine, slow_html(), timeout_seconds=3)
            time.sleep(0.3)
            with pytest.raises(PdfFailed, match="busy"):
                render(engine, SMALL, timeout_seconds=0.5)
            with pytest.raises(PdfFailed):
                busy.result()
    finally:
        engine.close()


def test_a_child_forked_while_a_thread_renders_starts_its_own_process(engine: PdfEngine) -> None:
    first = render(engine, SMALL)
    mine = engine.process_id
    reader, writer = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        rendering = pool.submit(render, engine, programme(sessions=40))
        time.sleep(0.2)
        assert not rendering.done()
        child = os.fork()
        if child == 0:
            try:
                same = render(engine, SMALL, timeout_seconds=10) == first
                os.write(writer, b"same" if same and engine.process_id != mine else b"different")
                engine.close()
            finally:
                os._exit(0)
        os.close(writer)
        assert os.read(reader, 100) == b"same"
        os.close(reader)
        os.waitpid(child, 0)
        assert rendering.result().startswith(b"%PDF")
    assert engine.process_id == mine
    assert render(engine, SMALL) == first


def test_nothing_outlives_the_web_process_and_it_never_loads_weasyprint() -> None:
    program = textwrap.dedent(f"""
        import sys
        from datetime import UTC, datetime
        from eventapp.core.pdf import PdfEngine
        engine = PdfEngine()
        engine.render({SMALL!r}, created_at=datetime(2024, 1, 1, tzinfo=UTC), identifier="x")
        print(engine.process_id, [name for name in ("weasyprint", "fontTools", "PIL", "pydyf") if name in sys.modules])
    """)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=PROJECT, timeout=60)
    number, _, loaded = run.stdout.decode().strip().partition(" ")
    assert loaded == "[]"
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)


def test_the_process_ends_by_itself_when_its_parent_is_killed() -> None:
    program = textwrap.dedent(f"""
        import os, signal
        from datetime import UTC, datetime
        from eventapp.core.pdf import PdfEngine
        engine = PdfEngine()
        engine.render({SMALL!r}, created_at=datetime(2024, 1, 1, tzinfo=UTC), identifier="x")
        print(engine.process_id, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, cwd=PROJECT, timeout=60)
    number = int(run.stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and is_running(number):
        time.sleep(0.05)
    assert not is_running(number)


def is_running(number: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return False


def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    engine = PdfEngine()
    try:
        render(engine, SMALL)
        assert b"do-not-tell" not in Path(f"/proc/{engine.process_id}/environ").read_bytes()
    finally:
        engine.close()


def test_the_pages_are_told_and_whoever_hears_of_them_may_give_the_document_up(engine: PdfEngine) -> None:
    long = f'<html lang="en"><title>Long</title>{"<p style=break-after:page>Page</p>" * 30}'
    told: list[int] = []
    made = engine.render(long, created_at=AT, identifier="long", on_page=told.append)
    assert told == list(range(1, 31))

    def give_up(page: int) -> None:
        if page == 5:
            raise KeyError(page)

    with pytest.raises(KeyError):
        engine.render(long, created_at=AT, identifier="long", on_page=give_up)
    assert engine.process_id is None, "a process amid a document would answer the next with it"
    assert engine.render(long, created_at=AT, identifier="long") == made


def test_a_document_is_interrupted_from_another_thread(engine: PdfEngine) -> None:
    long = f'<html lang="en"><title>Long</title>{"<p style=break-after:page>Page</p>" * 30}'

    def interrupt(page: int) -> None:
        if page == 3:
            threading.Thread(target=engine.interrupt).start()

    with pytest.raises(PdfFailed):
        engine.render(long * 40, created_at=AT, identifier="long", on_page=interrupt)
    assert engine.render(SMALL, created_at=AT, identifier="after")
