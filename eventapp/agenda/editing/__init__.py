"""Editing the draft in larger strokes than one session's form: moving, shifting, undoing."""
