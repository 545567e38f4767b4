"""Error pages: a clear sentence and a way on, even when the database is gone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import OperationalError

from eventapp.core.access import Role
from eventapp.core.database import db
from tests.support.factories import make_event, make_member


def test_a_page_that_is_not_there_offers_a_way_on(visitor: Any) -> None:
    page = visitor().get("/fr/nothing-here/")
    assert page.status == 404
    assert "/fr/my-link" in page.links().values()
    assert "/fr/" in page.links().values()


def test_without_a_database_every_page_says_so(app: Any, visitor: Any, staff: Any, work: Any) -> None:
    with work() as ctx:
        account = make_member(ctx, make_event(ctx, slug="ours"), Role.OWNER)
    person, anybody = staff(account), visitor()

    def gone(*_: object) -> None:
        raise OperationalError("the database is gone", {}, Exception())

    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", gone)
    try:
        for page in (person.get("/desk/ours/"), person.get("/desk/"), anybody.get("/fr/ours/"), anybody.get("/en/")):
            assert page.status == 503
            assert page.heading
            assert page.links()
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", gone)


def test_a_form_sent_after_signing_out_loses_nothing(app: Any, client: Any, work: Any) -> None:
    with work() as ctx:
        make_event(ctx, slug="ours")
    token = None
    with client:
        client.get("/sign-in")
        page = client.get("/sign-in").get_data(as_text=True)
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    answer = client.post("/desk/ours/settings/texts", data={"csrf_token": token, "title-en": "x"})
    assert answer.status_code == 401
    page = answer.get_data(as_text=True)
    assert "/sign-in" in page
    assert 'name="title-en"' in page
    assert 'value="x"' in page
