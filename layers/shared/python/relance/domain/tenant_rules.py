"""What a tenant has set that decisions depend on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from relance.domain.money import minor_digits
from relance.domain.terms import Terms
from relance.domain.windows import Windows

_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """On the first sync, an item overdue for at least `days` enters at reminder `level` (D13)."""

    days: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRules:
    """What a tenant has set that decisions depend on.

    `tolerances` are minor units per currency; a currency without one uses `default_tolerance`, in
    hundredths of it whatever its own minor units (D20). `late_task_days` are working days (D17);
    `windows` say on which weekdays channels are open (D6). A pause ends by itself on `resume_on`,
    if set (C9). A ledger older than `freshness_days` makes automatic messages wait; None for no
    limit (D32). `entries` say at which level items of the first sync begin, R1 for all without any;
    `first_wave_cap` is how many of their messages are newly put up for confirmation a day (D13).
    `automatic` is False when the operator lets no message leave without a person's yes (C10).
    """

    timezone: str = "Europe/Paris"
    country: str = "FR"
    language: str = "fr"
    terms: Terms | None = None
    tolerances: Mapping[str, int] = field(default_factory=dict)
    default_tolerance: int = 0
    paused: bool = False
    resume_on: date | None = None
    late_task_days: int = 5
    windows: Windows = field(default_factory=Windows)
    freshness_days: int | None = None
    entries: tuple[Entry, ...] = ()
    first_wave_cap: int = 50
    automatic: bool = True

    def is_paused(self, on: date) -> bool:
        """Tell whether everything rests on tenant day `on` (C9)."""
        return self.paused and (self.resume_on is None or on < self.resume_on)

    def tolerance(self, currency: str) -> int:
        """The amount below which nothing is sent in this currency, in minor units (D25)."""
        if currency in self.tolerances:
            return self.tolerances[currency]
        # Rounded up: of 5.50 in a currency of whole units, 5 is below and 6 is not.
        scale: int = 10 ** minor_digits(currency)
        return -(-self.default_tolerance * scale // _HUNDREDTHS)
