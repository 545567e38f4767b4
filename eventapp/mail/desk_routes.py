"""The organiser's view of the mail that went out, and what failed."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("mail_desk", __name__)
