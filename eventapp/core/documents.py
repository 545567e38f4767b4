"""PDFs made once: kept in files under a hash of all that they depend on, shared by every process."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from eventapp.core.pdf import PdfEngine

MOST_FILES = 2_000
_LOCKS = 64

log = logging.getLogger(__name__)


class Documents:
    """The finished documents of a folder, and the engine that makes those that are missing."""

    def __init__(self, folder: Path, engine: PdfEngine, *, styles: Path) -> None:
        """Keep documents in `folder`; a change of a style sheet below `styles` makes them all anew."""
        self._folder = folder
        self._engine = engine
        self._styles = styles

    def pdf(self, html: str, *, variant: str = "pdf/ua-1", created_at: datetime, identifier: str) -> bytes:
        """Return the PDF of `html`, made at the first request for it and read from its file afterwards.

        Whoever asks while it is being made waits for it instead of making it twice. No database transaction
        may be open. Raises `PdfFailed` as the engine does.
        """
        path = self._folder / f"{self._key(html, variant, created_at.isoformat(), identifier)}.pdf"
        kept = _read(path)
        if kept is not None:
            return kept
        with self._locked(path.name):
            kept = _read(path)
            if kept is not None:
                return kept
            made = self._engine.render(html, variant=variant, created_at=created_at, identifier=identifier)
            self._keep(path, made)
            return made

    def _key(self, *parts: str) -> str:
        return hashlib.sha256(json.dumps([*parts, self._style_hash(), version("weasyprint")]).encode()).hexdigest()

    def _style_hash(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._styles.glob("*.css")):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold one of a few lock files, so that threads and processes alike wait for each other.

        Where no file can be made, a document may be made twice, which loses only time.
        """
        with ExitStack() as held:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                lock = held.enter_context((self._folder / f"lock-{int(name[:8], 16) % _LOCKS:02}").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            except OSError:
                log.exception("the folder of finished documents cannot be used")
            yield

    def _keep(self, path: Path, content: bytes) -> None:
        """Write the file in one step and let go of the oldest beyond the bound; a full disk loses only time."""
        draft = None
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                draft = Path(file.name)
                file.write(content)
            draft.replace(path)
        except OSError:
            log.exception("a finished document could not be kept")
            if draft is not None:
                draft.unlink(missing_ok=True)
            return
        finished = sorted(self._folder.glob("*.pdf"), key=_written_at, reverse=True)
        for old in finished[MOST_FILES:]:
            with suppress(FileNotFoundError):  # another process was faster
                old.unlink()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
