"""The wiring of the rooms into one Flask application."""

from eventapp.application.factory import create_app

__all__ = ["create_app"]
