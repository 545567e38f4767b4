"""Rate limits, counted per visitor's address or per what the visitor names; in Redis where there is one."""

from __future__ import annotations

from flask import current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

limiter = Limiter(key_func=get_remote_address, headers_enabled=False, strategy="fixed-window")


def allow(rule: str, *key: str) -> bool:
    """Count one hit of the key against a rule such as `"5 per hour"` and tell whether it is within it.

    For limits per mail address or token, which no decorator can see.
    """
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return True
    return limiter.limiter.hit(parse(rule), *key)


def is_spent(rule: str, *key: str) -> bool:
    """Tell whether another hit of the key would pass the rule, without counting one."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return False
    return not limiter.limiter.test(parse(rule), *key)
