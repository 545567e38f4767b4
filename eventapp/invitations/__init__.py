"""Invitations, expressions of interest, imports."""
