"""Short ideas gathered in a session from phones, grouped, and weighed with dots."""
