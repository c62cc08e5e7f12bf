"""From a stream of bytes to lines of text, in bounded memory.

Charset detectors are wrong on ledgers. The order here is: byte order mark, else UTF-8 if the
whole file is valid UTF-8, else the configured single-byte set.
"""

import codecs
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import IO

from relance.ledger.issues import LedgerError

MOST_LINE = 64 * 1024
# Some ten million rows; a function's disk holds 512 MB.
MOST_BYTES = 400 * 1000 * 1000
_IN_MEMORY = 8 * 1024 * 1024
_BLOCK = 256 * 1024
_CONTROLS = bytes({*range(1, 32)} - {9, 10, 12, 13, 26})
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SIGNATURES = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
    b"PK\x05\x06": "an empty zip file",
    b"\x1f\x8b": "a compressed file",
    b"BZh": "a compressed file",
    b"\xfd7zX": "a compressed file",
    b"\x28\xb5\x2f\xfd": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
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
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[str]]:
        """Yield the lines a block at a time, for readers to whom a call for each is too much."""
        self.file.seek(self.start)
        rest, count = b"", 0
        while block := self.file.read(_BLOCK):
            whole, end, rest = (rest + block).rpartition(self.line_end)
            if end:
                lines = self._split(whole + end)
                lines.pop()
                _check_lengths(lines, count)
                count += len(lines)
                yield lines
            _check_lengths([rest], count)
        if rest.strip(b"\r\x1a"):
            yield self._split(rest)

    def _split(self, block: bytes) -> list[str]:
        # Bytes that the character set does not have spoil a name, not an amount.
        text = block.decode(self.encoding, errors="replace")
        if self.line_end == b"\n":
            text = text.replace("\r\n", "\n")
        lines = text.split(self.line_end.decode())
        if "\r\n" in text or "\x1a" in text:  # CR CR LF, and the mark that DOS files end in
            lines = [line.rstrip("\r\x1a") for line in lines]
        return lines


@contextmanager
def opened(
    chunks: Iterable[bytes], *, fallback: str, most_bytes: int = MOST_BYTES
) -> Iterator[Source]:
    """Spool a stream, find its character set and line ends, and give its lines.

    `fallback` is the single-byte set of a file that is not UTF-8. Raises LedgerError for an empty
    file, for one that is not text and for one that is too large or has an endless line; of these
    no more is read than it takes to know.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        survey = _Survey(most_bytes)
        for chunk in chunks:
            survey.look(chunk)
            file.write(chunk)
        yield survey.source(file, fallback)


class _Survey:
    """What can be told of a file by looking at its bytes once."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.head = b""
        self.tail = b""
        self.size = 0
        self.blank = True
        self.controls = 0
        self.utf8 = True
        self.ends = {b"\n": 0, b"\r": 0}
        self.since_end = 0
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def look(self, chunk: bytes) -> None:
        """Take in the next bytes; raise LedgerError when they can't be text."""
        if len(self.head) < 4:
            self.head = (self.head + chunk)[:4]
            self._refuse_known_formats()
        if b"\0" in chunk:
            raise LedgerError("The file is not text: it has NUL bytes.")
        self.size += len(chunk)
        if self.size > self.most_bytes:
            raise LedgerError(f"The file is larger than {self.most_bytes:,} bytes.")
        self._measure_lines(chunk)
        self.tail = (self.tail + chunk[-2:])[-2:]
        self.blank = self.blank and not chunk.strip()
        self.controls += len(chunk) - len(chunk.translate(None, delete=_CONTROLS))
        pending = bool(self.decoder.getstate()[0])
        if self.utf8 and (pending or not chunk.isascii()):
            try:
                self.decoder.decode(chunk)
            except UnicodeDecodeError:
                self.utf8 = False

    def _measure_lines(self, chunk: bytes) -> None:
        """Refuse a line that never ends while it comes: nothing behind it is of use.

        Which of the two ends this file's lines have shows only later: either will do here.
        """
        for end in self.ends:
            self.ends[end] += chunk.count(end)
        last = max(chunk.rfind(end) for end in self.ends)
        # Where there is none, find says -1: the chunk's length, by this.
        first = min(chunk.find(end) % (len(chunk) + 1) for end in self.ends)
        if self.since_end + first > MOST_LINE:
            before = {end: count - chunk.count(end) for end, count in self.ends.items()}
            raise _too_long(max(before.values()) + 1)
        self.since_end = self.since_end + len(chunk) if last < 0 else len(chunk) - 1 - last

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
        line_end = b"\n" if self.ends[b"\n"] else b"\r"
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


def _check_lengths(lines: Sequence[str | bytes], before: int) -> None:
    if max(map(len, lines), default=0) > MOST_LINE:
        number = next(n for n, line in enumerate(lines, before + 1) if len(line) > MOST_LINE)
        raise _too_long(number)


def _too_long(line: int) -> LedgerError:
    return LedgerError(f"Line {line} is longer than {MOST_LINE} bytes: this is no ledger.")
