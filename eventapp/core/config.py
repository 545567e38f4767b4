"""Configuration from the environment, checked at start-up with clear errors."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = ROOT / "instance"


class Environment(StrEnum):
    """Where the application runs."""

    DEMO = "demo"
    PRODUCTION = "production"


class BadConfiguration(Exception):
    """The environment does not describe an application that can start; the message lists every fault."""


@dataclass(frozen=True)
class Settings:
    """All that the environment decides."""

    environment: Environment
    database_url: str
    secret_key: str
    link_keys: tuple[str, ...]
    base_url: str
    mail_url: str
    mail_from: str
    data_keys: tuple[str, ...] = ()  # the newest first; none: passport and bank data cannot be taken
    redis_url: str | None = None
    trusted_proxies: int = 0
    instance: Path = INSTANCE
    testing: bool = False
    extra_hosts: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_demo(self) -> bool:
        """Tell whether the demo's clock, mailbox and style page exist."""
        return self.environment is Environment.DEMO

    @property
    def secure(self) -> bool:
        """Tell whether the site is reached over TLS."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """Return the host names, with port where there is one, that requests may name."""
        return self.extra_hosts | {urlsplit(self.base_url).netloc}


def settings_from(environ: Mapping[str, str] | None = None, *, instance: Path = INSTANCE) -> Settings:
    """Read the settings from the environment. Raises `BadConfiguration` that names every fault at once."""
    env = os.environ if environ is None else environ
    faults: list[str] = []
    try:
        environment = Environment(env.get("APP_ENV") or "demo")
    except ValueError:
        raise BadConfiguration(f"APP_ENV is {env['APP_ENV']!r}; it must be 'demo' or 'production'.") from None
    demo = environment is Environment.DEMO

    def required(name: str, default: str) -> str:
        value = env.get(name, "").strip()
        if value:
            return value
        if not demo:
            faults.append(f"{name} is not set; production does not start without it.")
        return default

    port = env.get("PORT", "5000")
    host = env.get("HOST", "127.0.0.1")
    base_url = required("BASE_URL", f"http://{_named(host)}:{port}").rstrip("/")
    mail_from = required("MAIL_FROM", "eventapp <workshop@example.org>")
    mail_url = required("MAIL_URL", f"dir:{instance / 'mailbox'}")
    secret_key = required("SECRET_KEY", "") or _kept_secret(instance, "secret-key", demo)
    link_keys = tuple(key.strip() for key in required("LINK_KEYS", "").split(",") if key.strip())
    link_keys = link_keys or ((_kept_secret(instance, "link-key", demo),) if demo else ())
    data_keys = tuple(key.strip() for key in env.get("DATA_KEYS", "").split(",") if key.strip())
    data_keys = data_keys or ((_kept_secret(instance, "data-key", demo),) if demo else ())
    database_url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'eventapp.sqlite'}"
    missing = {fault.split()[0] for fault in faults}
    wrong = _faults(demo, database_url, base_url, mail_url, mail_from, secret_key, link_keys, data_keys)
    faults += [fault for fault in wrong if fault.split()[0] not in missing]
    proxies = env.get("TRUSTED_PROXIES") or "0"
    if not proxies.isdigit():
        faults.append(f"TRUSTED_PROXIES is {proxies!r}; it must be the number of proxies in front, such as 1.")
        proxies = "0"
    if faults:
        raise BadConfiguration("\n".join(faults))
    extra = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", _named(host))} if demo else set()
    return Settings(
        environment=environment,
        database_url=database_url,
        secret_key=secret_key,
        link_keys=link_keys,
        data_keys=data_keys,
        base_url=base_url,
        mail_url=mail_url,
        mail_from=mail_from,
        redis_url=env.get("REDIS_URL") or None,
        trusted_proxies=int(proxies),
        instance=instance,
        extra_hosts=frozenset(extra),
    )


def _named(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound


def _faults(
    demo: bool,
    database_url: str,
    base_url: str,
    mail_url: str,
    mail_from: str,
    secret_key: str,
    link_keys: tuple[str, ...],
    data_keys: tuple[str, ...],
) -> list[str]:
    faults = []
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    url = urlsplit(base_url)
    if url.scheme not in {"http", "https"} or not url.netloc or url.path:
        faults.append(f"BASE_URL is {base_url!r}; it must be an origin such as https://workshops.example.org.")
    elif not demo and url.scheme != "https":
        faults.append(f"BASE_URL is {base_url!r}; production is served over https only.")
    if urlsplit(mail_url).scheme not in {"smtp", "dir"}:
        faults.append("MAIL_URL must begin with smtp:// or dir:.")
    if "@" not in parseaddr(mail_from)[1]:
        faults.append(f"MAIL_FROM is {mail_from!r}; it must hold one address.")
    if not demo:
        if secret_key and len(secret_key) < 32:
            faults.append("SECRET_KEY is too short; 32 characters at least.")
        if any(len(key) < 32 for key in link_keys):
            faults.append("LINK_KEYS holds a key that is too short; 32 characters at least, each.")
        if any(len(key) < 32 for key in data_keys):
            faults.append("DATA_KEYS holds a key that is too short; 32 characters at least, each.")
    return faults


def _kept_secret(instance: Path, name: str, demo: bool) -> str:
    """Return the demo's own secret, made once and kept in the instance folder."""
    if not demo:
        return ""
    path = instance / name
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()
