"""Key insights, the read-out as a whole, and the guidelines."""
