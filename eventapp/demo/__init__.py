"""The sample event, its clock and its mailbox."""
