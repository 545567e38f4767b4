"""Personal data on the web."""
