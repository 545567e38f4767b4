"""Writing, previewing and publishing summaries."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("notes_desk", __name__)
