"""What is printed for many people at once: badges and certificates."""
