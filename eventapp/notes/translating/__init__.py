"""Translating paragraph by paragraph, here or with a translator's own tools."""
