"""The organiser's home: events, overview, audit, style."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("desk", __name__)
