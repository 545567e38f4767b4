"""Telling the people whose own sessions a release changed, after somebody has looked at the mails."""
