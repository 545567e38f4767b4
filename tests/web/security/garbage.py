"""Requests that no browser of ours would send, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask import Flask
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

NUMBERS = (
    "-1", "0", "00", "+1", " 1", "1_0", "1.5", "1e309", "NaN", "0x1f", "²", "٣", "𝟙", "2147483647", "2147483648",
    "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616", "9" * 40, "1" * 5000,
)  # fmt: skip
MOMENTS = (
    "0001-01-01T00:00", "9999-12-31T23:59", "0001-01-01", "9999-12-31", "2024-13-45", "2024-02-30T10:00",
    "2024-11-07T99:99", "2024-10-27T02:30", "2024-03-31T02:30", "10000-01-01", "-0001-01-01", "2024-11-07T09:00:00Z",
)  # fmt: skip
TEXTS = (
    "", " ", "x", "\x00", "a\x00b", "\r\nX-Injected: 1", "\u2028", "\ufeff", "\u202eevil", "e\u0301" * 50, "🇪🇸" * 40,
    "{{7*7}}", "{event.__init__}", "%(x)s", "%s%n%d", "{0}", "' OR 1=1 --", "<script>alert(1)</script>",
    "../../etc/passwd", "..\\..\\x", "null", "true", "[]", "{}", "en", "xx-YY", "sent", "x" * 5000,
    "%", "_", "\\", "\ud800",
)  # fmt: skip
VALUES = (*NUMBERS, *MOMENTS, *TEXTS)
RAW_PIECES = (
    b"%00", b"%ff", b"%c0%ae", b"%ed%a0%80", b"%", b"%zz", b"%2f", b"%2e%2e%2f", b"..", b".", b"//", b";x=1",
    b"%0d%0aX:1", b"%F0%9F", b"\xff\xfe", b"*", b"a" * 3000, b"%25", b"%5c", b"%u0041", b"~", b"'", b"%22%3E",
)  # fmt: skip
HEADERS: Mapping[str, Sequence[str]] = {
    "Accept-Language": ("*", "xx", "en;q=x", ",,,;", "fr-" + "a" * 2000, "en;q=0,fr;q=0", "\xff", "de,es_ES;q=1e9"),
    "Accept-Encoding": ("gzip;q=", "*;q=0", "identity;q=0", "gzip;q=-1", "\x80", "br, ,gzip;q=nan"),
    "Accept": ("*/*;q=x", "text/html;;;", "application/json", "\xff"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=x-y", "bytes=0-1,3-2,--", "lines=1", "bytes=" + "0-0," * 500),
    "If-None-Match": ("*", '"', "W/", 'W/"x", "y', "\xff", '"' + "a" * 3000 + '"', "x"),
    "If-Modified-Since": ("yesterday", "Thu, 32 Foo 2024 99:99:99 GMT", "0", "Sat, 01 Jan 0001 00:00:00 GMT"),
    "If-Range": ('"x"', "\xff"),
    "Cookie": ("session=x", "session=.eJx.x.x", "session=" + "a" * 3000, "=;;=", "session=\xff; session", "a=b"),
    "Content-Length": ("x", "-1", "0"),
    "Transfer-Encoding": ("chunked",),
    "Origin": ("null", "http://evil.example"),
    "Referer": ("http://evil.example/\xff", "javascript:alert(1)"),
    "X-Forwarded-For": ("1.2.3.4", "unknown, ::1", "\xff", "," * 100),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("https", "ftp"),
    "X-HTTP-Method-Override": ("DELETE",),
    "X-Requested-With": ("XMLHttpRequest",),
    "Sec-Fetch-Site": ("same-origin", "cross-site", "\xff"),
    "User-Agent": ("", "\xff" * 300, "Mozilla/5.0 " + "Firefox/" * 200),
    "Authorization": ("Basic !!!", "Bearer x", "Digest username=\"\xff"),
    "Expect": ("100-continue",),
    "Upgrade": ("websocket",),
}  # fmt: skip
QUERY_NAMES = (
    "lang", "page", "q", "search", "state", "id", "next", "day", "sort", "show", "variant", "action", "then", "x", "",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 50)
KINDS = (
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", "application/json",
    "text/plain", "multipart/form-data; boundary=" + "b" * 500, ";", "\xff",
    "application/x-www-form-urlencoded; charset=utf-7",
)  # fmt: skip
BODIES = (
    b"", b"\xff\xfe", b"a=%ff&b=%00&%=%", b"{", b"--x\r\n", b"--x--", b"=&=&=", b"a" * 20000,
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff\x00.csv"\r\n\r\n\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; filename=\r\nContent-Type: \xff\r\n\r\n\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\nv\r\n--x--\r\n",
    b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--\r\n",
)  # fmt: skip


@dataclass
class SentForm:
    """A form as a page of ours shows it."""

    address: str
    fields: list[tuple[str, str]]


@dataclass
class Known:
    """What there is to send garbage to."""

    addresses: list[str]
    forms: list[SentForm] = field(default_factory=list)
    queries: list[SentForm] = field(default_factory=list)

    def learn(self, answer: TestResponse) -> None:
        """Add the forms of a page."""
        if answer.status_code != 200 or "html" not in (answer.content_type or ""):
            return
        body = answer.get_data(as_text=True)
        if "<form" not in body:
            return
        for form in html.document_fromstring(body).forms:
            address = form.get("action") or answer.request.path
            names = {name for name in form.fields if name}
            fields = [(name, value) for name, value in form.form_values() if name]
            fields += [(name, "") for name in sorted(names - {name for name, _ in fields})]
            into = self.forms if form.get("method", "get").lower() == "post" else self.queries
            shown = [(name, value if name != "csrf_token" else "") for name, value in fields]
            if SentForm(address, shown) not in into:
                into.append(SentForm(address, shown))


class Malice:
    """Makes malformed requests."""

    def __init__(self, seed: int, known: Known) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret; the same requests each time
        self._known = known

    def request(self) -> dict[str, Any]:
        """Return the arguments of the next request."""
        kind = self._random.random()
        if kind < 0.22 and self._known.forms:
            made = self._form()
        elif kind < 0.3 and self._known.queries:
            made = self._query()
        elif kind < 0.4:
            made = self._body()
        else:
            made = {"path": self._path(), "method": "GET" if self._chance(0.7) else self._pick(METHODS)}
        if self._chance(0.3):
            names = self._random.sample(sorted(HEADERS), self._random.randint(1, 3))
            made["headers"] = [(name, self._pick(HEADERS[name])) for name in names]
        return made

    def _path(self) -> str:
        address = self._pick(self._known.addresses)
        if self._chance(0.3):
            return f"{address}?{self._some_query()}"
        parts = address.split("/")
        for _ in range(self._random.randint(1, 2)):
            numbers = [place for place, part in enumerate(parts) if part.isdigit()]
            place = self._pick(numbers) if numbers and self._chance(0.6) else self._random.randrange(1, len(parts))
            new = self._pick(NUMBERS) if parts[place].isdigit() or self._chance(0.3) else self._pick(VALUES)
            piece = quote(new, safe="", errors="surrogatepass")
            if self._chance(0.35):
                piece = (quote(parts[place]) if self._chance(0.5) else "") + self._pick(RAW_PIECES).decode("latin-1")
            parts[place] = piece
        path = "/".join(parts)
        return f"{path}?{self._some_query()}" if self._chance(0.3) else path

    def _some_query(self) -> str:
        pairs = [
            f"{quote(self._pick(QUERY_NAMES))}={quote(self._pick(VALUES), errors='surrogatepass')}"
            for _ in range(self._random.randint(1, 3))
        ]
        return "&".join(pairs) + self._pick(("", "&", "&=", "&%ff=%ff", "&a[]=1", ";b=2", "#"))

    def _form(self) -> dict[str, Any]:
        form = self._pick(self._known.forms)
        data = MultiDict(self._spoilt(form.fields))
        if self._chance(0.2):
            data["state"], data["role"], data["event_id"] = "approved", "owner", "1"
        multipart = "multipart/form-data" if self._chance(0.3) else "application/x-www-form-urlencoded"
        clean = MultiDict((k, v.encode("utf-8", "replace").decode()) for k, v in data.items(multi=True))
        return {"path": form.address, "method": "POST", "data": clean, "content_type": multipart}

    def _query(self) -> dict[str, Any]:
        form = self._pick(self._known.queries)
        pairs = [f"{quote(n)}={quote(v, errors='surrogatepass')}" for n, v in self._spoilt(form.fields)]
        return {"path": f"{form.address.partition('?')[0]}?{'&'.join(pairs)}", "method": "GET"}

    def _body(self) -> dict[str, Any]:
        address = self._pick(self._known.forms).address if self._known.forms else self._pick(self._known.addresses)
        return {"path": address, "method": "POST", "data": self._pick(BODIES), "content_type": self._pick(KINDS)}

    def _spoilt(self, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        spoilt = list(fields)
        for _ in range(self._random.randint(1, 3)):
            if not spoilt:
                break
            place = self._random.randrange(len(spoilt))
            name, old = spoilt[place]
            how = self._random.random()
            if how < 0.1:
                del spoilt[place]
            elif how < 0.2:
                spoilt.append((name, self._pick(VALUES)))
            else:
                near = NUMBERS if old.isdigit() else MOMENTS if old[:4].isdigit() and "-" in old else VALUES
                spoilt[place] = (name, self._pick(near if self._chance(0.6) else VALUES))
        return spoilt

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _pick(self, choices: Sequence[Any]) -> Any:
        return self._random.choice(choices)


def send(app: Flask, request: Mapping[str, Any], cookie: str) -> int:
    """Send the request as a server hands it on, past the test client, which would mend it; return the status."""
    arguments = dict(request)
    headers = arguments.pop("headers", [])
    path, _, query = arguments.pop("path").partition("?")
    builder = EnvironBuilder(path="/", base_url="http://localhost/", **arguments)
    try:
        environ = builder.get_environ()
    finally:
        builder.close()
    environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1", "replace")).decode("latin-1")
    environ["REQUEST_URI"] = environ["RAW_URI"] = path
    environ["QUERY_STRING"] = query.encode("utf-8", "surrogatepass").decode("latin-1")
    if cookie:
        environ["HTTP_COOKIE"] = f"session={cookie}"
    for name, value in headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_LENGTH" else f"HTTP_{key}"] = value
    _body, status, _headers = run_wsgi_app(app, environ)
    return int(status.split()[0])
