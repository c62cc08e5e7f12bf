"""Counts and kept answers, on the table: one count a request, one holder a key (H1, H3)."""

import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from relance.app.idempotency import KEPT_FOR, LEASE, Answers, KeptAnswer, Standing, Taken
from relance.app.limits import RequestCounter
from relance.store.requests import DynamoRequests, member_answers, visitor_answers
from tests.adapters.store.conftest import ENGINES, fresh_table, running
from tests.fakes.requests import MemoryAnswers, MemoryRequests

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NOW = datetime(2025, 3, 9, 9, 30, tzinfo=UTC)
DONE = KeptAnswer(status=201, body='{"é": 1}' * 50, headers={"ETag": '"1"'})


@dataclass
class Desk:
    """Counters and keys of two tenants."""

    counter_for: Callable[[str], RequestCounter]
    answers_for: Callable[[str | None, str], Answers]
    at_once: int = 1


@pytest.fixture(params=["memory", *ENGINES])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Every kind of store in turn."""
    if request.param == "memory":
        counters: dict[str, MemoryRequests] = {}
        answers: dict[tuple[str | None, str], MemoryAnswers] = {}
        yield Desk(
            lambda tenant: counters.setdefault(tenant, MemoryRequests()),
            lambda tenant, subject: answers.setdefault((tenant, subject), MemoryAnswers()),
        )
        return
    client = running(request).client("dynamodb")
    with fresh_table(client) as table:

        def answers_for(tenant: str | None, subject: str) -> Answers:
            if tenant is None:
                return visitor_answers(client, table, subject)
            return member_answers(client, table, tenant, subject)

        yield Desk(
            lambda tenant: DynamoRequests(client, table, tenant),
            answers_for,
            at_once=8 if request.param == "local" else 1,
        )


def test_so_many_are_counted_and_no_more_however_many_ask_at_once(desk: Desk) -> None:
    counter = desk.counter_for("atelier")
    with ThreadPoolExecutor(desk.at_once) as pool:
        counted = list(pool.map(lambda _: counter.count("reads", minute=NOW, most=10), range(16)))

    assert sorted(each for each in counted if each is not None) == list(range(1, 11))


def test_tenants_budgets_and_minutes_are_counted_apart(desk: Desk) -> None:
    counter = desk.counter_for("atelier")
    assert counter.count("reads", minute=NOW, most=1) == 1
    assert counter.count("reads", minute=NOW, most=1) is None
    assert counter.count("writes", minute=NOW, most=1) == 1
    assert counter.count("reads", minute=NOW + timedelta(minutes=1), most=1) == 1
    assert desk.counter_for("rival").count("reads", minute=NOW, most=1) == 1


def test_a_key_has_one_holder_until_its_answer_is_kept(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")
    assert answers.begin("k", request="r", lease="one", now=NOW) == Taken(seed="one")
    assert answers.begin("k", request="r", lease="two", now=NOW) == Standing(request="r")
    assert not answers.keep("k", lease="two", answer=DONE, until=NOW + KEPT_FOR)
    assert answers.keep("k", lease="one", answer=DONE, until=NOW + KEPT_FOR)
    for asked in ("r", "other"):
        found = answers.begin("k", request=asked, lease="two", now=NOW + timedelta(hours=23))
        assert found == Standing(request="r", answer=DONE)
    assert answers.begin("k", request="other", lease="two", now=NOW + KEPT_FOR) == Taken(seed="two")


def test_of_those_who_ask_at_once_one_has_the_key(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")

    def begin(number: int) -> Taken | Standing:
        return answers.begin("k", request="r", lease=f"lease-{number}", now=NOW)

    with ThreadPoolExecutor(desk.at_once) as pool:
        found = list(pool.map(begin, range(8)))

    assert len([each for each in found if isinstance(each, Taken)]) == 1
    assert found.count(Standing(request="r")) == 7


def test_a_holder_who_is_gone_is_followed_over_the_same_request_only(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")
    answers.begin("k", request="r", lease="one", now=NOW)
    later = NOW + LEASE
    assert answers.begin("k", request="other", lease="two", now=later) == Standing(request="r")
    # What it makes has the ids of what the first holder may have made.
    assert answers.begin("k", request="r", lease="two", now=later) == Taken(seed="one")
    assert not answers.keep("k", lease="one", answer=DONE, until=later)
    answers.release("k", lease="one")
    assert answers.begin("k", request="r", lease="three", now=later) == Standing(request="r")


def test_a_key_that_is_let_go_of_is_free_but_an_answer_stays(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")
    answers.begin("k", request="r", lease="one", now=NOW)
    answers.release("k", lease="one")
    answers.release("nothing", lease="one")
    assert answers.begin("k", request="other", lease="two", now=NOW) == Taken(seed="two")
    answers.keep("k", lease="two", answer=DONE, until=NOW + KEPT_FOR)
    answers.release("k", lease="two")
    found = answers.begin("k", request="other", lease="three", now=NOW)
    assert found == Standing(request="other", answer=DONE)


def test_a_key_that_is_let_go_of_keeps_its_seed_for_the_same_request(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")
    for lease in ("one", "two", "three"):
        found = answers.begin("k", request="r", lease=lease, now=NOW)
        assert found == Taken(seed="one")
        answers.release("k", lease=lease)
    assert answers.begin("k", request="other", lease="four", now=NOW) == Taken(seed="four")
    assert answers.begin("k", request="r", lease="five", now=NOW) == Standing(request="other")


def test_of_those_who_take_over_at_once_one_has_the_key(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")
    answers.begin("k", request="r", lease="gone", now=NOW)

    def begin(number: int) -> Taken | Standing:
        return answers.begin("k", request="r", lease=f"lease-{number}", now=NOW + LEASE)

    with ThreadPoolExecutor(desk.at_once) as pool:
        found = list(pool.map(begin, range(8)))

    assert found.count(Taken(seed="gone")) == 1
    assert found.count(Standing(request="r")) == 7


def test_an_answer_kept_for_less_is_over_sooner(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "anna")
    answers.begin("k", request="r", lease="one", now=NOW)
    answers.keep("k", lease="one", answer=DONE, until=NOW + timedelta(minutes=5))
    assert answers.begin("k", request="r", lease="two", now=NOW + timedelta(minutes=5)) == Taken(
        seed="two"
    )


def test_keys_of_others_and_of_visitors_are_others(desk: Desk) -> None:
    holders = (("atelier", "anna"), ("atelier", "carl"), ("rival", "anna"), (None, "anna"))
    for tenant, subject in holders:
        answers = desk.answers_for(tenant, subject)
        assert answers.begin("k", request="r", lease="one", now=NOW) == Taken(seed="one")


def test_keys_may_be_any_texts(desk: Desk) -> None:
    answers = desk.answers_for("atelier", "an#na")
    for key in ("#", "a#b", "%", "~" * 255, " "):
        assert answers.begin(key, request="r", lease="one", now=NOW) == Taken(seed="one")


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
def test_what_was_answered_is_readable_for_who_has_the_key_only(
    dynamodb: "DynamoDBClient", table: str
) -> None:
    secret = KeptAnswer(status=201, body='{"key": "rlk_abc", "name": "Anna"}')
    answers = member_answers(dynamodb, table, "atelier", "anna")
    answers.begin("k", request="r", lease="one", now=NOW)
    answers.keep("k", lease="one", answer=secret, until=NOW + KEPT_FOR)

    [record] = dynamodb.scan(TableName=table)["Items"]
    kept = b64decode(record["answer"]["M"]["body"]["S"])

    assert "rlk_abc" not in str(record)
    with pytest.raises(zlib.error):
        zlib.decompress(kept[12:])
    found = answers.begin("k", request="r", lease="two", now=NOW)
    assert found == Standing(request="r", answer=secret)
