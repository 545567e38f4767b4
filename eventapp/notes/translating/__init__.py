"""Translating what is published, paragraph by paragraph, on our pages or in translators' own tools."""
