"""Comments of participants on what was published, and the answer each one gets."""
