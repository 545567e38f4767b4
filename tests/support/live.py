"""The real thing for browsers: web server, worker and mailbox in processes and folders of their own."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from eventapp.application import create_app
from eventapp.application.jobs import run_jobs
from eventapp.core.config import ROOT, settings_from
from eventapp.core.context import SYSTEM
from eventapp.core.database import db
from eventapp.core.unit_of_work import unit_of_work
from eventapp.demo import loader
from eventapp.demo.clock import StoryClock
from tests.support import databases
from tests.support.mail import courier

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_SECONDS = 30


def browser_path() -> str:
    """Return where Chromium is on this machine."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    return pytest.fail(f"The browser tests need Chromium; none of {', '.join(BROWSERS)} is on the PATH.")


def _free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class LiveSite:
    """A demo with the sample event on its own port, database, clock and mailbox."""

    folder: Path
    database_url: str
    port: int = field(default_factory=_free_port)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The origin of the site."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mailbox(self) -> Path:
        """The folder into which the worker delivers."""
        return self.folder / "mailbox"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the site's processes."""
        return {
            "APP_ENV": "demo",
            "DATABASE_URL": self.database_url,
            "BASE_URL": self.url,
            "MAIL_URL": f"dir:{self.mailbox}",
            "PORT": str(self.port),
            "LIVE_INSTANCE": str(self.folder),
        }

    @cached_property
    def app(self) -> Flask:
        """The same application in this process, for looking things up and making links."""
        return create_app(settings_from(self.environment, instance=self.folder))

    def load(self) -> None:
        """Migrate the database, load the sample event and deliver its mail."""
        databases.migrate(self.app)
        with self.app.app_context():
            with unit_of_work(SYSTEM) as ctx:
                loader.load(ctx)
            run_jobs()
            courier(self.app).deliver_due()
            db.session.remove()
            db.engine.dispose()

    def copy_to(self, folder: Path) -> LiveSite:
        """Return another site that begins where this one, on SQLite and at rest, stands."""
        shutil.copytree(self.folder, folder)
        return LiveSite(folder, sqlite_url(folder))

    def start(self) -> None:
        """Start web server and worker and wait until the site answers."""
        self._run("worker", "flask", "--app", "tests.support.live_app", "worker")
        self.start_web()

    def start_web(self) -> None:
        """Start the web server and wait until it answers."""
        web = ("gunicorn", "--bind", f"127.0.0.1:{self.port}", "--threads", "4", "--graceful-timeout", "1")
        self._run("web", *web, "tests.support.live_app:app")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2).close()  # noqa: S310 - our own http address
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"The web server did not start: {(self.folder / 'web.log').read_text()[-2000:]}")

    def ask_to_stop(self) -> None:
        """Ask both processes to stop, without waiting for them."""
        for process in self._running:
            process.terminate()

    def kill(self) -> None:
        """End both processes and their own at once, as a power cut would."""
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        """Stop both processes."""
        self.ask_to_stop()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._running.clear()

    def jump(self, instant: datetime) -> None:
        """Move the story's clock of every process of the site."""
        StoryClock(self.folder).jump(instant)

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Return what was delivered to an address, in the order in which it was written, wherever the clock stood."""
        mails = map(_mail_in, sorted(self.mailbox.glob("*.eml"), key=lambda path: path.stem.rpartition("-")[2]))
        return [mail for mail, recipient in mails if address in recipient]

    def next_mail(self, address: str, before: int) -> EmailMessage:
        """Wait for one more mail to the address than there were before, and return it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            mails = self.mails_to(address)
            if len(mails) > before:
                return mails[-1]
            time.sleep(0.05)
        return pytest.fail(
            f"No new mail reached {address}. The worker said: {(self.folder / 'worker.log').read_text()[-2000:]}"
        )

    def _run(self, name: str, program: str, *arguments: str) -> None:
        command = [str(Path(sys.executable).parent / program), *arguments]
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env={**os.environ, **self.environment},
                    stdout=log,
                    stderr=log,
                    process_group=0,  # what it starts itself ends with it
                )
            )


@cache
def _mail_in(path: Path) -> tuple[EmailMessage, str]:
    """Return the mail in a file, which never changes, and to whom it is: to parse all of them again takes long."""
    mail: Any = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return mail, str(mail["To"])


def sqlite_url(folder: Path) -> str:
    """Return the URL of the site's database file in its folder."""
    return f"sqlite:///{folder / 'site.sqlite'}"
