"""The application does not start with a view that declares no access, nor in an environment that lacks something."""

import pytest
from flask import Flask

from eventapp.application.enforcement import UndeclaredAccess, require_declarations
from eventapp.core.access import public
from eventapp.core.config import BadConfiguration, Environment, settings_from


def test_a_view_without_declared_access_stops_the_start():
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/bare", "bare", lambda: "secret")
    app.add_url_rule("/open", "open", public("a test")(lambda: "open"))
    with pytest.raises(UndeclaredAccess, match="bare"):
        require_declarations(app)


def test_every_view_of_the_house_declares_access(app_on):
    require_declarations(app_on("sqlite"))


def test_the_demo_needs_no_environment(tmp_path):
    settings = settings_from({}, instance=tmp_path)
    assert settings.environment is Environment.DEMO
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.secret_key == settings_from({}, instance=tmp_path).secret_key


def test_production_names_everything_that_is_missing(tmp_path):
    with pytest.raises(BadConfiguration) as error:
        settings_from({"APP_ENV": "production"}, instance=tmp_path)
    for name in ("BASE_URL", "SECRET_KEY", "LINK_KEYS", "MAIL_URL", "MAIL_FROM"):
        assert f"{name} is not set" in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("APP_ENV", "staging", "APP_ENV"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL"),
        ("BASE_URL", "http://workshops.example.org", "https only"),
        ("BASE_URL", "workshops.example.org", "BASE_URL"),
        ("MAIL_URL", "ftp://x", "MAIL_URL"),
        ("MAIL_FROM", "nobody", "MAIL_FROM"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("LINK_KEYS", "short", "LINK_KEYS"),
        ("TRUSTED_PROXIES", "many", "TRUSTED_PROXIES"),
    ],
)
def test_a_wrong_value_is_named(tmp_path, name, value, words):
    good = {
        "APP_ENV": "production",
        "BASE_URL": "https://workshops.example.org",
        "SECRET_KEY": "s" * 40,
        "LINK_KEYS": "k" * 40,
        "MAIL_URL": "smtp://127.0.0.1:25",
        "MAIL_FROM": "team@example.org",
    }
    assert settings_from(good, instance=tmp_path).environment is Environment.PRODUCTION
    with pytest.raises(BadConfiguration, match=words):
        settings_from({**good, name: value}, instance=tmp_path)
