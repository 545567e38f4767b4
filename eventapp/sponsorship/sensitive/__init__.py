"""Passport and bank data: encrypted, asked for when needed, read by officers only, forgotten in time."""
