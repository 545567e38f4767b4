"""What is held about a person: taken along, erased on request, and forgotten when its time is over."""
