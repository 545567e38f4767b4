"""What rapporteurs write and publish."""
