"""What every template can use: filters, globals and the frame around a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import get_locale

from eventapp.application import public_pages
from eventapp.application.announcing import announcements
from eventapp.application.navigation import event_nav, rail, sponsorship_tabs
from eventapp.core import formatting, markdown, money, qr
from eventapp.core.assets import Assets
from eventapp.core.languages import LANGUAGES, direction, own_name
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import clock
from eventapp.core.wall_time import to_wall


def install(app: Flask) -> None:
    """Give the templates their filters, globals and frame."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["qr"] = qr.svg
    app.jinja_env.globals["request_is_cached"] = public_pages.being_made
    app.jinja_env.filters.update(
        markdown=lambda text, heading_base=2: markdown.render(text, heading_base=heading_base),
        plain=markdown.plain,
        day=lambda day: formatting.day_in_words(day, language()),
        short_day=lambda day: formatting.short_day_in_words(day, language()),
        clock=formatting.time_in_words,
        moment=lambda instant, zone: formatting.moment_in_words(instant, zone, language()),
        wall=to_wall,
        amount=lambda amount, currency: money.in_words(amount, currency, language()),
        country=lambda code: formatting.country_name(code, language()),
        language_name=lambda code: formatting.language_name(code, language()),
        own_name=own_name,
        in_words=lambda words: formatting.list_in_words(words, language()),
        text_in=lambda value: value.text(language()) if isinstance(value, Translated) else value,
    )
    app.jinja_env.globals.update(days_in_words=lambda first, last: formatting.days_in_words(first, last, language()))
    app.jinja_env.globals.update(zone_in_words=lambda zone, at: formatting.zone_in_words(zone, language(), at))
    app.context_processor(frame)


def language() -> str:
    """Return the interface language of what is being rendered."""
    locale = get_locale()
    return locale.language if locale is not None else "en"


def asset(name: str) -> str:
    """Return the fingerprinted address of a static file or bundle."""
    assets: Assets = current_app.extensions["assets"]
    if current_app.config["DEMO"]:
        assets.refresh()
    # Not by url_for: every page asks several times, also the error page for a Host that no route is bound to.
    return f"{request.script_root if has_request_context() else ''}/static/{assets.by_name[name]}"


def frame() -> dict[str, Any]:
    """Return what the layouts need around any page."""
    event = g.get("event")
    codes = [code for code in event.languages if code in LANGUAGES] if event is not None else list(LANGUAGES)
    code = language()
    return {
        "lang": code,
        "dir": direction(code),
        "languages": [(each, own_name(each)) for each in codes],
        "event": event,
        "accent": event.accent if event is not None else "teal",
        "alternate_url": alternate_url,
        "current_account": g.get("account"),
        "permissions": g.get("permissions", frozenset()),
        "announcements": announcements,
        "event_nav": event_nav,
        "rail": rail,
        "sponsorship_tabs": sponsorship_tabs,
        "demo_clock": demo_clock(),
        "now": clock().now(),
    }


def alternate_url(code: str) -> str | None:
    """Return the address of this very page in another language."""
    if request.url_rule is None:
        return None
    query = request.args.to_dict(flat=True)
    path = request.path
    if "lang" in request.url_rule.arguments:
        path = f"/{code}/{path.split('/', 2)[2]}"
    else:
        query["lang"] = code
    return f"{path}?{urlencode(query)}" if query else path


def demo_clock() -> str | None:
    """Return the story's time in words for the strip of the demo, or None in production."""
    if not current_app.config["DEMO"]:
        return None
    return formatting.moment_in_words(clock().now(), "Europe/Madrid", language())
