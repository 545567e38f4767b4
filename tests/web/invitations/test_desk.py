"""The organisers' pages about invitations, imports and interest."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event

from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.database import db
from eventapp.invitations.models import ImportPreview, Interest, Invitation
from eventapp.invitations.states import InterestState, InvitationState
from eventapp.mail.models import OutboxMessage
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_invitation, make_member

Work = Callable[..., AbstractContextManager[Context]]
Staff = Callable[[int], Visitor]


@pytest.fixture
def desk(work: Work, staff: Staff) -> tuple[Visitor, str]:
    """An organiser at the desk, and the address of the event's invitations."""
    with work() as ctx:
        event = make_event(ctx)
        account_id, slug = make_member(ctx, event).id, event.slug
    return staff(account_id), f"/desk/{slug}/invitations"


def press(organiser: Visitor, page: Page, values: dict[str, object] | None = None, **options: object) -> Page:
    """Send a form of the desk, not the one that signs out."""
    return organiser.submit(page, values, **{"action": "/desk/", **options})  # type: ignore[arg-type]


def the_event(ctx: Context, base: str):  # type: ignore[no-untyped-def]
    from eventapp.events.queries import get_event

    return get_event(ctx.session, base.split("/")[2])


def mails(work: Work) -> list[str]:
    with work() as ctx:
        return [
            m.kind.partition("/")[2]
            for m in ctx.session.query(OutboxMessage).filter_by(state="queued").order_by(OutboxMessage.id)
        ]


