"""Numbers that the tenant never texts (M5)."""

from collections.abc import Iterable
from typing import Protocol

from relance.app.ports.page import Page
from relance.domain.opt_outs import OptOut


class OptOuts(Protocol):
    """The list, by number."""

    def opted_out(self, numbers: Iterable[str]) -> frozenset[str]:
        """Return those of these E.164 numbers that are on the list, consistently."""

    def add_opt_out(self, opt_out: OptOut) -> bool:
        """Put a number on the list; False when it is there, and then its entry stays."""

    def remove_opt_out(self, number: str) -> bool:
        """Take a number off the list; False when it is not there."""

    def opt_out(self, number: str) -> OptOut | None:
        """Return a number's entry."""

    def opt_outs(self, *, limit: int, after: str | None = None) -> Page[OptOut]:
        """List the entries by number, by the index (eventually so)."""
