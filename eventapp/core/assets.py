"""Static files under fingerprinted addresses: read once, compressed once, cached by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
import time
from dataclasses import dataclass
from pathlib import Path

BUNDLES = {
    "public.css": (
        "css/tokens.css",
        "css/base.css",
        "css/layout.css",
        "css/components/*.css",
        "css/rooms/public-*.css",
    ),
    "desk.css": ("css/tokens.css", "css/base.css", "css/layout.css", "css/components/*.css", "css/rooms/desk-*.css"),
}
LOOK_EVERY_SECONDS = 1.0
_COMPRESSIBLE = (".css", ".js", ".svg", ".txt", ".json")
_IMPORT = re.compile(r'((?:from|import)\s*\(?\s*")\./([\w-]+\.js)(")')


@dataclass(frozen=True)
class Asset:
    """One file as it goes over the wire."""

    body: bytes
    compressed: bytes | None
    media_type: str
    etag: str


class Assets:
    """All static files by their fingerprinted name, such as `js/main.3f2a91c04b.js`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._looked_at = float("-inf")
        self.load()

    def load(self) -> None:
        """Read the folder and make the bundles."""
        plain = {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.relative_to(self.folder).as_posix().startswith("css/")
        }
        for name, patterns in BUNDLES.items():
            parts = [path.read_bytes() for pattern in patterns for path in sorted(self.folder.glob(pattern))]
            plain[name] = _squeeze(b"\n".join(parts))
        self.by_name: dict[str, str] = {}
        self.by_address: dict[str, Asset] = {}
        modules = {name for name in plain if name.endswith(".js")}
        for name in sorted(plain.keys() - modules):
            self._add(name, plain[name])
        self._add_modules({name: plain[name].decode() for name in modules})
        self.stamp = self._newest()

    def _add_modules(self, modules: dict[str, str]) -> None:
        """Add ES modules with their `./` imports pointed at fingerprinted names, imported ones first."""
        waiting = dict(modules)
        while waiting:
            ready = [name for name, text in waiting.items() if not _imports(name, text) & (waiting.keys() - {name})]
            if not ready:
                raise ValueError(f"modules import each other in a circle: {sorted(waiting)}")
            for name in sorted(ready):
                self._add(name, self._with_fingerprints(name, waiting.pop(name)).encode())

    def _with_fingerprints(self, name: str, text: str) -> str:
        folder = name.rpartition("/")[0]

        def pointed(match: re.Match[str]) -> str:
            target = self.by_name[f"{folder}/{match[2]}"].rpartition("/")[2]
            return f"{match[1]}./{target}{match[3]}"

        return _IMPORT.sub(pointed, text)

    def _add(self, name: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()[:10]
        stem, dot, suffix = name.rpartition(".")
        address = f"{stem}.{digest}{dot}{suffix}"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if media_type.startswith("text/") or media_type.endswith("javascript"):
            media_type += "; charset=utf-8"
        compressed = gzip.compress(body, 9, mtime=0) if f".{suffix}" in _COMPRESSIBLE else None
        self.by_name[name] = address
        self.by_address[address] = Asset(body, compressed, media_type, digest)

    def _newest(self) -> float:
        return max((path.stat().st_mtime for path in self.folder.rglob("*") if path.is_file()), default=0.0)

    def refresh(self) -> None:
        """Read the folder again if a file in it has changed; for the demo, where people edit."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY_SECONDS:  # each page asks for several files
            return
        self._looked_at = now
        if self._newest() != self.stamp:
            self.load()


def _imports(name: str, text: str) -> set[str]:
    folder = name.rpartition("/")[0]
    return {f"{folder}/{match[2]}" for match in _IMPORT.finditer(text)}


def _squeeze(css: bytes) -> bytes:
    """Drop comments and indentation; everything else is left as written."""
    text = re.sub(r"/\*.*?\*/", "", css.decode(), flags=re.S)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()).encode()
