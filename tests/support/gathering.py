"""Boards of ideas and resources to test with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes.ideas import boards, rules
from eventapp.notes.ideas import service as ideas
from eventapp.notes.ideas.models import Idea, IdeaBoard
from eventapp.notes.ideas.states import BoardAction
from eventapp.notes.ideas.values import BoardValues
from eventapp.notes.resources import rules as shape
from eventapp.notes.resources import service as resources
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.values import Proposer, ResourceValues
from eventapp.notes.session_notes.states import EntryKind
from tests.support.factories import tr
from tests.support.noting import make_entry, make_note


def make_board(ctx: Context, event: Event, session_id: int, texts: tuple[str, ...] = ("Shade first",)) -> IdeaBoard:
    """A board that is revealed, its ideas of different people, the first of them in a group."""
    board = boards.make(ctx, event, BoardValues(session_id, tr("Where to begin?", "Par où commencer ?")))
    boards.move(ctx, event, board.id, BoardAction.OPEN)
    written = [
        ideas.add_idea(ctx, event, board.id, rules.writer_of(b"test", board.id, f"browser:{number}"),
                       key=f"idea-{board.id}-{number}", text=text)
        for number, text in enumerate(texts)
    ]  # fmt: skip
    boards.move(ctx, event, board.id, BoardAction.REVEAL)
    boards.add_group(ctx, event, board.id, tr("Shade", "Ombre"), [written[0].id])
    ctx.session.flush()
    return board


def make_resource(ctx: Context, event: Event, by: Proposer, *, published: bool = True, **said: Any) -> Resource:
    """A link, or a file when there is `data`."""
    values = {"title": "A guide to shade", "language": "en", "url": "https://example.org/shade", **said}
    is_file = "data" in values
    if is_file:
        values["url"] = ""
    made = resources.add(ctx, event, by, ResourceValues(**values), key=shape.new_key(), is_file=is_file)
    return resources.publish(ctx, event, made.id) if published else made


def furnish_gathering(ctx: Context, event: Event, session_id: int, registration_id: int) -> dict[str, Any]:
    """Fill the event with a board and resources; return what each argument of their addresses is in it."""
    board = make_board(ctx, event, session_id)
    by = Proposer(registration_id=registration_id)
    paper = make_resource(ctx, event, by, title="Paper", data=b"%PDF-1.7 of a test", filename="paper.pdf")
    noted = make_entry(ctx, make_note(ctx, event), kind=EntryKind.RESOURCE, text="See https://example.org/noted")
    return {
        "board_id": board.id,
        "code": board.code,
        "ideas:key": ctx.session.scalars(select(Idea.key).where(Idea.board_id == board.id)).first(),
        "notes_ideas:group_id": board.groups[0].id,
        "notes_ideas.step:action": "vote",
        "resource_id": paper.id,
        "resources.file:name": paper.name,
        "resources.file:filename": paper.filename,
        "notes_resources:entry_id": noted.id,
        "notes_resources:what": "link",
        "notes_resources.decide:action": "publish",
        "my_resources:what": "link",
    }
