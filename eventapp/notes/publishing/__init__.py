"""Check, approval, editions, and the pages and PDFs that the public reads."""
