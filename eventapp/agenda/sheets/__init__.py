"""Sheets to print besides the programme: the overview on one page, and the signs for the doors."""
