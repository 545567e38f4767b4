"""What rapporteurs write in the room, and how they hand it in."""
