"""The form in which a member of staff says where they work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.core.forms import Form, LineField, at_most, required


class WorkplaceForm(Form):
    """The name of one organisation."""

    organisation = LineField(
        _l("Organisation"),
        [required(_l("Write the name of your organisation, or “independent”.")), at_most(200)],
        description=_l("Its full name, as your colleagues would write it. If you work for yourself: “independent”."),
    )
