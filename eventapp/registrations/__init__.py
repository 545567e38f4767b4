"""Form and answers, decisions, capacity, the participant's page."""
