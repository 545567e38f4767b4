"""Personal data: dates and what the clock forgets."""
