"""Editing and releasing the agenda."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("agenda_desk", __name__)
