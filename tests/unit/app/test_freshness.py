"""A ledger too old holds what leaves by itself, and a new one lets it go that night (D1, D32)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.import_report import ImportReport
from relance.app.sync import sync_upload
from relance.contracts.uploads import Upload
from relance.domain.actions import ActionState
from relance.domain.scenario import StepKey
from tests.fakes.world import World, invoice

DUE = date(2025, 3, 1)
R1 = DUE + timedelta(days=8)
LIMIT = 3
LEDGER = "Compte;Nom;Facture;Date;Echeance;Montant;Solde\r\n"
MAPPING = {
    "columns": {
        "customer_code": "Compte",
        "customer_name": "Nom",
        "number": "Facture",
        "issued": "Date",
        "due": "Echeance",
        "amount": "Montant",
        "residual": "Solde",
    },
    "separator": ";",
    "decimal": ",",
    "date_formats": ["DD/MM/YYYY"],
}
ROW = "C1;Kerlann;FA-1;30/01/2025;01/03/2025;1200,00;1200,00\r\n"
# When files are put in the bucket, by the real clock: not the days on which the tenant lives.
REAL = datetime(2026, 8, 1, 12, tzinfo=UTC)


def upload(
    world: World, on: date, body: str = ROW, *, waited: timedelta = timedelta()
) -> ImportReport:
    """Take a full ledger in while the clock stands on `on`, its message having `waited`."""
    number = len(world.files.contents)
    key = f"tenants/{world.tenant}/{number}.csv"
    content = world.files.contents[key] = (LEDGER + body).encode()
    at = REAL + timedelta(hours=number)
    told = Upload(
        tenant=world.tenant,
        key=key,
        version=None,
        size=len(content),
        import_id=f"up-{number}",
        at=at,
    )
    return sync_upload(told, store=world.store, files=world.files, today=on, now=at + waited)


@pytest.fixture
def world() -> World:
    """A tenant whose first reminder is due on R1, on a ledger of the day after the due day."""
    made = World()
    tenant = made.store.tenant()
    rules = replace(tenant.rules, freshness_days=LIMIT)
    own = {"own": MAPPING}
    made.store.save_tenant(replace(tenant, rules=rules, mappings=own, default_mapping="own"))
    made.add_customer("C1", on=DUE)
    made.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    made.store.mark_first_sync(date(2024, 1, 1))
    return made


def test_d32_on_a_stale_ledger_nothing_leaves_by_itself_until_a_new_one_comes(
    world: World,
) -> None:
    world.store.mark_ledger_day(R1 - timedelta(days=LIMIT + 1))
    (part,) = world.plan(R1)
    assert (part.jobs, part.waits_since) == (0, R1)
    (part,) = world.plan(R1 + timedelta(days=1))
    assert (part.jobs, part.waits_since) == (0, R1)
    account = world.store.account("C1")
    assert account is not None
    assert account.next_date == R1 + timedelta(days=2)

    world.store.mark_ledger_day(R1 + timedelta(days=1))
    (part,) = world.plan(R1 + timedelta(days=2))
    assert (part.jobs, part.waits_since) == (1, None)
    assert world.work(R1 + timedelta(days=2)) == ["sent"]


def test_d32_a_ledger_within_the_limit_holds_nothing(world: World) -> None:
    world.store.mark_ledger_day(R1 - timedelta(days=LIMIT))
    assert world.night(R1) == ["sent"]


def test_d32_the_worker_too_lets_it_wait_when_the_ledger_grew_old_meanwhile(world: World) -> None:
    world.store.mark_ledger_day(R1 - timedelta(days=LIMIT))
    world.plan(R1)
    assert world.work(R1 + timedelta(days=1)) == ["obsolete"]
    assert world.mailer.taken == []


@pytest.mark.parametrize("kind", ["call", "confirmation"])
def test_d32_tasks_and_confirmations_do_not_wait_for_a_ledger(world: World, kind: str) -> None:
    world.store.mark_ledger_day(DUE)
    if kind == "confirmation":
        (scenario,) = [each for each in world.store.scenarios() if each.with_email]
        steps = tuple(
            replace(step, automatic=False) if step.key is StepKey.R1 else step
            for step in scenario.steps
        )
        world.store.add_scenario_version(replace(scenario, version=2, steps=steps))
        world.store.mark_applied(world.store.tenant().rules_version)
        world.night(R1)
        expected = ActionState.TO_CONFIRM
    else:
        world.store.mark_ledger_day(R1)
        world.walk(R1, R1 + timedelta(days=8), closing=False)
        expected = ActionState.OPEN
        assert world.store.tenant().ledger_day == R1
    assert [action.state for action in world.waiting()] == [expected]


def test_d1_how_old_a_ledger_is_counts_from_the_clock_s_day_whenever_it_was_uploaded(
    world: World,
) -> None:
    assert upload(world, R1 - timedelta(days=LIMIT + 1)).state == "done"
    tenant = world.store.tenant()
    assert tenant.ledger_day == R1 - timedelta(days=LIMIT + 1)
    assert tenant.ledger_at is not None
    assert tenant.ledger_at >= REAL
    assert world.night(R1) == []
    assert upload(world, R1).state == "done", "the same again is news: it is still so"
    assert world.store.tenant().ledger_day == R1
    assert world.night(R1 + timedelta(days=1)) == ["sent"]


def test_d32_a_ledger_known_in_part_is_no_fresh_one(world: World) -> None:
    upload(world, DUE)
    refused = ROW + "C2;Morvan;FA-2;never;01/03/2025;10,00;10,00\r\n"
    assert upload(world, R1, refused).state == "partial"
    assert world.store.tenant().ledger_day == DUE


def test_d32_a_ledger_whose_message_was_put_aside_is_no_fresher_than_its_upload(
    world: World,
) -> None:
    upload(world, R1, waited=timedelta(days=4, hours=3))
    assert world.store.tenant().ledger_day == R1 - timedelta(days=4)


def test_d32_corrected_rows_are_no_fresher_than_the_ledger_that_they_were_refused_from(
    world: World,
) -> None:
    refused = "C2;Morvan;FA-2;never;01/03/2025;10,00;10,00\r\n"
    assert upload(world, DUE, ROW + refused).state == "partial"
    assert world.store.tenant().ledger_day is None
    key, titles = f"tenants/{world.tenant}/corrected.csv", "Relance row;Relance column;"
    row = refused.replace("never", "30/01/2025")
    content = f"{titles}Relance reason;{LEDGER}3;Date;not a date;{row}".encode()
    world.files.contents[key] = content
    at = REAL + timedelta(days=5, hours=1)
    told = Upload(
        tenant=world.tenant, key=key, version=None, size=len(content), import_id="more", at=at
    )
    day = DUE + timedelta(days=5)
    report = sync_upload(told, store=world.store, files=world.files, today=day, now=at)
    assert (report.state, report.created) == ("done", 1)
    assert world.store.tenant().ledger_day == DUE


def test_d32_only_the_first_part_of_a_night_tells_that_sending_waits() -> None:
    world = World(customers_a_part=2)
    tenant = world.store.tenant()
    world.store.save_tenant(replace(tenant, rules=replace(tenant.rules, freshness_days=LIMIT)))
    for number in range(5):
        world.add_customer(f"C{number}", on=DUE)
        world.put_items(f"C{number}", invoice(f"C{number}", "FA-1", due=DUE), on=DUE)
    world.store.mark_ledger_day(DUE)
    parts = world.plan(R1)
    told = [part.waits_since for part in parts]
    assert told == [DUE + timedelta(days=LIMIT + 1)] + [None] * (len(parts) - 1)
    assert len(parts) > 1
