"""Files that mean harm, and files that are only broken: each ends in a report or a refusal."""

import csv
import gzip
import io
import json
import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.ledger.issues import LedgerError
from relance.ledger.ledger import Ledger
from relance.ledger.read import read_ledger
from relance.ledger.refused import refused_csv
from relance.ledger.source import MOST_LINE, opened
from tests.unit.ledger.books import HEADER, Booking, fec, read, rows_of

# Files of the world's collections, where they lie beside the checkout; ours below say the same.
_COLLECTED = Path(__file__).parents[4] / "shared" / "data" / "hostile"
_MEGABYTE = 1024 * 1024
ROWS = rows_of(Booking(cents=12000))

# By what each tries: quotes, line ends, empty values, other alphabets, data within data.
_ODD_CSV = [
    b"a,b,c\n1,2,3", b"a,b,c\r\n1,2,3\r\n", b'a,b\n1,""\n', b'a,b\n1,"x ""y"" z"\n3,4\n',
    b'a,b,c\n"over\ntwo lines",5,6\n7,8,9', b'a,b,c\r\n"over\r\ntwo",5,6\r\n',
    b'a,b\n1,"x \n""y"" \nz"\n', "a,b\n1,ʤ".encode(), b'key,val\n1,"{""t"": [1.0, 0.5]}"\n',
    "a,b\n37\ufffd36'37.8\"N,Modesto".encode(), b'"', b'""', b'"\n"',
    b"\t\t\t\n", b",,,,\n", b"\r", b";", b"\xef\xbb\xbf\xef\xbb\xbfa;b\n1;2\n", b"a\x1a", b"\x1a",
]  # fmt: skip
_ODD_TEXTS = [
    "", " ", "undefined", "NULL", "nan", "-inf", "1e999", "0x1F", "١٢٣", "１２,００", "-", "--",
    "1/0", "$12", "12,00,00", "'; DROP TABLE items--", "<script>alert(1)</script>", "@SUM(1+9)",
    "=cmd|' /C calc'!A0", "+1-1", "\u202e\u2066", "\u200b", "\ufeff", "Ω≈ç√∫", "田中さん",
    "👩\u200d👩\u200d👧", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞",
    "../../etc/passwd", "%s%n%x", "${7*7}", "{{7*7}}", "true", "1.79e+308", "9" * 5000,
    "\\", '"', "''", "a\x0bb", "a\x85b", "a\u2028b", "\x7f", "٣,٠٠", "²,00", "1_000,00",
]  # fmt: skip


def outcome(content: bytes | Iterator[bytes]) -> Ledger | LedgerError:
    """Read a file; anything but a ledger or a LedgerError fails the test."""
    chunks = [content] if isinstance(content, bytes) else content
    try:
        return read_ledger(chunks, mappings={})
    except LedgerError as error:
        return error


def collected(pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(_COLLECTED.glob(pattern))]


@pytest.mark.parametrize("content", [*_ODD_CSV, *collected("csv-spectrum/*.csv")])
def test_an_odd_csv_that_is_no_ledger_is_refused_with_words(content: bytes) -> None:
    assert isinstance(outcome(content), LedgerError)


@pytest.mark.parametrize("content", [*_ODD_CSV, *collected("csv-spectrum/*.csv")])
@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_an_odd_csv_behind_a_ledgers_header_costs_rows_not_the_ledger(
    content: bytes, separator: str
) -> None:
    header, sound = fec([], separator=separator), fec(ROWS, separator=separator)
    plain = content.removeprefix(b"\xef\xbb\xbf\xef\xbb\xbf")
    ledger = outcome(sound.replace(b"120,00", b'"120,00"') + plain + b"\r\n")
    assert isinstance(ledger, Ledger)
    assert ledger.accounts["KERV"].balances == {"EUR": 12000}
    assert isinstance(outcome(header + plain), Ledger | LedgerError)


def test_any_text_in_any_field_is_taken_or_refused_by_row_and_comes_back_harmless() -> None:
    texts = [*_ODD_TEXTS]
    for content in collected("blns.json"):
        texts += json.loads(content)
    for content in collected("csv-injection.txt"):
        texts += content.decode().splitlines()
    clean = [one.translate(dict.fromkeys(map(ord, "\0\t\r\n"), " ")) for one in texts]
    rows = [
        [*ROWS[0][:at], text, *ROWS[0][at + 1 :]] for text in clean for at in range(len(HEADER))
    ]
    content = fec([*rows, *ROWS]).decode().replace('"', "”").encode()
    ledger = outcome(content)
    assert isinstance(ledger, Ledger)
    assert ledger.read - ledger.refused > len(texts)
    assert ledger.refused == len(ledger.refused_rows) > len(texts)
    returned = io.StringIO(refused_csv(ledger).decode("utf-8-sig"), newline="")
    cells = [cell for row in csv.reader(returned, delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "@", "+c", "+1-"))]
    assert all(
        sum(i.balance for i in a.items) == a.balances["EUR"] for a in ledger.accounts.values()
    )


