"""The event, its institutions, themes, places, categories, and the roles of people in it."""
