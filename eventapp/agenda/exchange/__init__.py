"""The agenda in the formats of other programs, out and in."""
