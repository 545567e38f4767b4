"""The released agenda and its sessions: pages, calendars, documents."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("agenda", __name__)
