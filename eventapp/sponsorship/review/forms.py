"""The forms of the review: a question to the person, scores, remarks, and reasons to step back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from eventapp.core.forms import Form, LineField, TextField, at_most, required
from eventapp.events.forms import DayField
from eventapp.sponsorship.review.scoring import ANCHORS, TITLE, Criterion, Scores


class AskForm(Form):
    """A question to the person, and the day by which the answer is needed."""

    question = TextField(_l("Your question"), [required(), at_most(2000)])
    due_on = DayField(_l("Answer needed by"), [required(_l("Choose a day."))])


class ReasonForm(Form):
    """Why somebody leaves a request to others."""

    reason = LineField(
        _l("Why"),
        [required(_l("Say why in a few words; it is kept for the record.")), at_most(300)],
        description=_l("A few words, such as “former colleague”. Those who coordinate the review see it."),
    )


class RemarkForm(Form):
    """A word in the discussion."""

    text = TextField(_l("Your remark"), [required(_l("Write something first.")), at_most(4000)])


def _scale(key: str) -> RadioField:
    return RadioField(
        TITLE[key],
        [required(_l("Choose a number from 0 to 5."))],
        choices=[SelectChoice(str(number), words) for number, words in enumerate(ANCHORS[key])],
        validate_choice=True,
    )


class ScoreForm(Form):
    """Four numbers with their meanings, and a comment."""

    relevance = _scale(Criterion.RELEVANCE)
    application = _scale(Criterion.APPLICATION)
    equity = _scale(Criterion.EQUITY)
    need = _scale("need")
    comment = TextField(
        _l("Comment"),
        [at_most(4000)],
        description=_l("For the other reviewers and those who decide; the person does not see it."),
    )

    def scores(self) -> Scores:
        """Return what was chosen."""
        return Scores(
            relevance=int(self.relevance.data),
            application=int(self.application.data),
            equity=int(self.equity.data),
            need=int(self.need.data),
            comment=self.comment.data or "",
        )
