"""The organiser's queue of registrations and the decisions on them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("registrations_desk", __name__)
