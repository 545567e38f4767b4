"""The composer of the read-out, and its view for the projector."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes import words as text_words
from eventapp.notes.comments import queries as comments
from eventapp.notes.ideas import queries as ideas
from eventapp.notes.readout import gathering, preview, queries, rules, service, words
from eventapp.notes.readout.forms import AdoptForm, BeginForm, GroupForm, InsightForm, OpeningForm, PartForm
from eventapp.notes.rules import difference
from eventapp.notes.service import StaleText
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.states import PublicationKind

bp = Blueprint("notes_read_out", __name__, url_prefix="/desk/<event>/notes/read-out")

Answer = Response | str | tuple[str, int]


@bp.get("")
@requires(Permission.NOTES_WRITE)
def index(event: Event) -> str:
    """Show the parts of the read-out, and what it takes in by itself."""
    ctx = reading()
    composition = queries.find_read_out(ctx, event)
    if composition is None:
        return _begin_page(event, BeginForm(formdata=None, language=event.languages[0]))
    adopted = {each.insight.group_id for each in composition.insights}
    removed = queries.last_words(ctx, composition.publication, composition.removed)
    return render_template(
        "notes/readout/index.html",
        composition=composition,
        status=texts.get_status(ctx, event, PublicationKind.READ_OUT),
        guidelines=texts.get_status(ctx, event, PublicationKind.GUIDELINES),
        removed=[(each, rules.words_of(removed[each.id])) for each in composition.removed if each.id in removed],
        gathered=gathering.gather(ctx, event),
        unanswered=comments.count_unanswered(ctx, event),
        candidates=queries.list_unused_entries(ctx, event, composition.publication, queries.ADOPTABLE),
        recommended=queries.list_unused_entries(ctx, event, composition.publication, {EntryKind.RECOMMENDATION}),
        groups=[each for each in ideas.list_results(ctx, event) if each.group_id not in adopted],
        kinds=words.KINDS,
        parts=words.PARTS,
        words=text_words,
    )


@bp.post("/begin")
@requires(Permission.NOTES_WRITE)
def begin(event: Event) -> Answer:
    """Begin the read-out in the language that was chosen."""
    form = BeginForm()
    form.use_languages(event.languages)
    if form.validate_on_submit():
        with unit_of_work() as ctx:
            service.begin(ctx, event, form.language.data)
        return _back(event)
    return _begin_page(event, form), 422


@bp.route("/opening", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def opening(event: Event) -> Answer:
    """Write title and introduction."""
    composition = _composition(event)
    form = OpeningForm(
        data={
            "title": composition.title,
            "text": composition.text(rules.INTRODUCTION),
            "base_revision": composition.base_revision,
        }
    )
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.save_opening(
                    ctx,
                    event,
                    title=form.title.data,
                    text=form.text.data,
                    base_revision=form.base_revision.data,
                )
        except StaleText:
            now = _composition(event)
            theirs, mine = (now.title, now.text(rules.INTRODUCTION)), (form.title.data, form.text.data)
            return _stale(form, "opening", theirs, mine, now)
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(event, "introduction")
    return _part_page(form, "opening", words.PARTS[rules.INTRODUCTION], composition)


@bp.route("/<any(recommendations,outlook):part>", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def part(event: Event, part: str) -> Answer:
    """Write the recommendations or the outlook."""
    composition = _composition(event)
    form = PartForm(data={"text": composition.text(part), "base_revision": composition.base_revision})
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.save_part(ctx, event, part, text=form.text.data, base_revision=form.base_revision.data)
        except StaleText:
            now = _composition(event)
            return _stale(form, part, ("", now.text(part)), ("", form.text.data), now)
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(event, part)
    return _part_page(form, part, words.PARTS[part], composition)


@bp.route("/insights/new", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def add_insight(event: Event) -> Answer:
    """Write a new insight."""
    composition = _composition(event)
    form = InsightForm(data={"base_revision": composition.base_revision})
    form.use_themes(_themes(event))
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                insight_id = service.add_insight(ctx, event, form.values()).id
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(event, f"insight-{insight_id}")
    return _insight_page(event, form, composition)


@bp.route("/insights/<int:insight_id>", methods=["GET", "POST"])
@requires(Permission.NOTES_WRITE)
def insight(event: Event, insight_id: int) -> Answer:
    """Write an insight: its words, its kind and theme, and the places behind it."""
    composition = _composition(event)
    row = queries.get_insight(reading(), event, insight_id)
    composed = composition.find(insight_id)
    form = InsightForm(
        data={
            "heading": composed.words.heading if composed else "",
            "text": composed.words.text if composed else "",
            "kind": row.kind.value,
            "theme_id": str(row.theme_id or ""),
            "places": row.places,
            "base_revision": composition.base_revision,
        }
    )
    form.use_themes(_themes(event))
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.edit_insight(ctx, event, insight_id, form.values(), base_revision=form.base_revision.data)
        except StaleText:
            now = _composition(event)
            found = now.find(insight_id)
            theirs = found.words if found else rules.InsightWords("", "")
            return _stale(form, "insight", theirs, (form.heading.data, form.text.data), now, row.id)
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(event, f"insight-{insight_id}")
    return _insight_page(event, form, composition, insight_id)


@bp.post("/insights/<int:insight_id>/move")
@requires(Permission.NOTES_WRITE)
def move(event: Event, insight_id: int) -> Response:
    """Let an insight change places with its neighbour."""
    with unit_of_work() as ctx:
        service.move_insight(ctx, event, insight_id, up=request.form.get("way") == "up")
    return _back(event, f"insight-{insight_id}")


@bp.post("/insights/<int:insight_id>/remove")
@requires(Permission.NOTES_WRITE)
def remove(event: Event, insight_id: int) -> Response:
    """Take an insight out; the page has the way back."""
    with unit_of_work() as ctx:
        service.remove_insight(ctx, event, insight_id)
    flash(_("The insight is out of the read-out. Below you can put it back."), "success")
    return _back(event, "removed")


@bp.post("/insights/<int:insight_id>/put-back")
@requires(Permission.NOTES_WRITE)
def put_back(event: Event, insight_id: int) -> Response:
    """Put a removed insight back."""
    with unit_of_work() as ctx:
        service.put_back_insight(ctx, event, insight_id)
    return _back(event, f"insight-{insight_id}")


@bp.post("/adopt")
@requires(Permission.NOTES_WRITE)
def adopt(event: Event) -> Response:
    """Make an insight of a group of ideas."""
    form = GroupForm()
    group_id = form.group_id.data if form.validate_on_submit() else 0
    with unit_of_work() as ctx:
        insight_id = service.adopt_group(ctx, event, group_id).id
    return redirect(url_for(".insight", event=event.slug, insight_id=insight_id), 303)


@bp.post("/adopt-notes")
@requires(Permission.NOTES_WRITE)
def adopt_notes(event: Event) -> Response:
    """Make an insight of the ticked notes."""
    form = AdoptForm()
    form.validate_on_submit()
    try:
        with unit_of_work() as ctx:
            insight_id = service.adopt_entries(ctx, event, form.notes.data or ()).id
    except DomainError as error:
        flash(error.message, "error")
        return _back(event, "from-notes")
    return redirect(url_for(".insight", event=event.slug, insight_id=insight_id), 303)


@bp.post("/take-recommendations")
@requires(Permission.NOTES_WRITE)
def take_recommendations(event: Event) -> Response:
    """Take the accepted recommendations in."""
    with unit_of_work() as ctx:
        number = service.take_recommendations(ctx, event)
    if number:
        flash(ngettext("%(num)d recommendation added.", "%(num)d recommendations added.", number), "success")
    return _back(event, "recommendations")


@bp.post("/guidelines")
@requires(Permission.NOTES_WRITE)
def start_guidelines(event: Event) -> Response:
    """Begin the guidelines with the recommendations, and lead to where they are written."""
    with unit_of_work() as ctx:
        service.start_guidelines(ctx, event)
    return redirect(url_for("notes_writing.write", event=event.slug, slug="guidelines"), 303)


@bp.get("/show")
@requires(Permission.NOTES_VIEW)
def show(event: Event) -> Answer:
    """Show the insights one by one, in very large type, as they stand now."""
    ctx = reading()
    wanted = (request.args.get("language", ""), ctx.language, event.languages[0])
    language = next(each for each in wanted if each in event.languages)
    with force_locale(language):
        return render_template(
            "notes/readout/show.html",
            read_out=preview.read_out_now(ctx, event, language),
            language=language,
            kinds=words.KINDS,
        )


def _composition(event: Event) -> queries.Composition:
    """Return the read-out as it stands; whoever comes before it is begun is led to where one begins it."""
    found = queries.find_read_out(reading(), event)
    return found or abort(redirect(url_for(".index", event=event.slug), 303))


def _themes(event: Event) -> list[tuple[int, str]]:
    language = reading().language
    return [
        (theme.id, _("%(number)d. %(title)s", number=theme.number, title=theme.title.text(language)))
        for theme in event.themes
    ]


def _begin_page(event: Event, form: BeginForm) -> str:
    form.use_languages(event.languages)
    return render_template("notes/readout/begin.html", form=form)


def _part_page(form: OpeningForm | PartForm, name: str, heading: object, composition: queries.Composition) -> Answer:
    page = render_template("notes/readout/part.html", form=form, name=name, heading=heading, composition=composition)
    return page, 422 if form.errors else 200


def _insight_page(
    event: Event, form: InsightForm, composition: queries.Composition, insight_id: int | None = None
) -> Answer:
    page = render_template(
        "notes/readout/insight.html",
        form=form,
        composition=composition,
        composed=composition.find(insight_id) if insight_id is not None else None,
        insight_id=insight_id,
        suggestions=[each for each in queries.suggested_places(reading(), event) if not form.places.has(each)],
    )
    return page, 422 if form.errors else 200


def _stale(
    form: OpeningForm | PartForm | InsightForm,
    name: str,
    theirs: tuple[str, str],
    mine: tuple[str, str],
    now: queries.Composition,
    insight_id: int | None = None,
) -> Answer:
    form.base_revision.data = now.base_revision
    page = render_template(
        "notes/readout/stale.html",
        form=form,
        name=name,
        insight_id=insight_id,
        composition=now,
        theirs=theirs,
        differences=[difference(old, new) for old, new in zip(theirs, mine, strict=True)],
    )
    return page, 409


def _saved(event: Event, anchor: str) -> Response:
    flash(_("Saved. Nothing is public until you publish it."), "success")
    return _back(event, anchor)


def _back(event: Event, anchor: str | None = None) -> Response:
    return redirect(url_for(".index", event=event.slug, _anchor=anchor), 303)
