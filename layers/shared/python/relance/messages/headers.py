"""Header lines of an e-mail, written here and not by the standard library.

Its folding drops the quotes of long names, so that one with a comma became two senders, and reads
`=?…?=` in a name as an encoding. What leaves here is seven-bit, folded, and reads back unchanged.
"""

import base64
import re
from collections.abc import Iterable, Iterator

from relance.messages.text import one_line

# An encoded word may have 75 characters, `=?utf-8?b??=` included: 45 bytes make 60.
_BYTES_OF_A_WORD = 45
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]*")
_PRINTABLE = re.compile(r"[ -~]*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


def header(name: str, value: str) -> str:
    """Return one header; raise ValueError when `value` could end it early or is not ASCII."""
    for line in value.split("\r\n "):
        if not _PRINTABLE.fullmatch(line):
            raise ValueError(f"{name} holds what a header can't")
    return f"{name}: {value}\r\n"


def words(text: str) -> str:
    """Return free text (a subject) as a header's value."""
    clean = one_line(text)
    return clean if _is_plain(clean) else _encoded(clean)


def mailbox(address: str, name: str = "") -> str:
    """Return `name <address>`, or the address alone without a name.

    Raises ValueError when the address is not a plain one: quotes and comments are never needed.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not an address that can stand in a header")
    clean = one_line(name, most=100)
    return f"{_phrase(clean)} <{address}>" if clean else address


def mailboxes(addresses: Iterable[str]) -> str:
    """Return several addresses, one a line; raise ValueError when there is none."""
    listed = ",\r\n ".join(mailbox(address) for address in addresses)
    if not listed:
        raise ValueError("nobody to send to")
    return listed


def _phrase(name: str) -> str:
    if not _is_plain(name):
        return _encoded(name)
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_plain(text: str) -> bool:
    return _PRINTABLE.fullmatch(text) is not None and "=?" not in text


def _encoded(text: str) -> str:
    pieces = (base64.b64encode(piece).decode("ascii") for piece in _pieces(text))
    return "\r\n ".join(f"=?utf-8?b?{piece}?=" for piece in pieces)


def _pieces(text: str) -> Iterator[bytes]:
    """Cut into pieces that fit an encoded word, never inside a character."""
    piece = b""
    for char in text:
        encoded = char.encode()
        if len(piece) + len(encoded) > _BYTES_OF_A_WORD:
            yield piece
            piece = b""
        piece += encoded
    yield piece
