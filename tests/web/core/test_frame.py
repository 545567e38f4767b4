"""What holds for every answer: hosts, headers, operations, assets, the unit of work."""

import pytest
from sqlalchemy import select

from eventapp.core.unit_of_work import WriteOutsideUnitOfWork, unit_of_work
from eventapp.events.models import Event
from tests.support.factories import make_event


def test_alive_and_ready(client):
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_unknown_host_is_refused(client):
    assert client.get("/livez", headers={"Host": "evil.example"}).status_code == 400


def test_a_static_file_is_cached_for_a_year_and_compressed(app, client):
    address = app.extensions["assets"].by_name["public.css"]
    answer = client.get(f"/static/{address}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_unit_of_work_commits_whole_or_not_at_all(work, read):
    with pytest.raises(ZeroDivisionError), work() as ctx:
        make_event(ctx, slug="gone")
        raise ZeroDivisionError
    with work() as ctx:
        make_event(ctx, slug="kept")
    with read() as ctx:
        assert ctx.session.scalars(select(Event.slug)).all() == ["kept"]


def test_nothing_is_written_outside_a_unit_of_work(read):
    with read() as ctx, pytest.raises(WriteOutsideUnitOfWork):
        make_event(ctx)


def test_units_of_work_do_not_nest(work):
    with work(), pytest.raises(RuntimeError), unit_of_work():
        pass
