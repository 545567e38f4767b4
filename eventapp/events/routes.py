"""The public pages of an event."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("events", __name__)
