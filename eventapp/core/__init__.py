"""The ground of the house: one idea a file, nothing here knows a room."""
