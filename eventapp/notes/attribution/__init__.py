"""Who may be named: the rule of each session, the guard over texts and files, and the consent of who is quoted."""
