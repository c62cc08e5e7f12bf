"""Numbers that the tenant never texts (M5)."""

from collections.abc import Iterable

from relance.app.ports.page import Page
from relance.domain.opt_outs import OptOut
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound
from relance.store.records import VERSION, body, value
from relance.store.table import ABSENT, PRESENT


class OptOuts(Bound):
    """The list, a record a number."""

    def opted_out(self, numbers: Iterable[str]) -> frozenset[str]:
        asked = (keys.opt_out(self._tenant, number) for number in numbers)
        return frozenset(_opt_out(record).number for record in self._table.get_many(asked))

    def add_opt_out(self, opt_out: OptOut) -> bool:
        place = keys.listed_opt_out(self._tenant, opt_out.number)
        record = {
            **keys.opt_out(self._tenant, opt_out.number)._asdict(),
            "v": VERSION,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": body(opt_out),
        }
        return self._table.transact([self._table.put(record, when=ABSENT)])

    def remove_opt_out(self, number: str) -> bool:
        key = keys.opt_out(self._tenant, number)
        return self._table.transact([self._table.delete(key, when=PRESENT)])

    def opt_out(self, number: str) -> OptOut | None:
        record = self._table.get(keys.opt_out(self._tenant, number))
        return _opt_out(record) if record else None

    def opt_outs(self, *, limit: int, after: str | None = None) -> Page[OptOut]:
        name = keys.listed_opt_out(self._tenant, "").pk
        return self._list(name, _opt_out, limit=limit, after=after)


def _opt_out(record: Record) -> OptOut:
    return value(OptOut, record)
