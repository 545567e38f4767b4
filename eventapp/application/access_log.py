"""The access log of gunicorn, with what personal links carry left out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response

_SECRET = re.compile(r"(/(?:i|interest|unsubscribe|sign-in|calendar|follow-up|quotes)/)[^/\s?\"]+")


def redacted(text: str) -> str:
    """Return the text with the token of every personal or sign-in link replaced by a dash."""
    return _SECRET.sub(r"\1-", text)


class RedactingLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own logger, whose lines name no token: not in the request, the path or the referrer."""

    def atoms(self, resp: Response, req: Request, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return what a log line may hold."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {name: redacted(value) if isinstance(value, str) else value for name, value in atoms.items()}
