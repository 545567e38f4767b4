"""Gunicorn's settings that everybody who runs eventapp needs; the rest is for the command line."""

logger_class = "eventapp.application.access_log.RedactingLogger"
