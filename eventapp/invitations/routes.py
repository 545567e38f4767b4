"""The letter behind a personal link, its answers, and expressions of interest."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("invitations", __name__)
