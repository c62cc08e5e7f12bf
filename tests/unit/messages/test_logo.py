"""Which pictures letters may carry."""

import pytest
from PIL import Image

from relance.messages.logo import LARGEST_FILE, LARGEST_SIDE, UnusableLogo, read_logo
from tests.unit.messages.pictures import drawn, jpeg, png, png_of


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_a_whole_png_is_taken(mode: str) -> None:
    logo = read_logo(png(mode=mode))
    assert (logo.kind, logo.width, logo.height) == ("png", 64, 32)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_whole_jpeg_is_taken(mode: str) -> None:
    logo = read_logo(jpeg(mode=mode))
    assert (logo.kind, logo.width, logo.height) == ("jpeg", 64, 32)


def test_a_progressive_jpeg_with_notes_of_its_camera_is_taken() -> None:
    picture = Image.new("RGB", (40, 20), (9, 9, 9))
    noted = picture.getexif()
    noted[0x010F] = "a camera"
    logo = read_logo(drawn(picture, "JPEG", progressive=True, exif=noted))
    assert (logo.width, logo.height) == (40, 20)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "neither"),
        (drawn(Image.new("RGB", (64, 32)), "GIF"), "neither"),
        (b"%PDF-1.7", "neither"),
        (png(LARGEST_SIDE + 1, 20), "pixels"),
        (png(64, 8), "pixels"),
        (jpeg(64, 8), "pixels"),
        (png() + b"x" * LARGEST_FILE, "KB"),
        (png()[:-20], "damaged"),
        (png()[:60], "damaged|cut short"),
        (png()[:-30] + b"x" + png()[-29:], "damaged"),
        (jpeg()[:-2], "cut short"),
        (jpeg(mode="CMYK"), "CMYK"),
        (b"\xff\xd8\xff\xd9", "no picture"),
        (b"\xff\xd8\xff\xe0\x00\x00\xff\xd9" * 3, "no picture"),
        (png_of((64, 32, 16, 2, 0, 0, 0), b""), "8 bits"),
        (png_of((64, 32, 8, 2, 0, 0, 1), b""), "interlacing"),
        (png_of((64, 32, 8, 7, 0, 0, 0), b""), "8 bits"),
        (png_of((64, 32, 8, 2, 0, 0, 0), b"\0" * 40), "cut short or too long"),
        (png_of((64, 32, 8, 0, 0, 0, 0), b"\0" * 50_000_000), "cut short or too long"),
        (png_of((60_000, 60_000, 8, 2, 0, 0, 0), b""), "pixels"),
    ],
)
def test_what_is_no_small_whole_picture_is_refused_and_said_why(content: bytes, why: str) -> None:
    with pytest.raises(UnusableLogo, match=why):
        read_logo(content)


def test_a_picture_is_refused_wherever_it_is_cut() -> None:
    whole = png(mode="RGBA")
    for end in range(len(whole)):
        with pytest.raises(UnusableLogo):
            read_logo(whole[:end])


def test_no_bytes_make_the_check_fail_otherwise() -> None:
    for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        for fill in (b"\0", b"\xff", b"\xc0", b"IHDR", b"\0\0\0\x0dIHDR"):
            for length in range(40):
                with pytest.raises(UnusableLogo):
                    read_logo(start + fill * length)
