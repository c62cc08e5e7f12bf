"""What AWS is told of a tenant's client: its own keys, and no others (H3)."""

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws

from relance.store import keys
from relance.store.confined import ACTIONS, ConfinedClients, policy
from tests.fakes.memory.clock import FixedClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TABLE = "arn:aws:dynamodb:eu-west-3:123456789012:table/relance"
NOW = datetime(2025, 3, 9, 9, 30, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "day": date(2025, 3, 9),
    "on": date(2025, 3, 9),
    "oldest": date(2025, 3, 9),
    "at": time(8),
    "minute": NOW,
    "waiting": True,
    "version": 1,
    "part": 1,
}
# What lies across tenants: whoever is no tenant's client yet reads it.
ACROSS = {"tenant_entry", "membership", "program_key", "invitation", "sent_as", "visitors_answer"}


class Sts:
    """Counts who asks, and gives credentials for an hour of its own clock."""

    def __init__(self, clock: FixedClock) -> None:
        self.asked: list[dict[str, Any]] = []
        self._clock = clock

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        until = self._clock.now() + timedelta(seconds=asked["DurationSeconds"])
        return {"Credentials": {"AccessKeyId": f"{len(self.asked)}", "Expiration": until}}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def sts(clock: FixedClock) -> Sts:
    return Sts(clock)


@pytest.fixture
def clients(sts: Sts, clock: FixedClock) -> ConfinedClients:
    return ConfinedClients(
        sts=cast("Any", lambda: sts),
        client_for=cast("Any", lambda given: given["AccessKeyId"]),
        role="arn:aws:iam::123456789012:role/tenant",
        table_arn=TABLE,
        clock=clock,
    )


def leading(document: dict[str, Any]) -> list[str]:
    [statement] = document["Statement"]
    found: list[str] = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    return found


def reaches(document: dict[str, Any], key: str) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in leading(document))


def partitions(tenant: str) -> Iterator[tuple[str, str]]:
    """Every partition that our keys make for a tenant, by the builder's name."""
    for name, builder in inspect.getmembers(keys, inspect.isfunction):
        if name.startswith("_") or builder.__module__ != keys.__name__ or name in ACROSS:
            continue
        wanted = inspect.signature(builder).parameters
        if "tenant" not in wanted:
            continue
        given = {each: SAMPLES.get(each, "411X-1") for each in wanted} | {"tenant": tenant}
        yield name, builder(**given).pk


def test_a_tenants_client_reaches_every_record_and_list_of_the_tenant() -> None:
    document = policy(TABLE, "atelier")
    every = dict(partitions("atelier"))

    assert len(every) > 25
    assert {name for name, pk in every.items() if not reaches(document, pk)} == set()


@pytest.mark.parametrize(
    "other", ["rival", "atelier2", "atelie", "ATELIER", "atelier-x", "x#atelier"]
)
def test_it_reaches_nothing_of_another_tenant_however_alike(other: str) -> None:
    document = policy(TABLE, "atelier")

    assert {name for name, pk in partitions(other) if reaches(document, pk)} == set()


def test_it_reaches_nothing_that_lies_across_tenants() -> None:
    document = policy(TABLE, "atelier")
    across = (
        keys.tenant_entry("atelier"),
        keys.membership("anna"),
        keys.program_key("k"),
        keys.invitation("i"),
        keys.sent_as("r"),
        keys.visitors_answer("anna", "k"),
    )

    assert not [key for key in across if reaches(document, key.pk)]


def test_it_may_read_and_write_records_and_never_scan() -> None:
    [statement] = policy(TABLE, "atelier")["Statement"]

    assert statement["Resource"] == [TABLE, f"{TABLE}/index/lists"]
    assert not [action for action in ACTIONS if "Scan" in action or "*" in action]


@pytest.mark.parametrize("tenant", ["*", "a*", "a?b", "${aws:username}"])
def test_an_id_that_a_policy_takes_for_a_pattern_gets_no_client(
    clients: ConfinedClients, sts: Sts, tenant: str
) -> None:
    with pytest.raises(ValueError, match="pattern"):
        clients.of(tenant)
    assert sts.asked == []


def test_an_id_with_the_sign_between_parts_stays_one_part() -> None:
    assert leading(policy(TABLE, "a#b")) == ["T#a%23b", "T#a%23b#*"]


def test_a_tenant_costs_one_call_until_shortly_before_its_credentials_end(
    clients: ConfinedClients, sts: Sts, clock: FixedClock
) -> None:
    first = clients.of("atelier")
    clock.instant += timedelta(minutes=54)
    assert clients.of("atelier") is first
    assert len(sts.asked) == 1

    clock.instant += timedelta(minutes=2)

    assert clients.of("atelier") != first
    assert len(sts.asked) == 2


def test_each_tenant_has_a_client_of_its_own(clients: ConfinedClients, sts: Sts) -> None:
    assert clients.of("atelier") != clients.of("rival")
    asked = [leading(json.loads(each["Policy"])) for each in sts.asked]
    assert asked == [["T#atelier", "T#atelier#*"], ["T#rival", "T#rival#*"]]
    assert [each["RoleSessionName"] for each in sts.asked] == ["api-atelier", "api-rival"]


def test_of_many_tenants_the_latest_are_kept(clients: ConfinedClients, sts: Sts) -> None:
    for number in range(70):
        clients.of(f"t{number}")
        clients.of("t0")
    assert len(sts.asked) == 70
    clients.of("t1")
    assert len(sts.asked) == 71


def test_a_sign_up_reaches_the_new_tenant_its_entry_and_its_first_member_once(
    clients: ConfinedClients, sts: Sts
) -> None:
    clients.for_sign_up("tnew", "anna")
    clients.for_sign_up("tnew", "anna")

    assert len(sts.asked) == 2
    wanted = ["T#tnew", "T#tnew#*", "TENANTS", "SUBJECT#anna"]
    assert leading(json.loads(sts.asked[0]["Policy"])) == wanted


def test_the_policy_is_one_that_sts_takes(clock: FixedClock) -> None:
    with mock_aws():
        made = ConfinedClients(
            sts=lambda: boto3.client("sts", region_name="eu-west-3"),
            client_for=_client,
            role="arn:aws:iam::123456789012:role/tenant",
            table_arn=TABLE,
            clock=clock,
        )
        found = made.of("t" + "x" * 39)

    assert found.meta.region_name == "eu-west-3"
    assert len(json.dumps(policy(TABLE, "t" + "x" * 39, more=["TENANTS", "s" * 100]))) < 2048


def _client(given: Any) -> "DynamoDBClient":
    return boto3.client(
        "dynamodb",
        region_name="eu-west-3",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
