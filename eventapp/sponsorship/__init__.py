"""Sponsorship: travel and a bed paid for a limited number of participants, from the request to the settled trip."""
