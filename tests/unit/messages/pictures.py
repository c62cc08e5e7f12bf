"""Small pictures, made here byte by byte or by Pillow, whole and in every way wrong."""

import io
import struct
import zlib

from PIL import Image


def png(width: int = 64, height: int = 32, *, colour: int = 2, mode: str = "RGB") -> bytes:
    """Return a PNG that Pillow writes; `colour` is the level of grey or red."""
    return drawn(Image.new(mode, (width, height), _ink(mode, colour)), "PNG")


def jpeg(width: int = 64, height: int = 32, *, mode: str = "RGB") -> bytes:
    """Return a JPEG that Pillow writes."""
    return drawn(Image.new(mode, (width, height), _ink(mode, 90)), "JPEG")


def drawn(picture: Image.Image, kind: str, **more: object) -> bytes:
    """Return the file of a picture."""
    kept = io.BytesIO()
    picture.save(kept, kind, **more)
    return kept.getvalue()


def png_of(header: tuple[int, ...], pixels: bytes) -> bytes:
    """Return a PNG with this header (as in IHDR) and these packed bytes for pixels."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", *header)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _ink(mode: str, level: int) -> int | tuple[int, ...]:
    return level if len(mode) == 1 else (level,) * len(mode)
