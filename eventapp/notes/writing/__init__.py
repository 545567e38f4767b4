"""Writing what is published beside the notes, and going back to any earlier text."""
