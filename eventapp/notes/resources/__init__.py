"""Links and files that participants share."""
