"""Sums and shares of sponsorship by country, sector, gender and first time."""
