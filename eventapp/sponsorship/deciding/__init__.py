"""Decisions: proposals, the what-if, their release at once, offers with a deadline, and who could come next."""
