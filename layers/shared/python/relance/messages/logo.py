"""A tenant's logo: a picture whose every byte was looked at before it is kept (M4)."""

import struct
import zlib
from dataclasses import dataclass
from typing import Literal

LARGEST_FILE = 512 * 1024
LARGEST_SIDE = 2_000
SMALLEST_SIDE = 16

_PNG = b"\x89PNG\r\n\x1a\n"
# Colour type of a PNG: how many samples a pixel has.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8), 2: (8,), 3: (1, 2, 4, 8), 4: (8,), 6: (8,)}


class UnusableLogo(ValueError):
    """This is no picture that letters can carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture that was checked; `width` and `height` are pixels."""

    content: bytes
    kind: Literal["png", "jpeg"]
    width: int
    height: int


def read_logo(content: bytes) -> Logo:
    """Check a picture that a tenant gives as its logo.

    It is a whole PNG or JPEG of 8 bits a sample, in grey or RGB, of at most LARGEST_FILE bytes,
    its sides between SMALLEST_SIDE and LARGEST_SIDE pixels. Raises UnusableLogo, saying what to
    change, for anything else; an SVG may hold programs and addresses, and is refused.
    """
    if len(content) > LARGEST_FILE:
        raise UnusableLogo(f"the logo has more than {LARGEST_FILE // 1024} KB")
    if content.startswith(_PNG):
        return _checked(content, "png", *_png_size(content))
    if content.startswith(b"\xff\xd8\xff"):
        return _checked(content, "jpeg", *_jpeg_size(content))
    raise UnusableLogo("the logo is neither a PNG nor a JPEG picture")


def _checked(content: bytes, kind: Literal["png", "jpeg"], width: int, height: int) -> Logo:
    _check_sides(width, height)
    return Logo(content=content, kind=kind, width=width, height=height)


def _check_sides(width: int, height: int) -> None:
    if min(width, height) < SMALLEST_SIDE or max(width, height) > LARGEST_SIDE:
        raise UnusableLogo(
            f"the logo has {width} × {height} pixels: each side must have "
            f"{SMALLEST_SIDE} to {LARGEST_SIDE}"
        )


def _png_size(content: bytes) -> tuple[int, int]:
    """Return width and height once all chunks are whole and the pixels are all there."""
    header, pixels = b"", []
    for name, body in _chunks(content):
        header = header or (body if name == b"IHDR" else b"")
        if name == b"IDAT":
            pixels.append(body)
    if len(header) != 13:
        raise UnusableLogo("the logo's PNG has no header")
    width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", header)
    if depth not in _DEPTHS.get(colour, ()) or interlaced:
        raise UnusableLogo("the logo's PNG must have 8 bits a sample and no interlacing")
    _check_sides(width, height)  # before the pixels are unpacked
    expected = ((width * depth * _SAMPLES[colour] + 7) // 8 + 1) * height
    if _unpacked(b"".join(pixels), most=expected) != expected:
        raise UnusableLogo("the logo's PNG is cut short or too long")
    return width, height


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(_PNG)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        (stated,) = struct.unpack(">I", content[at + 8 + length : at + 12 + length].rjust(4, b"\0"))
        if len(body) != length or zlib.crc32(name + body) != stated:
            raise UnusableLogo("the logo's PNG is damaged")
        found.append((name, body))
        at += 12 + length
        if name == b"IEND":
            return found
    raise UnusableLogo("the logo's PNG is cut short")


def _unpacked(packed: bytes, *, most: int) -> int:
    """Return how many bytes come out, never unpacking more than one above `most`."""
    try:
        return len(zlib.decompressobj().decompress(packed, most + 1))
    except zlib.error:
        raise UnusableLogo("the logo's PNG is damaged") from None


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG in grey or three colours that has its end."""
    if not content.rstrip(b"\0\r\n").endswith(b"\xff\xd9"):
        raise UnusableLogo("the logo's JPEG is cut short")
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            depth, height, width, samples = struct.unpack_from(">BHHB", content, at + 4)
            if depth != 8 or samples not in (1, 3):
                raise UnusableLogo("the logo's JPEG must be grey or RGB, not CMYK")
            return width, height
        if marker == 0xFF:  # filler before a marker
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    raise UnusableLogo("the logo's JPEG has no picture")
