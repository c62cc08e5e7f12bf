"""A store tells what it has written, and nothing that it has not (A6)."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from relance.app.errors import Conflict
from relance.domain.actions import ActionState
from relance.store.told import ToldStore
from tests.adapters.store import samples
from tests.adapters.store.conftest import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def store(on_dynamo: World, dynamodb: "DynamoDBClient", table: str, told: list[Any]) -> ToldStore:
    on_dynamo.sign_up("atelier")
    return ToldStore(
        dynamodb, table, "atelier", tell=lambda tenant, fact: told.append((tenant, fact))
    )


def test_every_write_of_an_action_is_told_once_it_is_done(
    store: ToldStore, told: list[Any]
) -> None:
    customer = store.save_customer(samples.customer())
    reserved, opened = samples.action(), samples.action(name="a2", state=ActionState.OPEN)
    sent, there = (
        replace(reserved, state=state) for state in (ActionState.SENT, ActionState.DELIVERED)
    )
    assert store.add_action(customer, reserved)
    assert store.advance_action(sent)
    assert store.replace_action(there, was=sent)
    current = store.account("411DUPONT")
    assert current is not None
    assert store.add_action(current.customer, opened)
    skipped = replace(opened, state=ActionState.SKIPPED)
    later = replace(current.customer, version=current.customer.version + 1)
    assert store.save_action(later, skipped)
    done = replace(opened, state=ActionState.DONE)
    assert store.close_action(replace(later, version=later.version + 1), done)
    facts = [customer, reserved, sent, there, opened, skipped, done]
    assert told == [("atelier", fact) for fact in facts]


def test_what_is_not_written_is_not_told(store: ToldStore, told: list[Any]) -> None:
    customer = store.save_customer(samples.customer())
    store.add_action(customer, samples.action())
    del told[:]
    late = samples.action(name="a2")
    assert not store.add_action(customer, late)
    assert not store.save_action(customer, late)
    assert not store.close_action(customer, late)
    assert not store.advance_action(samples.action())
    assert not store.replace_action(late, was=late)
    with pytest.raises(Conflict):
        store.save_customer(customer)
    assert told == []


def test_a_letter_s_news_that_change_no_state_are_not_told(
    store: ToldStore, told: list[Any]
) -> None:
    customer = store.save_customer(samples.customer())
    sent = samples.action(state=ActionState.SENT)
    store.add_action(customer, sent)
    del told[:]
    assert store.replace_action(replace(sent, reference="r"), was=sent)
    assert told == []
