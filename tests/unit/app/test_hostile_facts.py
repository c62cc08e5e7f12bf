"""Facts and days that no ledger should give: nothing wrong leaves, and the night goes on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.plan import plan_part
from relance.contracts.jobs import PlanPart
from relance.domain.items import Item, ItemKind
from tests.fakes.memory.clock import FixedClock
from tests.fakes.world import TENANT, World, invoice, raise_it

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)
NOTHING_OWED = {
    "a negative residual": replace(invoice("C1", "FA-1", due=DUE), residual=-5_000),
    "nothing billed": invoice("C1", "FA-1", due=DUE, amount=0),
    "a credit note": invoice("C1", "AV-1", due=DUE, kind=ItemKind.CREDIT_NOTE),
    "a receipt of more than it paid": replace(
        invoice("C1", "VIR-1", due=DUE, kind=ItemKind.RECEIPT), residual=999_999
    ),
}


def night_of(*items: Item) -> World:
    world = World()
    world.add_customer(on=DUE)
    world.put_items("C1", *items, on=DUE)
    world.night(NIGHT)
    world.night(NIGHT + timedelta(days=1))
    return world


@pytest.mark.parametrize("what", NOTHING_OWED)
def test_who_owes_nothing_hears_nothing(what: str) -> None:
    world = night_of(NOTHING_OWED[what])
    assert (world.mailer.taken, world.waiting()) == ([], [])


def test_a_credit_in_euros_pays_no_debt_in_pounds_and_no_sum_mixes_them() -> None:
    world = night_of(
        invoice("C1", "FA-1", due=DUE, currency="GBP", amount=70_000),
        invoice("C1", "FA-2", due=DUE, currency="EUR", amount=30_000),
        invoice("C1", "AV-1", due=DUE, currency="EUR", amount=90_000, kind=ItemKind.CREDIT_NOTE),
    )
    (mail,) = world.mailer.taken
    text = mail.mime.decode()
    assert "700,00" in text
    assert not any(wrong in text for wrong in ("FA-2", "AV-1", "1=C2=A0000,00", "100,00"))


def test_more_open_than_was_billed_is_asked_for_once_and_no_negative_payment_is_shown() -> None:
    world = night_of(replace(invoice("C1", "FA-1", due=DUE, amount=100_000), residual=130_000))
    assert len(world.mailer.taken) == 1
    assert "-300,00" not in world.mailer.taken[0].mime.decode()


def test_a_customer_nobody_can_reach_is_told_to_a_person_not_dropped() -> None:
    world = World()
    customer = world.add_customer(on=DUE)
    world.store.save_customer(replace(customer, contacts=(), address=None))
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    assert world.night(NIGHT) == ["refused"]
    assert [action.reason for action in world.waiting()] == ["the customer has no postal address"]


def test_in_america_the_night_of_one_in_the_morning_utc_is_still_the_day_before() -> None:
    world = World(replace(TENANT, rules=replace(TENANT.rules, timezone="America/New_York")))
    world.add_customer(on=DUE)
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    for day in (NIGHT, NIGHT + timedelta(days=1)):
        part = PlanPart(
            tenant=world.tenant, at=datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        )
        done = plan_part(
            part,
            store=world.store,
            jobs=world.jobs,
            most=9,
            clock=FixedClock(part.at),
            now=world.real,
            in_time=lambda: True,
            failed=raise_it,
        )
        assert done.day == day - timedelta(days=1)
        world.work(done.day)
        assert len(world.mailer.taken) == (0 if day == NIGHT else 1)
