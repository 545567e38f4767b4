"""Turn HTML into PDF with WeasyPrint, in a process of its own that has no network and little memory."""

import json
import logging
import os
import re
import resource
import signal
import struct
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from urllib.parse import unquote, urlsplit

from weasyprint import HTML
from weasyprint.logger import LOGGER, PROGRESS_LOGGER
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

LENGTH = struct.Struct(">I")
PDF, FAILURE, PAGES = b"+", b"-", b"="
MEDIA_TYPES = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}
# WeasyPrint swallows every error while it draws an SVG, so the alarm of a stuck document must end the process.
GRACE_SECONDS = 5
_PAGE = re.compile(r"Creating layout - Page (\d+)")
SPARE, PAGES_A_SHEET = "spare", 4
FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn")


class Refused(ValueError):
    """Something the document asked for that a document may not have."""


class Incomplete(ValueError):
    """A picture, style or accessible name the document needs and does not have; half a document is none."""


class Losses(logging.Handler):
    """Keep what WeasyPrint reports as an error and then leaves out."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note one message."""
        self.messages.append(record.getMessage()[:300])


class Pages(logging.Handler):
    """Tell how many pages are laid out, as WeasyPrint comes to them."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Pass the number on when the message is about a page."""
        if found := _PAGE.search(record.getMessage()):
            self._tell(int(found[1]))


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Give WeasyPrint bundled assets and `data:` URLs, and stop the rendering at anything else."""

    def __init__(self, static: Path) -> None:
        """Serve `asset:` from `css/pdf` and `img` below the folder `static`."""
        super().__init__(allowed_protocols={"asset", "data"}, allow_redirects=False, fail_on_errors=True)
        self.static = static.resolve()
        self.roots = (self.static / "css" / "pdf", self.static / "img")
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - the base class has it
        """Return the resource at `url`; raise `Refused` unless it is an asset or inline data."""
        scheme, _, rest = url.partition(":")
        if scheme.lower() == "data":
            return super().fetch(url)
        if scheme != "asset":
            self._refuse(url)
        path = (self.static / unquote(urlsplit(rest).path)).resolve() if "\0" not in unquote(rest) else self.static
        media_type = MEDIA_TYPES.get(path.suffix)
        if media_type is None or not any(path.is_relative_to(root) for root in self.roots) or not path.is_file():
            self._refuse(url)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    def _refuse(self, url: str) -> NoReturn:
        self.refused.append(url[:200])
        raise Refused(f"not allowed in a document: {url[:200]}")


def render(
    html: str,
    *,
    variant: str,
    created_at: datetime,
    identifier: str,
    static: Path,
    tell: Callable[[int], None] | None = None,
) -> bytes:
    """Return the tagged PDF of `html`: the same bytes for the same arguments, whatever the clock says.

    `tell` is called with the number of each page that is begun.
    """
    # fontTools stamps the fonts it subsets with the current time unless this is set.
    os.environ["SOURCE_DATE_EPOCH"] = str(int(created_at.timestamp()))
    fetcher, losses = AssetFetcher(static), Losses()
    LOGGER.addHandler(losses)
    pages = Pages(tell) if tell is not None else None
    if pages is not None:
        PROGRESS_LOGGER.setLevel(logging.INFO)
        PROGRESS_LOGGER.addHandler(pages)
    try:
        pdf = _write(html, variant, created_at, identifier, fetcher)
    finally:
        LOGGER.removeHandler(losses)
        if pages is not None:
            PROGRESS_LOGGER.removeHandler(pages)
    if fetcher.refused:
        raise Refused(f"not allowed in a document: {fetcher.refused[0]}")
    if losses.messages:
        raise Incomplete(losses.messages[0])
    return pdf


def _write(html: str, variant: str, created_at: datetime, identifier: str, fetcher: AssetFetcher) -> bytes:
    # Against this base a relative reference has no scheme, so the fetcher sees it and refuses.
    document = HTML(string=html, base_url="asset:", url_fetcher=fetcher)
    for element in document.etree_element.iter():
        # An attachment carries the wall clock into the file, and nothing here has reason to attach one.
        if isinstance(element.tag, str) and "attachment" in element.get("rel", "").lower().split():
            raise Refused("attachments are not allowed in a document")
    pages = _without_spares(document.render(pdf_variant=variant, pdf_tags=True))
    stamp = created_at.isoformat(timespec="seconds")
    pages.metadata.created = pages.metadata.modified = stamp
    pages.metadata.title = " ".join((pages.metadata.title or "").split())  # a template may break the line
    pdf: bytes = pages.write_pdf(
        finisher=_scope_headers, pdf_variant=variant, pdf_tags=True, pdf_identifier=identifier.encode()
    )
    return pdf


def _without_spares(pages: Any) -> Any:
    """Leave out as many pages named `spare` as it takes for the rest to fill whole sheets of four, as booklets do."""
    spares = [page for page in pages.pages if page._page_box.page_type.name == SPARE]
    surplus = len(pages.pages) % PAGES_A_SHEET
    left_out = spares[len(spares) - surplus :] if surplus <= len(spares) else []
    return pages.copy([page for page in pages.pages if page not in left_out]) if left_out else pages


def _scope_headers(_document: Any, pdf: Any) -> None:
    """Say of each table header whether it heads a column or a row (ISO 14289-1, 7.5), which WeasyPrint leaves open."""
    objects: list[Any] = pdf.objects
    elements = {each.reference: each for each in objects if hasattr(each, "get") and each.get("S")}
    for header in elements.values():
        if header["S"] == "/TH":
            row = elements[header["P"]]
            header["A"]["Scope"] = "/Column" if elements[row["P"]]["S"] == "/THead" else "/Row"


def confine(address_space_bytes: int) -> None:
    """Take memory beyond the limit, core dumps, sockets and child processes away from this process."""
    resource.setrlimit(resource.RLIMIT_AS, (address_space_bytes, address_space_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def guard(event: str, _arguments: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN_EVENTS):
            raise PermissionError(f"a document process may not use {event}")

    sys.addaudithook(guard)


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next length-prefixed frame, or None when the other side has closed."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    return stream.read(length)


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    """Send one frame: its length in four bytes, then the bytes."""
    stream.write(LENGTH.pack(len(payload)) + payload)
    stream.flush()


def answer(request: bytes, static: Path, tell: Callable[[int], None]) -> bytes:
    """Render one request and return the reply frame: a PDF, or the reason there is none; `tell` takes the pages."""
    wanted = json.loads(request)
    # If the parent is gone or stuck nobody else ends a document that never finishes; SIGALRM's default does.
    signal.alarm(int(wanted["timeout_seconds"]) + GRACE_SECONDS)
    try:
        pdf = render(
            wanted["html"],
            variant=wanted["variant"],
            created_at=datetime.fromisoformat(wanted["created_at"]),
            identifier=wanted["identifier"],
            static=static,
            tell=tell if wanted["tells_pages"] else None,
        )
    except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001 - whatever a document breaks, the parent is told
        cause = error.__cause__ or error
        return FAILURE + f"{type(cause).__name__}: {cause}".encode()
    finally:
        signal.alarm(0)
    return PDF + pdf


def main(static: str, address_space_bytes: str) -> None:
    """Answer requests from standard input on standard output until the input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not break the frames
    confine(int(address_space_bytes))
    write_frame(replies, b"ready")
    while (request := read_frame(requests)) is not None:
        reply = answer(request, Path(static), lambda page: write_frame(replies, PAGES + str(page).encode()))
        write_frame(replies, reply)
        if reply.startswith(FAILURE + b"MemoryError"):
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
