"""The organisers' own questions as participants will see them, and which of their texts are still missing."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, g, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from eventapp.core.access import Permission, requires
from eventapp.core.languages import own_name
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.registrations.questions import asking, places, queries
from eventapp.registrations.questions.answer_forms import Put, form_of
from eventapp.registrations.questions.asking import NOTHING, AskedPage
from eventapp.registrations.questions.completeness import GROUP, completeness_of
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.retention import sensitive_days

bp = Blueprint("questions_preview", __name__)
FORM = "/desk/<event>/registrations/form"


@bp.get(f"{FORM}/preview/<language>")
@requires(Permission.REGISTRATIONS_VIEW)
def preview(event: Event, language: str) -> str:
    """Show the questions as participants will see them in one of the event's languages."""
    if language not in event.languages:
        abort(404)
    ctx = reading()
    own = read_form(ctx, event.id)
    pages = [page for page in map(_without_what_nobody_is_asked, own) if page.questions]
    together = AskedPage(0, NOTHING, questions=tuple(asking.every(pages)))  # so that all conditions can be tried
    with force_locale(language):
        form = form_of(
            Put(
                together,
                own,
                answers={},
                language=language,
                taken=places.taken_by_option(ctx, event.id),
                sensitive_days=sensitive_days(event),
            ),
            formdata=None,
        )
        pages_as_asked = render_template("questions/desk/_as_asked.html", pages=pages, form=form, language=language)
    return render_template("questions/desk/preview.html", event=event, language=language, pages=Markup(pages_as_asked))  # noqa: S704 - by a template


def _without_what_nobody_is_asked(page: AskedPage) -> AskedPage:
    return replace(page, questions=tuple(each for each in page.questions if not each.private and not each.retired))


@bp.get(f"{FORM}/translations")
@requires(Permission.REGISTRATIONS_VIEW)
def completeness(event: Event) -> str:
    """Show which texts of the questions exist in which languages; a missing one leads to its field."""
    found = completeness_of(event, queries.list_groups(reading(), event.id))
    may_edit = Permission.EVENT_EDIT in g.permissions

    def url(page: str, thing_id: int | None, anchor: str) -> str:
        if not may_edit:
            return "#main"
        if page == GROUP:
            return url_for("questions_desk.edit_group", event=event.slug, group_id=thing_id, _anchor=anchor)
        return url_for("questions_desk.edit_question", event=event.slug, question_id=thing_id, _anchor=anchor)

    rows = [
        (
            f"{_('%(label)s:', label=row.thing)} {row.label}",
            {
                code: url(row.page, row.part_id, f"{row.field}-{code}")
                for code in event.languages
                if code not in row.present
            },
        )
        for row in found.rows
    ]
    return render_template(
        "questions/desk/completeness.html",
        event=event,
        found=found,
        rows=rows,
        languages=[(code, own_name(code)) for code in event.languages],
    )
