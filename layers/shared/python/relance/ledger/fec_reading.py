"""Taking in the rows of an FEC: quickly where nothing is odd, with care where something is.

Both ways fill the same books and mean the same; a property test holds them together. The quick
way knows only accounts that the careful one has seen, and leaves a row that it does not wholly
understand as it is: the careful one finds it sound, or refuses it with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from relance.ledger.accounts import MOST_CODE
from relance.ledger.fec_books import (
    MARKS,
    UNSURE,
    WIDE,
    Books,
    CustomerAccount,
    EntryName,
    Journal,
    Line,
    add,
    touches,
)
from relance.ledger.fec_columns import FecColumns
from relance.ledger.fec_rows import (
    SENSES,
    NamedRow,
    account_number,
    customer_code,
    entry_name,
    is_dated,
    line,
    line_of,
    signed_amount,
)
from relance.ledger.fec_values import Amounts, Dates
from relance.ledger.issues import RowRefused, Tally
from relance.ledger.records import Record, Row, as_record

_MOST_CURRENCIES = 20
_OF_LINES = ("JournalCode", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
             "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "EcritureLet",
             "Idevise")  # fmt: skip
_OF_MORE = ("DateLimitReglmt", "NumFacture")
_OF_ENTRIES = ("CompteNum", "JournalCode", "EcritureNum", "EcritureDate", "PieceRef")


@dataclass(slots=True)
class Doubts:
    """What may be missing: `customers` by code, or `everyone`'s; `cut`: the file's end."""

    customers: set[str] = field(default_factory=set)
    everyone: bool = False
    cut: bool = False


class FecReading:
    """What has been read so far.

    `others` says that there are accounts other than customers'; `last` is the entry of the last
    row; `amounts` knows the decimal marks; `currencies` are foreign ones that rows name.
    """

    def __init__(
        self, columns: FecColumns, *, currency: str, customer_accounts: tuple[str, ...]
    ) -> None:
        self.books = Books()
        self.tally = Tally()
        self.doubts = Doubts()
        self.amounts = Amounts(currency)
        self.currencies: set[str] = set()
        self.others = False
        self.last: tuple[Journal, EntryName] = ({}, "")
        self._columns = columns
        self.currency = currency
        self._beginnings = customer_accounts
        self._dates = Dates()
        # General accounts as they are spelt: what touching them means, or the accounts under them.
        self._touched: dict[str, int] = {}
        self._customers: dict[str, dict[str, CustomerAccount]] = {}
        self._width = len(columns.header)
        sides = ("Montant", "Sens") if columns.one_sided else ("Debit", "Credit")
        self._sides = tuple(columns.positions[name] for name in sides)
        # Columns that the file lacks are read from an empty field behind the last.
        self._of_lines, self._of_more = (
            itemgetter(*(columns.positions.get(name, self._width) for name in names))
            for names in (_OF_LINES, _OF_MORE)
        )
        self._has_all = columns.positions.keys() >= {*_OF_LINES}
        self._has_more = not columns.positions.keys().isdisjoint(_OF_MORE)

    def take(self, rows: Iterable[Row], *, first: int) -> None:
        """Take in the rows of the body, numbered from `first`."""
        width, at, number = self._width, self._columns.positions, first - 1
        journals, touched, (book, name) = self.books.journals, self._touched, self.last
        debit, credit, two_sided = *self._sides, not self._columns.one_sided
        signed_of = self.amounts.signed
        # Columns that a quick row must have; without them every row is taken with care.
        general, journal, entry, day, piece = (at.get(each, width) for each in _OF_ENTRIES)
        for number, row in enumerate(rows, start=first):
            fields = row if row.__class__ is list and len(row) == width else self._filled(row)
            try:
                signed = (
                    signed_of(fields[debit], fields[credit])
                    if two_sided
                    else self._from_one_side(fields)
                )
                marks = touched.get(fields[general])
                its = fields[entry].strip() or entry_name("", fields[day], fields[piece])
                if marks is None:
                    self._take_line(fields, signed, its)
                    marks = 0
            except (ValueError, LookupError):
                self.last = book, name
                self._take_with_care(as_record(number, row))
                book, name = self.last
                continue
            # As `_add` does it; for most rows this is all there is to do.
            book, name = journals[fields[journal]], its
            book[name] = (book.get(name, 0) + (signed << MARKS)) | marks
        self.last = book, name
        self.tally.read += number - first + 1

    def _add(self, journal: Journal, entry: EntryName, signed: int, marks: int) -> None:
        add(journal, entry, signed, marks)
        self.last = journal, entry

    def _filled(self, row: Row) -> list[str]:
        """Return a row with the empty fields that were left off its end; [] if it is odd."""
        if isinstance(row, Record) or not self._columns.last_needed < len(row) < self._width:
            return []
        return [*row, *[""] * (self._width - len(row))]

    def _from_one_side(self, fields: list[str]) -> int:
        amount, sense = self._sides
        return SENSES[fields[sense].strip().upper()] * self.amounts.minor(fields[amount])

    def _take_line(self, fields: list[str], signed: int, entry: EntryName) -> None:
        """Take in a row of a customer's account that is known; LookupError, ValueError if odd."""
        (journal, number, day, general, title, auxiliary, name, piece, issued, label, letter,
         currency) = self._of_lines(fields if self._has_all else (*fields, ""))  # fmt: skip
        due, invoice = self._of_more((*fields, "")) if self._has_more else ("", "")
        under = self._customers[general]
        booked = self._dates[day]
        if booked is None or not signed or len(auxiliary) > MOST_CODE:
            raise ValueError
        one = line_of(
            journal,
            entry,
            signed,
            self._dates[issued] or booked,
            self._dates[due] if due else None,
            number,
            piece,
            label,
            letter,
            invoice,
        )
        account = under.get(auxiliary)
        if account is None:
            account = under[auxiliary] = self.books.account(general, auxiliary)
        self._keep(account, one, name if account.auxiliary else title, currency)

    def _keep(self, account: CustomerAccount, one: Line, name: str, currency: str) -> None:
        account.lines.append(one)
        account.names[name] += 1
        if currency and len(self.currencies) < _MOST_CURRENCIES:
            self.currencies.add(currency.strip())

    def _take_with_care(self, record: Record) -> None:
        if record.blank or self._columns.is_header(record.fields):
            self.tally.read -= 1
            return
        try:
            self._take_odd(record)
        except RowRefused as why:
            self.tally.refuse(record.row, why, record.fields)

    def _take_odd(self, record: Record) -> None:
        row = self._columns.by_name(record.fields)
        if problem := self._misfit(record, row):
            self._doubt_misfit(record, row)
            raise RowRefused("", problem, " ".join(record.fields))
        wide = WIDE if self._columns.is_wide(record.fields) else 0
        journal = self.books.journals[row["JournalCode"]]
        entry = entry_name(row["EcritureNum"], row["EcritureDate"], row["PieceRef"])
        try:
            signed, marks = self._signed_and_marks(record, row)
        except RowRefused as why:
            self._add(journal, entry, 0, UNSURE | wide)
            self.doubts.everyone = self.doubts.everyone or why.column == "CompteNum"
            if wide:
                self._doubt_misfit(record, row)
            raise
        self._add(journal, entry, signed, marks | wide)

    def _signed_and_marks(self, record: Record, row: NamedRow) -> tuple[int, int]:
        """Take in a row that fits the columns; the quick way will know its accounts from now on."""
        number, spelling = account_number(row), self._spelt(record, "CompteNum")
        if not number.startswith(self._beginnings):
            signed = signed_amount(row, self.amounts)
            self.others = True
            marks = self._touched[spelling] = touches(number)
            return signed, marks
        try:
            one = line(row, self.amounts, self._dates)
        except RowRefused:
            self.doubts.customers.add(customer_code(row))
            raise
        account = self.books.account(number, row["CompAuxNum"])
        self._customers.setdefault(spelling, {})[self._spelt(record, "CompAuxNum")] = account
        name = row["CompAuxLib"] if account.auxiliary else row["CompteLib"]
        self._keep(account, one, name, row["Idevise"])
        return signed_amount(row, self.amounts), 0

    def _spelt(self, record: Record, column: str) -> str:
        place = self._columns.positions.get(column, self._width)
        return record.fields[place] if place < len(record.fields) else ""

    def _misfit(self, record: Record, row: NamedRow) -> str:
        if record.unended and len(record.fields) < self._columns.width:
            self.doubts.cut = True
            return "the file ends in the middle of this row"
        problem = record.problem or self._columns.misfit(record.fields)
        if not problem and self._columns.is_wide(record.fields) and not is_dated(row, self._dates):
            problem = "one field too many, before the date"
        return problem

    def _doubt_misfit(self, record: Record, row: NamedRow) -> None:
        """Find whose account a row with shifted or missing fields may have been.

        The account is right where the date before it is one; the auxiliary account after it is
        right only in a row that is too short.
        """
        dated = is_dated(row, self._dates)
        journal, entry = self.last
        if dated:
            journal = self.books.journals[row["JournalCode"]]
            entry = entry_name(row["EcritureNum"], row["EcritureDate"], row["PieceRef"])
        add(journal, entry, 0, UNSURE)
        if record.problem or not dated or not row["CompteNum"]:
            self.doubts.everyone = True
        elif row["CompteNum"].startswith(self._beginnings):
            auxiliary = self._columns.positions.get("CompAuxNum", -1)
            short = len(record.fields) <= self._columns.last_needed
            if not (short and auxiliary < len(record.fields)):
                self.doubts.everyone = True
            self.doubts.customers.add(customer_code(row))
