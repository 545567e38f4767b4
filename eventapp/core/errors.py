"""What can go wrong in the domain, said in words that people can act on."""

from __future__ import annotations

from http import HTTPStatus


class DomainError(Exception):
    """A rule of the domain refuses what was asked; `message` is for the person who asked."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(DomainError):
    """Somebody or something else was faster; looking again shows the new state."""

    status = HTTPStatus.CONFLICT


class NotFound(DomainError):
    """No such thing in this event."""

    status = HTTPStatus.NOT_FOUND
