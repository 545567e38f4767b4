"""Files and links of a session, for everybody or for participants."""
