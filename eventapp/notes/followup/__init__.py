"""The one idea each participant takes home, and what became of it."""
