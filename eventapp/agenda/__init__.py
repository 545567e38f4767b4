"""Sessions, releases, calendars, documents."""
