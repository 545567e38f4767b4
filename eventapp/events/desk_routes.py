"""The organiser's pages about the event itself and the people who run it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("events_desk", __name__)
