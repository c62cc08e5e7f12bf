"""The rates that late payment is charged at in France, by semester, each with its source (D26).

Percent a year, in force on the first day of the semester and applied to the whole of it (article
L441-10 of the Code de commerce). A semester that is not in a table has no rate that was read in a
source: nothing is charged for it and it is named, never guessed. To add one, add its line with
where it was read; nothing else changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self

_SECOND_HALF = 7


@dataclass(frozen=True, slots=True, order=True)
class Semester:
    """One half of a calendar year: `half` is 1 or 2; any other raises ValueError."""

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in (1, 2):
            raise ValueError(f"a year has halves 1 and 2, not {self.half}")

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the semester that `day` lies in."""
        return cls(day.year, 1 if day.month < _SECOND_HALF else 2)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def __str__(self) -> str:
        return f"{self.year}-H{self.half}"


@dataclass(frozen=True, slots=True)
class SemesterRate:
    """A rate of one semester, in percent a year, and where it was read."""

    semester: Semester
    percent: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class RateTable:
    """Rates by semester; each semester once, else ValueError."""

    rates: tuple[SemesterRate, ...]
    _percent: Mapping[Semester, Decimal] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        percent = {rate.semester: rate.percent for rate in self.rates}
        if len(percent) != len(self.rates):
            raise ValueError("a semester has more than one rate")
        object.__setattr__(self, "_percent", percent)

    def percent(self, semester: Semester) -> Decimal | None:
        """Return the semester's rate in percent a year, None when none was read anywhere."""
        return self._percent.get(semester)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRates:
    """What interest on late payment depends on in one country.

    By default `refinancing` + `points` is charged; a rate agreed by contract must be at least
    `floor_times` the semester's `legal_interest`.
    """

    refinancing: RateTable
    legal_interest: RateTable
    points: Decimal = Decimal(10)
    floor_times: int = 3

    def statutory(self, semester: Semester) -> Decimal | None:
        """Return what is charged where nothing else was agreed, in percent; None when unknown."""
        percent = self.refinancing.percent(semester)
        return None if percent is None else percent + self.points

    def floor(self, semester: Semester) -> Decimal | None:
        """Return the lowest rate that a contract may set, in percent; None when unknown."""
        percent = self.legal_interest.percent(semester)
        return None if percent is None else percent * self.floor_times


def _table(rows: Iterable[tuple[int, int, str, str]]) -> RateTable:
    return RateTable(
        tuple(
            SemesterRate(Semester(year, half), Decimal(percent), source)
            for year, half, percent, source in rows
        )
    )


_BANK_OF_FRANCE = "Banque de France, key rates by date of effect: banque-france.fr/en/policy-rates"
_BANK_OF_SLOVENIA = "Banka Slovenije, ECB rates by date of effect: bsi.si/en/ecb-interest-rates"

ECB_REFINANCING = _table(
    (
        (2021, 1, "0.00", f"{_BANK_OF_FRANCE} (16 March 2016)"),
        (2021, 2, "0.00", f"{_BANK_OF_FRANCE} (16 March 2016)"),
        (2022, 1, "0.00", f"{_BANK_OF_FRANCE} (16 March 2016)"),
        (2022, 2, "0.00", f"{_BANK_OF_FRANCE} (0.50 only from 27 July 2022)"),
        (2023, 1, "2.50", f"{_BANK_OF_FRANCE} (21 December 2022)"),
        (2023, 2, "4.00", f"{_BANK_OF_FRANCE} (21 June 2023)"),
        (2024, 1, "4.50", f"{_BANK_OF_FRANCE} (20 September 2023)"),
        (2024, 2, "4.25", f"{_BANK_OF_FRANCE} (12 June 2024)"),
        (2025, 1, "3.15", f"{_BANK_OF_SLOVENIA} (18 December 2024)"),
        (
            2025,
            2,
            "2.15",
            "ECB decision of 5 June 2025, with effect from 11 June 2025, as reported",
        ),
        (
            2026,
            1,
            "2.15",
            "Banka Slovenije, list of tenders: the one of 23 December 2025 to 7 January 2026",
        ),
    )
)
"""The ECB's rate on its main refinancing operations."""

LEGAL_INTEREST_PROFESSIONAL = _table(
    (
        (2021, 1, "0.79", "dandrel-avocats.fr"),
        (2021, 2, "0.76", "dandrel-avocats.fr"),
        (2022, 1, "0.76", "droit-pratique.fr"),
        (2022, 2, "0.77", "exeoffice.eu"),
        (2023, 1, "2.06", "exeoffice.eu"),
        (2023, 2, "4.22", "exeoffice.eu"),
        (2024, 1, "5.07", "exeoffice.eu"),
        (2024, 2, "4.92", "legifiscal.fr"),
        (2025, 1, "3.71", "ksca.fr; legifiscal.fr"),
        (2025, 2, "2.76", "legifiscal.fr; arrêté of 19 June 2025, JO of 24 June 2025"),
        (2026, 1, "2.62", "arrêté of 15 December 2025, JO of 26 December 2025"),
    )
)
"""The legal interest rate on claims of professionals."""

FRANCE = LateRates(refinancing=ECB_REFINANCING, legal_interest=LEGAL_INTEREST_PROFESSIONAL)
"""What is charged between companies in France."""

INDEMNITY_CURRENCY = "EUR"
INDEMNITY = 40_00
"""The fixed indemnity for recovery costs of one late invoice, in cents (article D441-5)."""