@settings(deadline=None, max_examples=150)  # the machine may be busy
@given(
    st.binary(max_size=300), st.sampled_from([b"", fec([]), fec(ROWS), fec(ROWS, separator=";")])
)
def test_whatever_the_bytes_there_is_a_ledger_or_a_refusal(noise: bytes, before: bytes) -> None:
    assert isinstance(outcome(before + noise), Ledger | LedgerError)


def test_a_zip_bomb_is_refused_by_its_first_bytes_without_reading_on() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("ledger.txt", b"0" * (20 * _MEGABYTE))
    for content in (
        packed.getvalue(),
        gzip.compress(b"0" * _MEGABYTE),
        b"BZh91AY",
        b"7z\xbc\xaf\x27\x1c",
    ):
        stream = iter([content[:4], content[4:], b"never asked for"])
        assert "not text" in str(outcome(stream))
        assert next(stream, b"") in (content[4:], b"never asked for")


class Endless:
    """A stream of two thousand million bytes, that knows how much of it was taken."""

    def __init__(self, before: bytes, chunk: bytes) -> None:
        self.taken = 0
        self._before, self._chunk = before, chunk

    def __iter__(self) -> Iterator[bytes]:
        yield self._before
        while self.taken < 2_000_000_000:
            self.taken += len(self._chunk)
            yield self._chunk


@pytest.mark.parametrize("fill", [b"x", b"\t", b";", b'"', b"\xc3\xa9", b" "])
@pytest.mark.parametrize("before", [b"", fec(ROWS), fec(ROWS) + b'"'])
def test_a_line_of_two_gigabytes_is_refused_as_soon_as_it_is_too_long(
    before: bytes, fill: bytes
) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stream = Endless(before, fill * 4096)
    line = before.count(b"\n") + 1
    assert f"Line {line} is longer than {MOST_LINE}" in str(outcome(iter(stream)))
    assert stream.taken <= MOST_LINE + len(fill) * 4096
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 8 * 1024  # KB


def test_a_file_without_end_is_refused_at_its_bound() -> None:
    stream = Endless(b"", b"a line\n" * 1000)
    with (
        pytest.raises(LedgerError, match="larger than 1,000,000 bytes"),
        opened(stream, fallback="cp1252", most_bytes=1_000_000),
    ):
        pass
    assert stream.taken < 1_010_000


def test_a_million_separators_in_a_row_are_no_ledger_and_sixty_thousand_are_one_bad_row() -> None:
    assert isinstance(outcome(fec(ROWS) + b"\t" * 1_000_000 + b"\n"), LedgerError)
    ledger = outcome(fec(ROWS) + b"\t" * 60_000 + b"x\n")
    assert isinstance(ledger, Ledger)
    assert (ledger.refused, ledger.accounts["KERV"].balances) == (1, {"EUR": 12000})


def test_a_nul_byte_anywhere_refuses_the_file() -> None:
    whole = fec(ROWS)
    for place in (0, 5, len(whole) // 2, len(whole)):
        assert "NUL" in str(outcome(whole[:place] + b"\0" + whole[place:]))


def test_line_ends_of_all_kinds_in_one_file_are_read_as_the_file_has_most_to_say() -> None:
    first, second, third = (fec([row]).removeprefix(fec([])) for row in (*ROWS, ROWS[0]))
    mixed = fec([]) + first.replace(b"\r\n", b"\n") + second.replace(b"\r\n", b"\r\r\n") + third
    ledger = outcome(mixed)
    assert isinstance(ledger, Ledger)
    assert (ledger.read, ledger.refused) == (3, 0)


@pytest.mark.parametrize("separator", ["\t", "|", ";", ","])
def test_quotes_that_never_close_cost_their_rows_only(separator: str) -> None:
    rows = [[*row] for row in ROWS]
    odd = [*rows[0][:10], '"Pose', *rows[0][11:]]
    amounts = [[field.replace(",00", ".00") for field in row] for row in [odd, *rows * 40]]
    ledger = outcome(fec(amounts, separator=separator))
    assert isinstance(ledger, Ledger)
    assert ledger.read == 81
    assert ledger.refused <= 1


def test_many_spellings_of_everything_take_no_more_than_they_are_worth() -> None:
    rows = [
        [f"J{n}", "", str(n), f"2025030{n % 9 + 1}", f"7{n:06}", f"T{n}", "", f"N{n}", f"P{n}", "",
         f"L{n}", f"{n},00", "0", "", "", "", "", f"C{n}"]
        for n in range(3000)
    ]  # fmt: skip
    ledger = outcome(fec([*rows, *ROWS]))
    assert isinstance(ledger, Ledger)
    assert len("".join(ledger.warnings)) < 2000


def test_a_sound_file_still_is_one() -> None:
    assert read(fec(ROWS)).whole
