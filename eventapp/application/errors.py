"""Error pages: a clear sentence and a way on, in the visitor's language."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from eventapp.core.errors import DomainError


def install(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, unexpected)


def _page(status: int, title: str, text: str) -> tuple[str, int]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(request.routing_exception, SecurityError):
        g.pop("event", None)  # the page must not need what has just failed
        return render_template("application/failure.html", title=title, text=text), status
    return render_template("application/error.html", title=title, text=text, status=status), status


def domain_error(error: DomainError) -> tuple[str, int]:
    """Answer a refused command that no form caught."""
    title = {
        HTTPStatus.NOT_FOUND: _("Not found"),
        HTTPStatus.CONFLICT: _("Somebody was faster"),
    }.get(error.status, _("That is not possible"))
    return _page(error.status, title, error.message)


def form_too_old(_error: CSRFError) -> tuple[str, int]:
    """Answer a form that does not belong to this browser's visit, and keep what was typed.

    It may be sent again from here only when the browser vouches that our own page sent it (Fetch Metadata,
    Sec-Fetch-Site): a stranger's page must not get a button of ours for what it sent.
    """
    again = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return render_template("application/form_too_old.html", again=again), HTTPStatus.BAD_REQUEST


def http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Answer what the web itself refuses: no such page, wrong method, too much, too often."""
    code = error.code or 500
    if error.response is not None:
        return error
    words = {
        400: (_("We could not read that request"), _("Go back and try again.")),
        401: (_("Sign in first"), _("You need to be signed in to see this page.")),
        403: (
            _("Not for your role"),
            _("Your role in this event does not include this page. Ask an organiser if it should."),
        ),
        404: (_("Page not found"), _("The address may be misspelt, or the page is not public.")),
        405: (_("This address works differently"), _("Go back and use the buttons of the page.")),
        413: (_("That is too large"), _("Choose a smaller file and try again.")),
        429: (_("Too many attempts"), _("Wait a little and try again.")),
    }
    title, text = words.get(code, (_("That did not work"), _("Go back and try again.")))
    return _page(code, title, text)


def database_away(error: OperationalError) -> tuple[str, int]:
    """Answer when the database does not: nothing was saved."""
    current_app.logger.exception("the database did not answer %s", request.endpoint, exc_info=error)
    return _page(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("We cannot reach our records"),
        _("Nothing was saved. Wait a minute, then go back and try again."),
    )


def unexpected(error: Exception) -> tuple[str, int]:
    """Answer our own fault, and log it."""
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or (current_app.testing and not isinstance(error, OSError)):
        raise error
    current_app.logger.exception("unexpected error at %s", request.endpoint, exc_info=error)
    return _page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Something went wrong on our side"),
        _("Nothing was half-saved. Go back and try again; if it happens again, write to the organisers."),
    )
