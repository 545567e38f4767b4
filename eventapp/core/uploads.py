"""Tell what an uploaded file is by its bytes, and make pictures anew so that nothing travels inside them."""

import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps


class MediaType(StrEnum):
    """The kinds of file that people may upload; SVG is none of them, for it can carry scripts."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    GIF = "image/gif"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"


class RefusedBecause(StrEnum):
    """Why an upload was refused; the room that asked finds the words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"


class UploadRefused(Exception):
    """The file may not be kept."""

    def __init__(self, reason: RefusedBecause) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class ImageInfo:
    """A picture made anew: its bytes, what they are, and its size in pixels."""

    data: bytes
    media_type: MediaType
    width: int
    height: int


# The decoder that may read each kind, so that a file never meets one of Pillow's many others.
_DECODERS = {MediaType.PNG: "PNG", MediaType.JPEG: "JPEG", MediaType.WEBP: "WEBP", MediaType.GIF: "GIF"}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"%PDF-", MediaType.PDF),
)
_MAIN_PARTS = {
    "word/document.xml": MediaType.DOCX,
    "xl/workbook.xml": MediaType.XLSX,
    "ppt/presentation.xml": MediaType.PPTX,
}
_SLIDES_AND_SHEETS = frozenset({MediaType.PPTX, MediaType.ODS, MediaType.ODP})
USUAL = frozenset(MediaType) - _SLIDES_AND_SHEETS  # what people send us with a form
_OPEN_DOCUMENTS = {kind.encode(): kind for kind in (MediaType.ODT, MediaType.ODS, MediaType.ODP)}
_JPEG_QUALITY = 88


def sniff(data: bytes, among: Collection[MediaType] = USUAL) -> MediaType | None:
    """Return what the bytes are, or None for everything that may not be uploaded; names play no part."""
    found = _sniff(data)
    return found if found in among else None


def _sniff(data: bytes) -> MediaType | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return MediaType.WEBP
    if data.startswith(b"PK\x03\x04"):
        return _sniff_container(data)
    return next((media_type for magic, media_type in _MAGIC if data.startswith(magic)), None)


def check_image(data: bytes, max_bytes: int, max_pixels: int) -> ImageInfo:
    """Return the picture made anew, upright and without metadata or anything appended; raise `UploadRefused`.

    A GIF becomes a PNG of its first frame.
    """
    if not data:
        raise UploadRefused(RefusedBecause.EMPTY)
    if len(data) > max_bytes:
        raise UploadRefused(RefusedBecause.TOO_LARGE)
    kind = sniff(data)
    if kind not in _DECODERS:
        raise UploadRefused(RefusedBecause.NOT_AN_IMAGE)
    try:
        with Image.open(io.BytesIO(data), formats=[_DECODERS[kind]]) as picture:
            # The size stands in the header: ask before a small file unpacks to gigabytes.
            if picture.width * picture.height > max_pixels:
                raise UploadRefused(RefusedBecause.TOO_MANY_PIXELS)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            transparent = "A" in upright.mode or "transparency" in upright.info
            pixels = upright.convert("RGBA" if transparent else "RGB")
    except UploadRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadRefused(RefusedBecause.TOO_MANY_PIXELS) from error
    except Exception as error:
        # A damaged picture can raise almost anything inside a decoder.
        raise UploadRefused(RefusedBecause.DAMAGED) from error
    return _encoded(pixels, MediaType.PNG if kind is MediaType.GIF else kind)


def _encoded(pixels: Image.Image, media_type: MediaType) -> ImageInfo:
    # A picture without info writes no metadata; Pillow would else copy colour profile and comments along.
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    out = io.BytesIO()
    match media_type:
        case MediaType.JPEG:
            bare.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        case MediaType.WEBP:
            bare.save(out, "WEBP", quality=_JPEG_QUALITY)
        case _:
            bare.save(out, "PNG", optimize=True)
    return ImageInfo(out.getvalue(), media_type, bare.width, bare.height)


def _sniff_container(data: bytes) -> MediaType | None:
    """Tell office files apart by the part each must have; macros and other zip files are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return _OPEN_DOCUMENTS.get(archive.read("mimetype"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    found = [media_type for part, media_type in _MAIN_PARTS.items() if part in names]
    return found[0] if len(found) == 1 else None
