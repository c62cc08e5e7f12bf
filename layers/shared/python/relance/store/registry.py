"""Tenants and memberships, across tenants."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from relance.app.errors import Conflict
from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Tenant
from relance.store import keys
from relance.store.access import membership_record
from relance.store.records import VERSION, instant, tenant_body, value
from relance.store.table import ABSENT, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoRegistry:
    """`Registry` on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._table = Table(client, table)

    def tenant_ids(self) -> Iterator[str]:
        for records in self._table.prefixed(keys.tenant_entry("")):
            yield from (record["tenant"] for record in records)

    def membership(self, subject: str) -> Membership | None:
        record = self._table.get(keys.membership(subject))
        return value(Membership, record) if record else None

    def add_tenant(self, tenant: Tenant) -> None:
        entry = {**keys.tenant_entry(tenant.id)._asdict(), "v": VERSION, "tenant": tenant.id}
        record = {
            **keys.tenant(tenant.id)._asdict(),
            "v": VERSION,
            "version": 1,
            "body": tenant_body(replace(tenant, version=1)),
            "first_sync_on": tenant.first_sync_on and tenant.first_sync_on.isoformat(),
            "planned_through": tenant.planned_through and tenant.planned_through.isoformat(),
            "ledger_day": tenant.ledger_day and tenant.ledger_day.isoformat(),
            "ledger_at": tenant.ledger_at and instant(tenant.ledger_at),
        }
        if not self._table.transact(
            [self._table.put(entry, when=ABSENT), self._table.put(record, when=ABSENT)]
        ):
            raise Conflict(f"there is a tenant {tenant.id} already")

    def sent_as(self, reference: str) -> tuple[str, str] | None:
        record = self._table.get(keys.sent_as(reference))
        return (record["tenant"], record["action"]) if record else None

    def put_membership(self, membership: Membership) -> None:
        self._table.write(self._table.put(membership_record(membership)))
