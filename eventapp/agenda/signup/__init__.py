"""Participants' own choice of sessions: places, waiting lists, clashes, and a calendar of one's own."""
