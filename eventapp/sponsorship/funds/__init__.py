"""Funds as the coordinator sets them up: budget, places, hotels, caps, windows and the words for applicants."""
