"""Blocks from the API to the night and back through a sync (D28, D30)."""

from dataclasses import replace
from datetime import date

from relance.app import blocks
from relance.app.queries import promises_of
from relance.contracts.http.blocks import PromiseWrite, StopWrite
from relance.contracts.http.values import MoneyWrite
from relance.domain.blocking import PromiseState
from relance.domain.blocks import Promise, Stop
from relance.domain.terms import Terms
from tests.fakes.world import World
from tests.unit.app.test_sync import SALES, ledger, receipt, upload


def test_d30_a_sync_that_sees_the_money_keeps_the_promise() -> None:
    world = World()
    upload(world, ledger(*SALES))
    body = PromiseWrite(amount=MoneyWrite(amount="1000.00", currency="EUR"), due=date(2025, 3, 14))
    blocks.add_promise("KERVADEC", body, author="anna", store=world.store, on=date(2025, 3, 9))
    upload(world, ledger(*SALES, *receipt(9, "20250309", "KERVADEC", "K", "1200,00")), "2.txt")
    assert _states(world) == [PromiseState.RUNNING]  # received, not matched
    lettered = [row.replace("\t1200,00\t0,00\t\t", "\t1200,00\t0,00\tA\t") for row in SALES]
    paid = receipt(9, "20250309", "KERVADEC", "K", "1200,00", letter="A")
    upload(world, ledger(*lettered, *paid), "3.txt")
    assert _states(world) == [PromiseState.KEPT]


def test_d28_a_stop_is_a_fact_of_the_next_decision() -> None:
    world = World()
    upload(world, ledger(*SALES))
    blocks.add_stop(
        "LEGOFF", StopWrite(reason="r"), author="anna", store=world.store, on=date(2025, 3, 9)
    )
    account = world.store.account("LEGOFF")
    assert account is not None
    assert account.next_date is None
    assert len(account.blocks) == 1


def test_d28_a_ledger_is_taken_in_whatever_end_a_stop_was_once_given() -> None:
    world = World()
    tenant = world.store.tenant()
    world.store.save_tenant(replace(tenant, rules=replace(tenant.rules, terms=Terms(10))))
    upload(world, ledger(*SALES))
    account = world.store.account("LEGOFF")
    assert account is not None
    far = Stop(id="LEGOFF-0123456789abcdef", since=date(2025, 3, 9), reason="r", until=date.max)
    world.store.save_block(account.customer, far)
    more = receipt(9, "20250309", "LEGOFF", "L", "100,00")
    assert upload(world, ledger(*SALES, *more), "2.txt").state == "done"


def _states(world: World) -> list[PromiseState]:
    record = promises_of("KERVADEC", store=world.store, on=date(2025, 3, 9))
    assert all(isinstance(promise, Promise) for promise, _ in record.promises)
    return [state for _, state in record.promises]
