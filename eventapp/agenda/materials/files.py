"""A material's file on its way out: to be saved, never to be opened in our page."""

from __future__ import annotations

import io

from flask import Response, send_file

from eventapp.agenda.materials.models import Material


def send(material: Material) -> Response | None:
    """Return the file under its own name, or None for a link; the answer says what it is, and nothing is guessed."""
    if material.data is None:
        return None
    answer: Response = send_file(
        io.BytesIO(material.data),
        mimetype=material.media_type,
        as_attachment=True,
        download_name=material.filename,
        etag=False,
        max_age=None,
    )
    answer.headers.pop("Cache-Control", None)  # the house's own rule for private answers, the view's for public ones
    return answer
