"""The application factory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, current_app, request
from flask_babel import Babel, get_locale
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from eventapp.application import commands, enforcement, errors, headers, operations, public_pages, templating, wiring
from eventapp.application.blueprints import BLUEPRINTS, DEMO_BLUEPRINTS
from eventapp.application.public_pages import PublicPages
from eventapp.core.access import public
from eventapp.core.assets import Assets
from eventapp.core.clock import Clock, SystemClock
from eventapp.core.config import ROOT, Settings, settings_from
from eventapp.core.database import configure_engine, db
from eventapp.core.documents import Documents
from eventapp.core.languages import DEFAULT_LANGUAGE
from eventapp.core.limits import limiter
from eventapp.core.page_cache import PageCache
from eventapp.core.pdf import PdfEngine
from eventapp.core.tokens import LinkKeys
from eventapp.core.unit_of_work import replayable
from eventapp.demo.clock import StoryClock
from eventapp.sponsorship.sensitive.sealing import Sealer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_REPLAYS = 4
csrf = CSRFProtect()


class WholeNumber(IntegerConverter):
    """An `int` in an address that the database's integers can hold; a larger one names nothing: 404."""

    regex = r"[0-9]{1,10}"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max", 2**31 - 1)
        super().__init__(*args, **options)


class EventApp(Flask):
    """Flask, with ready-made pages before it, and the unit of work replayed when PostgreSQL gave it up."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the ready-made page of the address, or let Flask find the view."""
        ready = self.extensions["public_pages"].ready(environ)
        if ready is None:
            return super().wsgi_app(environ, start_response)
        status, page_headers, body = ready
        start_response(status, page_headers)
        return (body,)

    def dispatch_request(self) -> Any:
        """Run the view; play it again after a serialisation failure or a deadlock, which only others caused."""
        for attempt in range(MAX_REPLAYS + 1):
            try:
                return super().dispatch_request()
            except OperationalError as error:
                if attempt == MAX_REPLAYS or not replayable(error):
                    raise
                db.session.rollback()
        raise AssertionError("unreachable")


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment.

    Raises `BadConfiguration` when the environment is incomplete and `UndeclaredAccess` when a view says
    nothing about who may use it.
    """
    settings = settings or settings_from()
    app = EventApp(
        "eventapp",
        root_path=str(ROOT),
        template_folder="templates",
        static_folder=None,
        instance_path=str(settings.instance),
    )
    _configure(app, settings)
    app.url_map.converters["int"] = WholeNumber
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock or (StoryClock(settings.instance) if settings.is_demo else SystemClock())
    app.extensions["sealer"] = Sealer(settings.data_keys)
    app.extensions["link_keys"] = LinkKeys([key.encode() for key in settings.link_keys])
    app.extensions["page_cache"] = PageCache()
    app.extensions["assets"] = Assets(ROOT / "static")
    app.extensions["pdf"] = engine = PdfEngine()
    app.extensions["documents"] = Documents(
        settings.instance / "documents", engine, styles=ROOT / "static" / "css" / "pdf"
    )
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
        app.extensions["public_pages"] = PublicPages(
            db.engine,
            app.extensions["page_cache"],
            lambda: app.extensions["clock"],
            settings.hosts,
            shows_clock=settings.is_demo,
        )
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    Babel(app, locale_selector=enforcement.select_language)
    csrf.init_app(app)
    limiter.init_app(app)
    templating.install(app)
    errors.install(app)
    app.url_value_preprocessor(enforcement.take_language)
    app.url_defaults(_language_in_address)
    app.before_request(enforcement.enforce)
    app.after_request(headers.compress)  # runs last: after_request functions run in reverse
    app.after_request(public_pages.keep)
    app.after_request(headers.protect)
    app.add_url_rule("/static/<path:name>", "static", _static)
    for blueprint in (*BLUEPRINTS, *(DEMO_BLUEPRINTS if settings.is_demo else ())):
        app.register_blueprint(blueprint)
    operations.install(app)
    commands.install(app)
    wiring.wire()
    enforcement.require_declarations(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        TESTING=settings.testing,
        DEMO=settings.is_demo,
        TRUSTED_HOSTS=sorted(settings.hosts),
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,  # a text that is far too long comes back with a word about it
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=31),
        WTF_CSRF_TIME_LIMIT=None,  # a form filled over a day on a bad line is still good
        WTF_CSRF_SSL_STRICT=False,  # our pages send no referrer
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
    )
    if settings.database_url.startswith("postgresql"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


def _language_in_address(endpoint: str, values: dict[str, Any]) -> None:
    """Put the current language into addresses that name one."""
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        locale = get_locale()
        values["lang"] = locale.language if locale is not None else DEFAULT_LANGUAGE


@public("style sheets, scripts and pictures of the site itself")
def _static(name: str) -> Response:
    assets: Assets = current_app.extensions["assets"]
    asset = assets.by_address.get(name)
    if asset is None:
        abort(404)
    fresh = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{asset.etag}"'}
    if name == assets.by_name["js/door-worker.js"]:  # it opens a page of the desk, which is no folder of static files
        fresh["Service-Worker-Allowed"] = f"{request.script_root}/desk/"
    if request.if_none_match.contains_weak(asset.etag):
        return Response(status=304, headers=fresh)
    if asset.compressed is not None and request.accept_encodings["gzip"] > 0:
        fresh |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(asset.compressed, headers=fresh, content_type=asset.media_type)
    return Response(asset.body, headers=fresh, content_type=asset.media_type)
