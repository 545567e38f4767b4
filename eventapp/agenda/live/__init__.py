"""The day itself: what is on, announcements, delays, and the way in for remote participants."""
