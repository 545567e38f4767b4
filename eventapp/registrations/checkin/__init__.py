"""The door: who is present, scanned or typed, once a day and also when the line drops."""
