"""Numbers that the tenant never texts, in memory."""

from collections.abc import Iterable

from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from relance.domain.opt_outs import OptOut
from tests.fakes.memory.bound import Bound


class OptOuts(Bound):
    """The list, by number."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._opt_outs: dict[str, OptOut] = {}

    def opted_out(self, numbers: Iterable[str]) -> frozenset[str]:
        return frozenset(numbers) & self._opt_outs.keys()

    def add_opt_out(self, opt_out: OptOut) -> bool:
        return self._opt_outs.setdefault(opt_out.number, opt_out) is opt_out

    def remove_opt_out(self, number: str) -> bool:
        return self._opt_outs.pop(number, None) is not None

    def opt_out(self, number: str) -> OptOut | None:
        return self._opt_outs.get(number)

    def opt_outs(self, *, limit: int, after: str | None = None) -> Page[OptOut]:
        rows = list(self._opt_outs.items())
        return self._page("opt_outs", rows, limit=limit, after=after)
