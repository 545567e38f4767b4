"""The fixtures of every test that needs the application: real databases, a stopped clock, a browser of pages."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.accounts.models import Account
from eventapp.application import create_app
from eventapp.core.context import SYSTEM, Actor, Context
from eventapp.core.limits import limiter
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo import loader
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import STORY_START, StoppedClock
from tests.support.staff import sign_in

Work = Callable[..., AbstractContextManager[Context]]
NewDatabase = Callable[[str, Path], str]


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder shared by all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def postgres_uri(shared_folder: Path) -> str:
    """The PostgreSQL server of the run."""
    uri = databases.postgres_server(shared_folder)
    databases.hurry(uri)
    return uri


@pytest.fixture(scope="session")
def new_database(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, worker_id: str
) -> NewDatabase:
    """Make, as a copy of one that was migrated once a process and engine, a database of its own; return its URL."""
    masters: dict[str, str] = {}
    numbers = itertools.count()

    def url_of(engine: str, folder: Path, master: str | None = None) -> str:
        if engine == "sqlite":
            return databases.new_sqlite_database(folder / "test.sqlite", master)
        uri = request.getfixturevalue("postgres_uri")
        return databases.new_postgres_database(uri, f"test_{worker_id}_{next(numbers)}", master)

    def make(engine: str, folder: Path) -> str:
        if engine not in masters:
            own = tmp_path_factory.mktemp(f"master-{engine}")
            masters[engine] = url_of(engine, own)
            app = create_app(databases.settings_for(masters[engine], own))
            databases.migrate(app)
        return url_of(engine, folder, masters[engine])

    return make


@pytest.fixture(scope="session")
def app_on(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> Callable[[str], Flask]:
    """Make, once a process and engine, an application on a freshly migrated database."""
    made: dict[str, Flask] = {}

    def make(engine: str) -> Flask:
        if engine not in made:
            folder = tmp_path_factory.mktemp(engine)
            settings = databases.settings_for(new_database(engine, folder), folder)
            made[engine] = create_app(settings, clock=StoppedClock())
        return made[engine]

    return make


@pytest.fixture(params=databases.ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each database engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def app(engine: str, app_on: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application on an empty database, at the start of the story; no application context is open."""
    made = app_on(engine)
    databases.empty(made)
    made.extensions["page_cache"].clear()
    made.extensions["clock"].set(STORY_START)
    mailbox = made.extensions["settings"].instance / "mailbox"
    shutil.rmtree(mailbox, ignore_errors=True)
    with made.app_context():
        limiter.reset()
    yield made
    made.extensions["clock"].set(STORY_START)


@pytest.fixture
def clock(app: Flask) -> StoppedClock:
    """The application's clock, standing at the start of the story."""
    found: StoppedClock = app.extensions["clock"]
    return found


@pytest.fixture
def work(app: Flask) -> Work:
    """Open a unit of work: `with work() as ctx:`; by the system unless an actor is given."""

    @contextmanager
    def open_one(actor: Actor = SYSTEM) -> Iterator[Context]:
        with app.app_context(), unit_of_work(actor) as ctx:
            yield ctx

    return open_one


@pytest.fixture(scope="session")
def samples() -> dict[str, databases.Rows]:
    """What the database holds after the sample event was loaded, by engine."""
    return {}


@pytest.fixture
def sample(app: Flask, work: Work, engine: str, samples: dict[str, databases.Rows]) -> None:
    """The sample event, told by its loader once a process and engine, and put back for every other test."""
    if engine in samples:
        databases.put_back(app, samples[engine])
        return
    with work() as ctx:
        assert loader.load(ctx)
    samples[engine] = databases.rows_of(app)


@pytest.fixture
def read(app: Flask) -> Work:
    """Open a context for reading: `with read() as ctx:`."""

    @contextmanager
    def open_one(actor: Actor = SYSTEM) -> Iterator[Context]:
        with app.app_context():
            yield reading(actor)

    return open_one


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare test client."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """Make visitors, each with cookies of its own, who read pages and send their forms as a browser would."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def staff(app: Flask, visitor: Callable[[], Visitor]) -> Callable[[Account | int], Visitor]:
    """Make a visitor who is signed in as the account."""

    def make(account: Account | int) -> Visitor:
        account_id = account if isinstance(account, int) else account.id
        person = visitor()
        sign_in(app, person.client, account_id)
        return person

    return make


@pytest.fixture
def story_start() -> datetime:
    """The instant at which the clock of each test stands at first."""
    return STORY_START
