"""Outbox, rendering and delivery of mail."""
