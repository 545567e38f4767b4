"""The request of a participant: a form that is saved page by page, its answers, and what they do with an offer."""
