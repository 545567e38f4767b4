"""Files that answer a question: checked by their bytes, kept with the draft at once, tidied away when unused."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from eventapp.core.context import Context
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.text import clean_line
from eventapp.core.uploads import MediaType, RefusedBecause, UploadRefused, check_image, sniff
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions.models import AnswerFile, Question

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
_LONGEST_NAME = 120
_ENDINGS: Mapping[MediaType, tuple[str, ...]] = {
    MediaType.PDF: ("pdf",),
    MediaType.DOCX: ("docx",),
    MediaType.XLSX: ("xlsx",),
    MediaType.ODT: ("odt",),
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    MediaType.WEBP: ("webp",),
    MediaType.GIF: ("gif",),
}
_KNOWN_ENDINGS = frozenset(ending for endings in _ENDINGS.values() for ending in endings)
_PICTURES = frozenset({MediaType.PNG, MediaType.JPEG, MediaType.WEBP, MediaType.GIF})
ACCEPTED = ",".join(f".{ending}" for endings in _ENDINGS.values() for ending in endings[:2])
ALLOWED = _l("PDF, Word (DOCX), Excel (XLSX), OpenDocument (ODT) or a picture, 5 MB at most.")
_REFUSED: Mapping[RefusedBecause, LazyString] = {
    RefusedBecause.EMPTY: _l("This file is empty. Choose another."),
    RefusedBecause.TOO_LARGE: _l("This file is larger than 5 MB. Choose a smaller one."),
    RefusedBecause.NOT_AN_IMAGE: _l("We cannot read this picture. Save it again as PNG or JPEG."),
    RefusedBecause.TOO_MANY_PIXELS: _l("This picture has too many pixels. Choose a smaller one."),
    RefusedBecause.DAMAGED: _l("This file is damaged. Save it again and choose it once more."),
}
TOO_LARGE = _REFUSED[RefusedBecause.TOO_LARGE]
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept."""

    filename: str
    media_type: MediaType
    data: bytes


@dataclass(frozen=True)
class KeptFile:
    """What is shown of a file without reading it."""

    name: str
    filename: str
    size: int


def check(
    filename: str,
    data: bytes,
    *,
    kinds: Collection[MediaType] = tuple(_ENDINGS),
    allowed: LazyString = ALLOWED,
) -> CheckedFile:
    """Return the file as it is kept. Raises `DomainError` in plain words; `allowed` says what the `kinds` are.

    Its bytes decide what it is; a name that says otherwise is refused, and pictures are made anew.
    """
    if not data:
        raise DomainError(str(_REFUSED[RefusedBecause.EMPTY]))
    if len(data) > MOST_BYTES:
        raise DomainError(str(TOO_LARGE))
    kind = sniff(data)
    stem, ending = _parts(filename)
    honest = kind is not None and ending.lower() in ("", *_ENDINGS[kind])
    if (honest and kind not in kinds) or (kind is None and ending.lower() not in _KNOWN_ENDINGS):
        raise DomainError(_("We cannot take this kind of file. %(allowed)s", allowed=allowed))
    if kind is None or (ending and ending.lower() not in _ENDINGS[kind]):
        raise DomainError(
            _(
                "This file is called “.%(ending)s”, but that is not what it holds. Save it again in its own format.",
                ending=ending,
            )
        )
    if kind in _PICTURES:
        try:
            picture = check_image(data, MOST_BYTES, MOST_PIXELS)
        except UploadRefused as refusal:
            raise DomainError(str(_REFUSED[refusal.reason])) from refusal
        if picture.media_type is not kind or not ending:
            ending = _ENDINGS[picture.media_type][0]
        return CheckedFile(f"{stem}.{ending}", picture.media_type, picture.data)
    return CheckedFile(f"{stem}.{ending or _ENDINGS[kind][0]}", kind, data)


def keep(ctx: Context, invitation_id: int, event_id: int, question_id: int, checked: CheckedFile) -> str:
    """Keep the file under a random name and return that."""
    name = secrets.token_urlsafe(24)
    ctx.session.add(
        AnswerFile(
            event_id=event_id,
            invitation_id=invitation_id,
            question_id=question_id,
            name=name,
            filename=checked.filename,
            media_type=checked.media_type.value,
            size=len(checked.data),
            data=checked.data,
            created_at=ctx.now,
        )
    )
    ctx.session.flush()
    return name


def list_files(ctx: Context, invitation_id: int) -> Mapping[str, KeptFile]:
    """Return the files of an invited person by their random names."""
    rows = ctx.session.execute(
        select(AnswerFile.name, AnswerFile.filename, AnswerFile.size).where(AnswerFile.invitation_id == invitation_id)
    )
    return {name: KeptFile(name, filename, size) for name, filename, size in rows}


def list_names(ctx: Context, event_id: int) -> Mapping[str, str]:
    """Return what people called the files of the event, by the random names."""
    rows = ctx.session.execute(select(AnswerFile.name, AnswerFile.filename).where(AnswerFile.event_id == event_id))
    return {row[0]: row[1] for row in rows}


def get_own(ctx: Context, invitation_id: int, name: str) -> AnswerFile:
    """Return a file that the invited person handed in. Raises `NotFound`, also for what organisers added."""
    return _get(ctx, invitation_id, name, Question.private.is_(False))


def get_sent(ctx: Context, registration: Registration, name: str, *, sensitive: bool) -> AnswerFile:
    """Return a file that belongs to the registration, now or when it was decided. Raises `NotFound`.

    One that answers a sensitive question is there only for those who may read such answers.
    """
    if name not in _named(registration.own_answers, registration.decided_answers):
        raise NotFound(_("There is no such file."))
    return _get(ctx, registration.invitation_id, name, *([] if sensitive else [Question.sensitive.is_(False)]))


def tidy(ctx: Context, invitation_id: int) -> None:
    """Delete the person's files that no answer names any more: neither sent, nor decided on, nor in the draft."""
    sent = ctx.session.execute(
        select(Registration.own_answers, Registration.decided_answers).where(
            Registration.invitation_id == invitation_id
        )
    ).all()
    drafted = ctx.session.scalars(
        select(RegistrationDraft.answers).where(RegistrationDraft.invitation_id == invitation_id)
    ).all()
    named = {name for own, decided in sent for name in _named(own, decided)}
    named |= {name for answers in drafted for name in _named(None, answers)}
    ctx.session.execute(
        delete(AnswerFile).where(AnswerFile.invitation_id == invitation_id, AnswerFile.name.not_in(named))
    )


def _named(own: Mapping[str, Any] | None, around: Mapping[str, Any] | None) -> set[str]:
    """Return every text among the answers, of which some are names of files."""
    answers: Sequence[Mapping[str, Any]] = (own or {}, (around or {}).get("own_answers") or {})
    return {value for each in answers for value in each.values() if isinstance(value, str)}


def _get(ctx: Context, invitation_id: int, name: str, *conditions: Any) -> AnswerFile:
    found = ctx.session.scalar(
        select(AnswerFile)
        .options(undefer(AnswerFile.data))
        .join(Question, Question.id == AnswerFile.question_id)
        .where(AnswerFile.invitation_id == invitation_id, AnswerFile.name == name, *conditions)
    )
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def _parts(filename: str) -> tuple[str, str]:
    """Return the name as it is shown, and its ending; folders, controls and turned writing are cut away."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    clean = clean_line(last.translate(_BIDI)).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = clean, ""
    return stem[:_LONGEST_NAME].strip() or str(_("file")), ending
