"""Clients of the table that reach one tenant's records and no others (H3).

A repository is bound to its tenant by our code. Here AWS is told, too: the function takes on a role
of its own for each tenant, under a policy that names the tenant's keys. What a fault of ours asked
of another tenant's records would then be refused, whatever it was.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from relance.app.ports.clock import Clock
from relance.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_sts.client import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
# A role that is taken on by one who took on another is good for an hour at most.
_SECONDS = 3600
_EARLY = timedelta(minutes=5)
_MOST_KEPT = 64
# What a policy would take for more than itself.
_PATTERN = re.compile(r"[*?$]")


class ConfinedClients:
    """One client a tenant, kept while its credentials are good; one STS call for each."""

    def __init__(
        self,
        *,
        sts: Callable[[], "STSClient"],
        client_for: Callable[["CredentialsTypeDef"], "DynamoDBClient"],
        role: str,
        table_arn: str,
        clock: Clock,
    ) -> None:
        self._sts = sts
        self._client_for = client_for
        self._role = role
        self._table_arn = table_arn
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, DynamoDBClient]] = OrderedDict()

    def of(self, tenant: str) -> "DynamoDBClient":
        """Return the client of a tenant's records."""
        kept = self._kept.get(tenant)
        if kept is not None and self._clock.now() < kept[0]:
            self._kept.move_to_end(tenant)
            return kept[1]
        client, until = self._new(tenant)
        self._kept[tenant] = until - _EARLY, client
        self._kept.move_to_end(tenant)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return client

    def for_sign_up(self, tenant: str, subject: str) -> "DynamoDBClient":
        """Return a client that may also enter a tenant in the list, and its first member."""
        more = (keys.tenant_entry("").pk, keys.membership(subject).pk)
        return self._new(tenant, more=more)[0]

    def _new(self, tenant: str, *, more: Iterable[str] = ()) -> tuple["DynamoDBClient", datetime]:
        answer = self._sts().assume_role(
            RoleArn=self._role,
            # Seen in the account's trail: who worked for which tenant.
            RoleSessionName=re.sub(r"[^\w+=,.@-]", "-", f"api-{tenant}")[:64],
            DurationSeconds=_SECONDS,
            Policy=json.dumps(policy(self._table_arn, tenant, more=more)),
        )
        credentials = answer["Credentials"]
        return self._client_for(credentials), credentials["Expiration"]


def policy(table_arn: str, tenant: str, *, more: Iterable[str] = ()) -> dict[str, Any]:
    """Return the policy of a session: these keys of the table, and its lists, and nothing else.

    An index's leading key is its own, which begins with the tenant's, too. Raises ValueError for a
    key that a policy would take for a pattern.
    """
    own = keys.tenant(tenant).pk
    for key in (own, *more):
        if _PATTERN.search(key):
            raise ValueError("a key with a pattern in it would open others")
    leading = [own, f"{own}#*", *more]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OwnRecords",
                "Effect": "Allow",
                "Action": list(ACTIONS),
                "Resource": [table_arn, f"{table_arn}/index/lists"],
                "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": leading}},
            }
        ],
    }
