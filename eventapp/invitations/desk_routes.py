"""The organiser's pages about invitations and expressions of interest."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("invitations_desk", __name__)
