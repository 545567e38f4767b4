"""Software for invitation-only peer-exchange workshops."""
