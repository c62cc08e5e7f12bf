"""The QR code that a banking app reads a SEPA credit transfer from (M4, M6; EPC069-12)."""

import re
import struct
import zlib
from collections.abc import Iterable
from itertools import starmap

from relance.domain.money import to_decimal
from relance.messages.iban import is_sepa_iban, needs_bic
from relance.messages.text import one_line

_LEAST, _MOST = 1, 99_999_999_999  # cents: 0.01 to 999,999,999.99
_LONGEST_NAME = 70
_LONGEST_TEXT = 140
# What a code of the largest size allowed (version 13, correction M) can hold.
_MOST_BYTES = 331
# Any mask can be read. Trying all eight for the evenest costs as much as a fifth of a letter.
_MASK = 1
# From a module, 0 or 1, to a grey: white or black.
_INK = bytes((255, 0)) + bytes(254)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def remittance(account: str, invoices: Iterable[str]) -> str:
    """Return what a transfer is to be matched by: the account, and its invoices if all fit."""
    full = one_line(" ".join((account, *invoices)), most=_LONGEST_TEXT + 1)
    return full if len(full) <= _LONGEST_TEXT else account


def epc_payload(
    *, name: str, iban: str, bic: str, amount: int, currency: str, remittance: str
) -> str:
    """Return what the code says; "" when no code may be made for this transfer.

    `name` is who is paid, `amount` in minor units, `remittance` what the payer's bank hands on
    and the ledger is matched by. There is no code for another currency than EUR, an amount that
    the scheme does not carry, a wrong IBAN or one of no SEPA country, one that needs a BIC and has
    none, or without a name or remittance. A text too long is cut at its end.
    """
    payee, text = one_line(name, most=_LONGEST_NAME), one_line(remittance, most=_LONGEST_TEXT)
    account, bank = "".join(iban.split()).upper(), "".join(bic.split()).upper()
    if not _BIC.fullmatch(bank):
        bank = ""
    if currency != "EUR" or not _LEAST <= amount <= _MOST or not payee or not text:
        return ""
    if not is_sepa_iban(account) or (needs_bic(account) and not bank):
        return ""
    price = f"EUR{to_decimal(amount, currency):.2f}"
    before = "\n".join(("BCD", "002", "1", "SCT", bank, payee, account, price, "", "", ""))
    return before + _cut(text, _MOST_BYTES - len(before.encode()))


def qr_png(payload: str, *, scale: int = 1, quiet: int = 0) -> bytes:
    """Return the code as a PNG of `scale` pixels a module with `quiet` modules of white around.

    One pixel a module is to be drawn large without smoothing. Scanners want four modules of white.
    """
    # Here and not above: it takes longer to import than most messages need it.
    import segno

    code = segno.make_qr(
        payload, error="m", mode="byte", encoding="utf-8", boost_error=False, mask=_MASK
    )
    around = bytes(quiet)
    blank = bytes(len(code.matrix) + 2 * quiet)
    modules = [
        *[blank] * quiet,
        *(around + bytes(row) + around for row in code.matrix),
        *[blank] * quiet,
    ]
    if scale > 1:
        modules = [b"".join(bytes((module,)) * scale for module in row) for row in modules]
    rows = [b"\0" + row.translate(_INK) for row in modules for _ in range(scale)]
    header = struct.pack(">IIBBBBB", len(rows), len(rows), 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(starmap(_chunk, chunks))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _cut(text: str, most: int) -> str:
    """Return as much of `text` as fits in `most` bytes, never half a character."""
    return text.encode()[:most].decode(errors="ignore").rstrip()
