"""Spending what was approved: bookings, receipts, authorisation, payment, refunds, and the books of a fund."""
