"""Refused rows as a file: to correct and send again (L1)."""

import csv
import io
from collections.abc import Sequence

from relance.ledger.ledger import Ledger
from relance.ledger.spreadsheet import neutral

# These stand before the file's own columns: a refused row may have more fields than its header.
CORRECTION = ("Relance row", "Relance column", "Relance reason")


def refused_csv(ledger: Ledger) -> bytes:
    """Return the refused rows that are kept, under the file's own header, as UTF-8 CSV.

    Each row says first where it stood, which column is wrong and why. No cell is a formula
    (`spreadsheet.neutral`). Sent again, the file is known by its first columns: it adds the
    corrected rows and closes nothing. b"" when no row is kept.
    """
    if not ledger.refused_rows:
        return b""
    # An open-item list's mapping may name its separator; an FEC is read with any.
    separator = ";" if ledger.format == "fec" else ledger.separator or ";"
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow((*CORRECTION, *ledger.header))
    for one in ledger.refused_rows:
        writer.writerow((one.row, *map(neutral, (one.column, one.reason, *one.fields))))
    return text.getvalue().encode()


def is_correction(header: Sequence[str]) -> bool:
    """Whether a header is that of `refused_csv`."""
    return tuple(name.strip() for name in header[: len(CORRECTION)]) == CORRECTION
