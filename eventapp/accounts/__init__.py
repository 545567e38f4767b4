"""People who sign in: links, codes, sessions."""
