"""Bytes to text: character sets, line ends, and what is no text."""

import pytest

from relance.ledger.issues import LedgerError
from relance.ledger.source import MOST_LINE, opened


def lines_of(content: bytes, *, size: int = 3) -> list[str]:
    chunks = (content[start : start + size] for start in range(0, len(content), size))
    with opened(chunks, fallback="cp1252") as source:
        return list(source.lines())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_every_kind_of_line_end_gives_the_same_lines(end: str) -> None:
    assert lines_of(end.join(["un", "", "trois", ""]).encode()) == ["un", "", "trois"]


def test_a_byte_order_mark_is_not_a_part_of_the_first_name() -> None:
    assert lines_of(b"\xef\xbb\xbfJournalCode\n") == ["JournalCode"]


def test_utf8_is_recognised_though_chunks_cut_its_characters() -> None:
    assert lines_of("Épis à gérer".encode(), size=1) == ["Épis à gérer"]


def test_what_is_not_utf8_throughout_is_read_in_the_single_byte_set() -> None:
    content = "Été\n".encode("cp1252") * 2
    assert lines_of(content) == ["Été", "Été"]


def test_one_bad_byte_at_the_end_is_enough_to_rule_utf8_out() -> None:
    with opened([b"plain\n" * 1000, b"\xe9t\xe9\n"], fallback="cp1252") as source:
        assert source.encoding == "cp1252"
        assert "not UTF-8" in source.warnings[0]


def test_bytes_that_the_set_does_not_have_spoil_a_character_not_the_file() -> None:
    assert lines_of(b"G\x81tz 12,00\n") == ["G\ufffdtz 12,00"]


def test_a_character_cut_at_the_end_does_not_change_the_set_of_all_others() -> None:
    content = "Épis\nGéra".encode() + "é".encode()[:1]
    with opened([content], fallback="cp1252") as source:
        assert source.encoding == "utf-8"
        assert source.cut_character
        assert list(source.lines()) == ["Épis", "Géra\ufffd"]


def test_a_dos_end_of_file_mark_is_no_line() -> None:
    with opened([b"a\nb\n\x1a"], fallback="cp1252") as source:
        assert source.ended
        assert list(source.lines()) == ["a", "b"]


def test_lines_can_be_read_again_from_the_first() -> None:
    with opened([b"a\nb"], fallback="cp1252") as source:
        assert list(source.lines()) == list(source.lines()) == ["a", "b"]
        assert not source.ended


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n \n", "empty"),
        (b"a\tb\0c\n", "NUL"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"%PDF-1.7 rest", "PDF"),
        ("Journal".encode("utf-16"), "UTF-16"),
        (bytes(range(1, 9)) * 50, "not text"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(content: bytes, told: str) -> None:
    with pytest.raises(LedgerError, match=told):
        lines_of(content)


def test_an_endless_line_is_refused_by_its_number() -> None:
    with pytest.raises(LedgerError, match=f"Line 2 is longer than {MOST_LINE}"):
        lines_of(b"head\n" + b"x" * 3_000_000, size=65536)
