"""Templates of the tenant's own (M1)."""

from dataclasses import replace

from relance.app.errors import MovedMeanwhile
from relance.domain.wording import OwnTemplate
from relance.store import keys
from relance.store.bound import Bound, moved
from relance.store.records import VERSION, body, value
from relance.store.table import ABSENT, at_version


class Templates(Bound):
    """A record a template."""

    def templates(self) -> tuple[OwnTemplate, ...]:
        pages = self._table.prefixed(keys.template(self._tenant, ""))
        return tuple(value(OwnTemplate, record) for records in pages for record in records)

    def template(self, template: str) -> OwnTemplate | None:
        record = self._table.get(keys.template(self._tenant, template)) if template else None
        return value(OwnTemplate, record) if record else None

    def save_template(self, template: OwnTemplate) -> OwnTemplate:
        stored = replace(template, version=template.version + 1)
        record = {
            **keys.template(self._tenant, template.id)._asdict(),
            "v": VERSION,
            "version": stored.version,
            "body": body(stored),
        }
        when = ABSENT
        if template.version:
            when = at_version(template.version)
        if not self._table.transact([self._table.put(record, when=when)]):
            raise moved(f"template {template.id}", template.version)
        return stored

    def delete_template(self, template: str, *, version: int) -> None:
        key = keys.template(self._tenant, template)
        if not self._table.transact([self._table.delete(key, when=at_version(version))]):
            raise MovedMeanwhile(f"template {template} changed since it was read")
