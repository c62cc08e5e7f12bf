"""SES message tags: reversible names in the few characters that SES allows."""

import re

_PLAIN = re.compile(rb"[A-Za-z0-9-]")
_ESCAPED = re.compile(r"_([0-9a-f]{2})")
_TAG = re.compile(r"(?:[A-Za-z0-9-]|_[0-9a-f]{2})+")
LONGEST = 256


def encode_tag(text: str) -> str:
    """Return `text` in [A-Za-z0-9_-]: every other byte, and `_` itself, becomes `_` and its hex.

    Raises ValueError when it is empty or comes out longer than SES takes (256).
    """
    tag = "".join(
        chr(byte) if _PLAIN.match(bytes([byte])) else f"_{byte:02x}" for byte in text.encode()
    )
    if not 0 < len(tag) <= LONGEST:
        raise ValueError(f"{text!r} makes a tag of {len(tag)} characters, not 1 to {LONGEST}")
    return tag


def decode_tag(tag: str) -> str:
    """Return what `encode_tag` was given; raise ValueError for a tag that it did not make."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"{tag[:LONGEST]!r} is not a tag of ours")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), tag).encode("latin-1").decode()
