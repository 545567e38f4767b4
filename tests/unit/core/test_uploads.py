"""Uploads: told apart by their bytes, pictures made anew."""

# ruff: noqa: E501 - one case a line reads best

import io
import random
import zipfile
from collections.abc import Mapping

import openpyxl
import pytest
from PIL import Image, PngImagePlugin

from eventapp.core.uploads import MediaType, RefusedBecause, UploadRefused, check_image, sniff

MOST_BYTES, MOST_PIXELS = 5_000_000, 4_000_000


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 90 if mode in ("L", "P") else (200, 30, 30, 120)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def refusal(data: bytes, max_bytes: int = MOST_BYTES, max_pixels: int = MOST_PIXELS) -> RefusedBecause:
    with pytest.raises(UploadRefused) as refused:
        check_image(data, max_bytes, max_pixels)
    return refused.value.reason


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (picture("PNG"), MediaType.PNG),
        (picture("JPEG"), MediaType.JPEG),
        (picture("WEBP"), MediaType.WEBP),
        (picture("GIF"), MediaType.GIF),
        (b"%PDF-1.7\n...", MediaType.PDF),
        (workbook(), MediaType.XLSX),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b""}), MediaType.DOCX),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}), MediaType.ODT),
        (archive({"mimetype": b"application/epub+zip"}), None),
        (archive({"mimetype": b"x" * 200}), None),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b"", "xl/workbook.xml": b""}), None),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}), None),
        (archive({"word/document.xml": b""}), None),
        (archive({"a.txt": b"x"}), None),
        (b"PK\x03\x04 broken", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"MZ\x90\x00", None),
        (b"\x7fELF", None),
        (b"BM" + bytes(60), None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"%!PS-Adobe-3.0 EPSF", None),
        (b"", None),
    ],
)
def test_files_are_told_apart_by_their_bytes(data: bytes, expected: MediaType | None) -> None:
    assert sniff(data) is expected


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [
        ("PNG", "RGB", MediaType.PNG), ("PNG", "RGBA", MediaType.PNG), ("PNG", "L", MediaType.PNG), ("PNG", "P", MediaType.PNG),
        ("JPEG", "RGB", MediaType.JPEG), ("JPEG", "L", MediaType.JPEG), ("WEBP", "RGBA", MediaType.WEBP), ("GIF", "P", MediaType.PNG),
    ],
)  # fmt: skip
def test_pictures_come_out_as_pictures(kind: str, mode: str, media_type: MediaType) -> None:
    made = check_image(picture(kind, mode=mode), MOST_BYTES, MOST_PIXELS)
    assert (made.media_type, made.width, made.height, sniff(made.data)) == (media_type, 40, 30, media_type)
    with Image.open(io.BytesIO(made.data)) as again:
        assert again.size == (40, 30)
        assert ("A" in again.mode) == (mode == "RGBA")


def test_metadata_and_everything_appended_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "SECRET-PLACE")
    for data in (
        picture("JPEG", exif=exif, comment=b"SECRET-PLACE"),
        picture("PNG", pnginfo=notes, exif=exif),
        picture("WEBP", exif=exif, xmp=b"SECRET-PLACE"),
        picture("GIF", mode="P", comment=b"SECRET-PLACE"),
        picture("PNG", icc_profile=b"SECRET-PLACE" * 20),
        picture("JPEG") + b"<script>SECRET-PLACE</script>",
        picture("GIF", mode="P") + archive({"x.class": b"SECRET-PLACE"}),
    ):
        made = check_image(data, MOST_BYTES, MOST_PIXELS).data
        assert b"SECRET-PLACE" not in made
        assert b"<script" not in made
        with Image.open(io.BytesIO(made)) as again:
            assert not again.getexif()
            assert "icc_profile" not in again.info


def test_a_picture_lying_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = check_image(picture("JPEG", exif=exif), MOST_BYTES, MOST_PIXELS)
    assert (made.width, made.height) == (30, 40)


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = picture("PNG", mode="RGBA")
    assert check_image(data, MOST_BYTES, MOST_PIXELS) == check_image(data, MOST_BYTES, MOST_PIXELS)


def test_refusals() -> None:
    assert refusal(b"") is RefusedBecause.EMPTY
    assert refusal(picture("PNG"), max_bytes=20) is RefusedBecause.TOO_LARGE
    assert refusal(picture("PNG", (200, 200)), max_pixels=39_999) is RefusedBecause.TOO_MANY_PIXELS
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is RefusedBecause.NOT_AN_IMAGE
    assert refusal(b"%PDF-1.7") is RefusedBecause.NOT_AN_IMAGE
    assert refusal(picture("BMP")) is RefusedBecause.NOT_AN_IMAGE
    assert refusal(picture("TIFF")) is RefusedBecause.NOT_AN_IMAGE
    assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(50)) is RefusedBecause.DAMAGED
    assert refusal(b"\xff\xd8\xff" + bytes(50)) is RefusedBecause.DAMAGED


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    data = bytearray(picture("PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    assert refusal(bytes(data)) in (RefusedBecause.TOO_MANY_PIXELS, RefusedBecause.DAMAGED)
    big = picture("PNG", (5000, 5000), "L")
    assert len(big) < 50_000
    assert refusal(big) is RefusedBecause.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_damaged_pictures_never_raise_anything_else(kind: str) -> None:
    dice = random.Random(7)  # noqa: S311 - nothing secret
    whole = picture(kind, mode="P" if kind == "GIF" else "RGB")
    for _ in range(150):
        data = bytearray(whole[: dice.randrange(12, len(whole) + 1)])
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(12, len(data) + 1) - 1] = dice.randrange(256)
        try:
            check_image(bytes(data), MOST_BYTES, MOST_PIXELS)
        except UploadRefused:
            continue
