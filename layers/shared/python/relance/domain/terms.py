"""Payment terms (D4)."""

from dataclasses import dataclass
from enum import StrEnum


class TermsBase(StrEnum):
    """The three shapes of payment terms (D4)."""

    NET = "net"
    NET_THEN_MONTH_END = "net_then_month_end"
    MONTH_END_THEN_NET = "month_end_then_net"


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms: `days` after the issue date, with or without the end of the month (D4)."""

    days: int
    base: TermsBase = TermsBase.NET
