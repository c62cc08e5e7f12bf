"""The quick and the careful way of taking in an FEC's rows mean the same, whatever the file."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from relance.domain.reading import USUAL_READING
from relance.ledger.fec import read_fec
from relance.ledger.fec_columns import FecColumns
from relance.ledger.ledger import Ledger
from relance.ledger.records import Record
from tests.unit.ledger.books import HEADER, Booking, rows_of

_ONE_SIDED = tuple({"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEADER)
_MORE = (*HEADER, "DateLimitReglmt", "NumFacture")
_FEW = tuple(name for name in HEADER if name not in ("EcritureNum", "CompAuxLib", "PieceDate"))
_ODD = {
    "JournalCode": ("VE", " VE ", "BQ", ""),
    "EcritureNum": ("1", " 1", "2", ""),
    "EcritureDate": ("20250301", "2025-03-01", " 20250301", "01/03/2025", "20250231", "", "0"),
    "CompteNum": ("411000", " 411000", "411000 ", "411100", "418000", "706000", "512000", "", "4?"),
    "CompAuxNum": ("KERV", " KERV", "LUMI", "", "\u200b", "X" * 101),
    "CompteLib": ("Clients", "CLIENTS DIVERS", ""),
    "CompAuxLib": ("Nom", " Nom ", "Ventes  comptoir", ""),
    "PieceRef": ("FA1", " FA1 ", "1", ""),
    "PieceDate": ("20250215", "00000000", "", "hier"),
    "EcritureLib": ("Pose", "Pose  et dépose ", "\tx"[1:], ""),
    "Debit": ("120,00", "12.50", "0,00", "", " 12,00", "1 234,56", "-5,00", "12O", "1,234", "٣,00"),
    "Credit": ("120,00", "0", "0,00", "", "-3", "x"),
    "Montant": ("120,00", "0,00", "", "-5,00", "x"),
    "Sens": ("D", "c", " C", "-1", "", "X"),
    "EcritureLet": ("", "AA", " AA ", "a"),
    "Idevise": ("", "EUR", " USD"),
    "DateLimitReglmt": ("", "20250331", "demain"),
    "NumFacture": ("", "F-1 "),
}


def _sound(header: tuple[str, ...]) -> list[list[str]]:
    """Return sales, a payment, a credit note; by the first the quick way knows the accounts."""
    sale, payment = Booking(cents=12000), Booking(cents=-12000, journal="BQ", letter="AA")
    rows = []
    for row in rows_of(sale, payment, sale, replace(sale, cents=-3000, piece="AV1")):
        named = dict(zip(HEADER, row, strict=True))
        debit = named["Debit"] != "0,00"
        named |= {"Sens": "D" if debit else "C", "Montant": named["Debit" if debit else "Credit"]}
        rows.append([named.get(name, "") for name in header])
    return rows


def _rows(header: tuple[str, ...]) -> st.SearchStrategy[list[list[str]]]:
    """Sound rows, in some of which some columns hold something else, and some lengths are odd."""
    count = len(_sound(header))
    some = st.sets(st.integers(0, count - 1), min_size=1)
    place = st.sampled_from([at for at, name in enumerate(header) if name in _ODD])
    oddity = place.flatmap(
        lambda at: st.tuples(st.just(at), st.sampled_from(_ODD[header[at]]), some)
    )
    length = st.tuples(st.integers(0, count - 1), st.integers(1, len(header) + 2))
    rare = st.sampled_from([[], [[""]], [[*header]], [[" "] * len(header)]])

    def made(
        oddities: list[tuple[int, str, set[int]]],
        lengths: list[tuple[int, int]],
        more: list[list[str]],
    ) -> list[list[str]]:
        rows = _sound(header)
        for at, value, places in oddities:
            for row in places:
                rows[row][at] = value
        for row, end in lengths:
            rows[row] = [*rows[row], "", "?"][:end]
        return [*rows, *more]

    return st.builds(
        made,
        st.lists(oddity, max_size=4),
        st.one_of(st.just([]), st.lists(length, max_size=2)),
        rare,
    )


files = st.sampled_from([HEADER, _ONE_SIDED, _MORE, _FEW]).flatmap(
    lambda header: st.tuples(st.just(header), _rows(header))
)


def _read(header: tuple[str, ...], rows: Iterator[list[str] | Record]) -> Ledger | str:
    try:
        columns = FecColumns.of(header)
        assert columns is not None
        return read_fec(rows, columns, first=2, currency="EUR", settings=USUAL_READING)
    except ValueError as error:
        return str(error)


def _without_amounts() -> list[list[str]]:
    rows = _sound(HEADER)
    empty = [*rows[0]]
    empty[HEADER.index("Debit")] = empty[HEADER.index("Credit")] = ""
    return [*rows, empty]


@settings(deadline=None, max_examples=300)  # the machine may be busy
@given(files)
@example((HEADER, _without_amounts()))
def test_both_ways_read_the_same_ledger(file: tuple[tuple[str, ...], list[list[str]]]) -> None:
    header, rows = file
    quick = _read(header, ([*row] for row in rows))
    careful = _read(header, (Record(number, row) for number, row in enumerate(rows, start=2)))
    assert quick == careful