def test_write_send_and_take_back(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    form = organiser.get(f"{base}/new")
    wrong = press(organiser, form, {"name": "Amina", "email": "amina@example"})
    assert wrong.status == 422
    assert wrong.value("name") == "Amina"
    page = press(
        organiser, form, {"name": "Amina Diallo", "email": "Amina@example.org", "answer_by_at": "2024-09-18T18:00"}
    )
    assert page.heading == "Amina Diallo"
    assert "Draft" in page.text
    taken = press(organiser, form, {"name": "Again", "email": "amina@example.org"})
    assert taken.status == 409
    assert "Open the invitation of Amina Diallo" in taken.links()
    sent = press(organiser, page, action="/send")
    assert "No answer yet" in sent.text
    assert "18 September 2024, 18:00" in sent.text
    press(organiser, page, action="/send")  # the second click
    assert mails(work) == ["invitation"]
    revoke = organiser.get(sent.links()["Take the invitation back…"])
    press(organiser, revoke, {"reason": "We are sorry."})
    twice = press(organiser, revoke, {"reason": "We are sorry."})
    assert twice.status == 409
    assert mails(work) == ["invitation_revoked"]


def test_two_organisers_edit_at_once(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    with work() as ctx:
        invitation_id = make_invitation(ctx, the_event(ctx, base)).id
    one, two = (organiser.get(f"{base}/{invitation_id}/edit") for _ in range(2))
    press(organiser, one, {"name": "First"})
    late = press(organiser, two, {"name": "Second"})
    assert (late.status, late.value("name")) == (409, "Second")
    assert any("Somebody else changed this" in each for each in late.errors)
    press(organiser, late)
    with work() as ctx:
        assert ctx.session.get_one(Invitation, invitation_id).name == "Second"


def test_a_new_link_to_another_address(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    with work() as ctx:
        event = the_event(ctx, base)
        invitation_id, other = make_invitation(ctx, event).id, make_invitation(ctx, event).email
    page = organiser.get(f"{base}/{invitation_id}/reissue")
    assert press(organiser, page, {"email": other}).status == 422
    assert press(organiser, page, {"email": "new@example.org"}).status == 200
    with work() as ctx:
        found = ctx.session.get_one(Invitation, invitation_id)
        assert (found.email, found.link_version) == ("new@example.org", 2)


def test_many_at_once_say_what_goes_out_first(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    with work() as ctx:
        event = the_event(ctx, base)
        ids = [
            make_invitation(ctx, event, state=InvitationState.DRAFT, sent_at=None, language=code).id
            for code in ("en", "fr", "fr")
        ]
        make_invitation(ctx, event)
    page = organiser.get(f"{base}/send?id={ids[0]}&id={ids[1]}")
    assert "2 people each get a mail" in page.text
    assert "French: 1" in page.text
    everything = organiser.get(f"{base}/send?all=1")
    assert mails(work) == []
    press(organiser, everything)
    press(organiser, everything)
    assert mails(work) == ["invitation"] * 3


def test_reminders(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    with work() as ctx:
        event = the_event(ctx, base)
        make_invitation(ctx, event, sent_at=ctx.now - timedelta(days=6))
        make_invitation(ctx, event)
    page = organiser.get(f"{base}/remind")
    assert "1 person gets a reminder" in page.text
    press(organiser, page)
    press(organiser, page)
    assert mails(work) == ["reminder"]
    assert organiser.get(f"{base}/remind?pause_days=x").status == 422


def test_the_list_filters_and_asks_as_often_for_few_as_for_many(desk: tuple[Visitor, str], work: Work, app) -> None:  # type: ignore[no-untyped-def]
    organiser, base = desk
    counts: list[int] = []

    def count(*_: object) -> None:
        counts[-1] += 1

    with app.app_context():
        engine = db.engine
    for many in (2, 118):
        with work() as ctx:
            event = the_event(ctx, base)
            for n in range(many):
                make_invitation(ctx, event, name=f"Zoé Müller {n}", country="FR" if n % 2 else "SN")
        organiser.get(base)
        counts.append(0)
        sqlalchemy_event.listen(engine, "before_cursor_execute", count)
        page = organiser.get(base)
        sqlalchemy_event.remove(engine, "before_cursor_execute", count)
    assert counts[0] == counts[1]
    assert "1–50 of 120" in page.text
    assert "101–120 of 120" in organiser.get(f"{base}?page=99").text
    assert "60 invitations" in organiser.get(f"{base}?q=muller+zoe&country=SN").text
    assert "No invitation matches" in organiser.get(f"{base}?q=%25").text


def test_import_from_the_file_to_the_drafts(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    page = organiser.get(f"{base}/import")
    nothing = press(organiser, page, {"file": (io.BytesIO(b""), "")})
    assert nothing.status == 422
    picture = press(organiser, page, {"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 200), "list.csv")})
    assert (picture.status, len(picture.errors)) == (422, 1)
    data = "email;nom;couleur\nbo@example.org;Bo;bleu\nbroken;Bo;\nbo@example.org;Encore;\n".encode("cp1252")
    preview = press(organiser, page, {"file": (io.BytesIO(data), "liste.csv")})
    assert "1 row becomes a draft." in preview.text
    assert "2 rows are left out" in preview.text
    assert "couleur" in preview.text
    assert "“broken” is not a complete address." in preview.text
    assert "The same address stands in line 2 already." in preview.text
    with work() as ctx:
        assert (ctx.session.query(Invitation).count(), ctx.session.query(ImportPreview).count()) == (0, 1)
    for _ in range(2):
        press(organiser, preview)
        with work() as ctx:
            assert ctx.session.query(Invitation).count() == 1
    same = press(organiser, page, {"file": (io.BytesIO(b"email,name\nbo@example.org,Bo\n"), "again.csv")})
    assert "Everybody in this list has an invitation already." in same.text
    assert "Mend the problems" not in same.text
    for kind in ("csv", "xlsx"):
        template = organiser.client.get(f"{base}/import/template.{kind}")
        assert template.status_code == 200
        again = press(organiser, page, {"file": (io.BytesIO(template.data), f"t.{kind}")})
        assert "1 row becomes a draft." in again.text
        assert "Problems (0)" in again.text or "With problems (0)" in again.text


def test_interest_is_invited_or_declined(desk: tuple[Visitor, str], work: Work) -> None:
    organiser, base = desk
    base = base.replace("/invitations", "/interest")
    with work() as ctx:
        event = the_event(ctx, base)
        ids = []
        for n in range(2):
            interest = Interest(
                event_id=event.id, state=InterestState.OPEN, email=f"i{n}@example.org", name=f"I {n}", organisation="O",
                country="FR", motivation="Because.", language="fr", created_at=ctx.now,
            )  # fmt: skip
            ctx.session.add(interest)
            ctx.session.flush()
            ids.append(interest.id)
    assert "I 0" in organiser.get(base).text
    page = organiser.get(f"{base}/{ids[0]}")
    sent = press(organiser, page, button="Invite and send at once")
    assert "No answer yet" in sent.text
    assert press(organiser, page, button="Invite and send at once").status == 409
    decline = organiser.get(f"{base}/{ids[1]}/decline")
    shown = press(organiser, decline, {"sentence": "À l’an prochain."}, press=("preview", "yes"))
    assert "À l’an prochain." in shown.tree.xpath("string(//pre)")
    assert mails(work) == ["invitation"]
    press(organiser, shown)
    assert mails(work) == ["invitation", "interest_declined"]


def test_an_observer_reads_and_changes_nothing(work: Work, staff: Staff) -> None:
    with work() as ctx:
        event, other = make_event(ctx), make_event(ctx)
        observer, rapporteur = make_member(ctx, event, Role.OBSERVER).id, make_member(ctx, event, Role.RAPPORTEUR).id
        own, foreign, slug = make_invitation(ctx, event).id, make_invitation(ctx, other).id, event.slug
    base = f"/desk/{slug}/invitations"
    reader = staff(observer)
    assert reader.get(base).status == 200
    assert reader.get(f"{base}/{own}").status == 200
    for address in (
        f"{base}/new",
        f"{base}/import",
        f"{base}/remind",
        f"{base}/send",
        f"{base}/{own}/edit",
        f"{base}/{own}/revoke",
    ):
        assert reader.get(address).status == 403, address
    assert reader.get(f"{base}/{foreign}").status == 404
    assert staff(rapporteur).get(base).status == 403
