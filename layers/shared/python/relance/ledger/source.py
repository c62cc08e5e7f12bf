"""From a stream of bytes to lines of text, in bounded memory.

Charset detectors are wrong on ledgers. The order here is: byte order mark, else UTF-8 if the
whole file is valid UTF-8, else the configured single-byte set.
"""

import codecs
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from relance.ledger.issues import LedgerError

MOST_LINE = 64 * 1024
_IN_MEMORY = 8 * 1024 * 1024
_BLOCK = 1024 * 1024
_CONTROLS = bytes({*range(1, 32)} - {9, 10, 12, 13, 26})
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SIGNATURES = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}


@dataclass(slots=True)
class Source:
    """A text file. `ended` says that its last line has an end; `cut_character` that its last
    character is only half there. `warnings` are for the import report.
    """

    file: IO[bytes]
    encoding: str
    start: int
    line_end: bytes
    ended: bool
    cut_character: bool
    warnings: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the lines from the first, without their ends; raise LedgerError on a huge one."""
        self.file.seek(self.start)
        for raw in _raw_lines(self.file, self.line_end):
            # Bytes that the character set does not have spoil a name, not an amount.
            yield raw.rstrip(b"\r\x1a").decode(self.encoding, errors="replace")


@contextmanager
def opened(chunks: Iterable[bytes], *, fallback: str) -> Iterator[Source]:
    """Spool a stream, find its character set and line ends, and give its lines.

    `fallback` is the single-byte set of a file that is not UTF-8. Raises LedgerError for an empty
    file and for one that is not text.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        survey = _Survey()
        for chunk in chunks:
            survey.look(chunk)
            file.write(chunk)
        yield survey.source(file, fallback)


class _Survey:
    """What can be told of a file by looking at its bytes once."""

    def __init__(self) -> None:
        self.head = b""
        self.tail = b""
        self.size = 0
        self.blank = True
        self.controls = 0
        self.has_line_feed = False
        self.utf8 = True
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def look(self, chunk: bytes) -> None:
        """Take in the next bytes; raise LedgerError when they can't be text."""
        if len(self.head) < 4:
            self.head = (self.head + chunk)[:4]
            self._refuse_known_formats()
        if b"\0" in chunk:
            raise LedgerError("The file is not text: it has NUL bytes.")
        self.size += len(chunk)
        self.tail = (self.tail + chunk)[-2:]
        self.blank = self.blank and not chunk.strip()
        self.controls += len(chunk) - len(chunk.translate(None, delete=_CONTROLS))
        self.has_line_feed = self.has_line_feed or b"\n" in chunk
        if self.utf8:
            try:
                self.decoder.decode(chunk)
            except UnicodeDecodeError:
                self.utf8 = False

    def _refuse_known_formats(self) -> None:
        if self.head.startswith(_UTF16_MARKS):
            raise LedgerError("The file is in UTF-16: save it as UTF-8 text and send it again.")
        for signature, name in _SIGNATURES.items():
            if self.head.startswith(signature):
                raise LedgerError(f"The file is {name}, not text: export the ledger as text.")

    def source(self, file: IO[bytes], fallback: str) -> Source:
        """Conclude; raise LedgerError when the file is empty or mostly not characters."""
        marked = self.head.startswith(codecs.BOM_UTF8)
        if self.blank or (marked and self.size == len(codecs.BOM_UTF8)):
            raise LedgerError("The file is empty.")
        if self.controls * 100 > self.size:
            raise LedgerError("The file is not text.")
        warnings = () if self.utf8 else (_not_utf8(marked, fallback),)
        line_end = b"\n" if self.has_line_feed else b"\r"
        return Source(
            file=file,
            encoding="utf-8" if self.utf8 or marked else fallback,
            start=len(codecs.BOM_UTF8) if marked else 0,
            line_end=line_end,
            ended=self.tail.rstrip(b"\x1a")[-1:] == line_end,
            # Only the very end of an upload that was cut can leave a character half read.
            cut_character=self.utf8 and bool(self.decoder.getstate()[0]),
            warnings=warnings,
        )


def _not_utf8(marked: bool, fallback: str) -> str:
    if marked:
        return "The file says it is UTF-8 but is not throughout: some characters were replaced."
    return f"The file is not UTF-8; it was read as {fallback}: check the accents in names."


def _raw_lines(file: IO[bytes], end: bytes) -> Iterator[bytes]:
    rest, count = b"", 0
    while block := file.read(_BLOCK):
        *lines, rest = (rest + block).split(end)
        for line in lines:
            count += 1
            yield _bounded(line, count)
        _bounded(rest, count + 1)
    if rest.strip(b"\r\x1a"):
        yield rest


def _bounded(line: bytes, number: int) -> bytes:
    if len(line) > MOST_LINE:
        raise LedgerError(f"Line {number} is longer than {MOST_LINE} bytes: this is no ledger.")
    return line
