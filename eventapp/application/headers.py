"""The headers of every answer, errors and static files included, and compression."""

from __future__ import annotations

import gzip

from flask import Response, current_app, g, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_COMPRESSIBLE = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")
_WORTH_IT = 500


def protect(response: Response) -> Response:
    """Set the security headers and keep private pages out of every cache."""
    headers = response.headers
    policy = CONTENT_SECURITY_POLICY
    if g.get("leads_elsewhere"):  # browsers hold a form's redirects to the policy too, all the way
        policy = policy.replace("form-action 'self'", "form-action 'self' https: http:")
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    camera = "(self)" if g.get("uses_camera") else "()"  # only where the door scans badges
    headers["Permissions-Policy"] = f"camera={camera}, geolocation=(), microphone=(), interest-cohort=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if g.get("private") or "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response


def compress(response: Response) -> Response:
    """Compress a text that is worth it, for browsers that take it."""
    if (
        response.direct_passthrough
        or response.status_code < 200
        or response.status_code in {204, 304}
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(_COMPRESSIBLE)
        or request.accept_encodings["gzip"] == 0
    ):
        return response
    body = response.get_data()
    if len(body) < _WORTH_IT:
        return response
    response.set_data(gzip.compress(body, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
