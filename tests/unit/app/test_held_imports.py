"""A full ledger that would close much, is cut or is out of date waits for a person's yes (L4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from relance.app.errors import Conflict, NotFound
from relance.app.import_report import ImportReport
from relance.app.uploads import discard_import
from relance.contracts.events import ImportHeld
from relance.contracts.http.imports import ImportDecided
from tests.fakes.world import TENANT, World, with_terms
from tests.unit.app.importing import DAY, NOON, Imports
from tests.unit.app.test_sync import entry, ledger, receipt


def sales(numbers: range, amount: str = "100,00") -> list[str]:
    """One invoice each to as many customers."""
    return [
        row
        for each in numbers
        for row in entry(each, "20250110", f"C{each:03}", f"Client {each}", f"FA-{each}", amount)
    ]


def paid(numbers: range) -> list[str]:
    """The same invoices, each with its payment."""
    rows = []
    for each in numbers:
        code, name = f"C{each:03}", f"Client {each}"
        rows += entry(each, "20250110", code, name, f"FA-{each}", "100,00", "A")
        rows += receipt(1000 + each, "20250305", code, name, "100,00", "A")
    return rows


def known(count: int = 40) -> Imports:
    """A company whose first ledger has this many open invoices."""
    imports = Imports(World(with_terms(TENANT, 30)))
    assert imports.take(ledger(*sales(range(count))), "first").state == "done"
    return imports


def reasons(report: ImportReport) -> list[str]:
    return [hold.reason.value for hold in report.holds]


def open_items(imports: Imports) -> int:
    return sum(1 for owed in imports.owed().values() if owed)


def discard(imports: Imports, report: ImportReport) -> ImportReport:
    return discard_import(
        report.id,
        ImportDecided(reason="wrong file"),
        author="anne@example.com",
        store=imports.world.store,
        now=NOON,
    )


def test_a_ledger_without_a_third_of_the_open_items_is_held_and_nothing_is_written() -> None:
    imports = known(40)
    before = [imports.world.store.account(f"C{each:03}") for each in range(40)]
    report = imports.take(ledger(*sales(range(27))), "next")
    assert (report.state, reasons(report)) == ("held", ["closes_much"])
    assert "13 of 40 open items (1300.00 EUR)" in report.holds[0].message
    assert [imports.world.store.account(f"C{each:03}") for each in range(40)] == before


def test_what_a_held_ledger_would_do_is_summed_up() -> None:
    imports = known(40)
    rows = [*sales(range(20)), *entry(99, "20250301", "NEW", "Neuf", "FA-99", "50,00")]
    report = imports.take(ledger(*rows), "next")
    counts = (report.created, report.changed, report.closed, report.absent, report.unchanged)
    assert counts == (1, 0, 20, 20, 20)
    [amounts] = report.amounts
    assert (amounts.open_before, amounts.open_after) == (400_000, 205_000)
    assert (amounts.created, amounts.closed) == (5_000, 200_000)
    assert len(report.closings) == 10
    assert {(each.amount, each.why) for each in report.closings} == {(10_000, "absent")}


def test_the_largest_closings_are_shown_first() -> None:
    imports = Imports(World(with_terms(TENANT, 30)))
    rows = [row for each in range(30) for row in sales(range(each, each + 1), f"{each + 1},00")]
    imports.take(ledger(*rows), "first")
    report = imports.take(ledger(*rows[:2]), "next")
    assert [each.amount for each in report.closings] == [n * 100 for n in range(30, 20, -1)]
    assert report.closings[0].customer == "C029"


def test_closings_of_one_amount_and_customer_are_all_shown() -> None:
    imports = Imports(World(with_terms(TENANT, 30)))
    rows = [
        row
        for each in range(12)
        for row in entry(each, "20250110", "C001", "Client", f"FA-{each}", "100,00")
    ]
    imports.take(ledger(*rows), "first")
    report = imports.take(ledger(*rows[:2]), "next")
    assert len({each.number for each in report.closings}) == 10


@pytest.mark.parametrize(("left", "state"), [(28, "done"), (27, "held")])
def test_the_share_that_is_let_go_is_thirty_percent(left: int, state: str) -> None:
    assert known(40).take(ledger(*sales(range(left))), "next").state == state


@pytest.mark.parametrize(("count", "state"), [(10, "done"), (11, "held")])
def test_fewer_than_ten_closings_are_always_let_go(count: int, state: str) -> None:
    imports = known(count)
    assert imports.take(ledger(*sales(range(1))), "next").state == state


def test_few_items_of_a_large_amount_are_held_too() -> None:
    imports = Imports(World(with_terms(TENANT, 30)))
    rows = [*sales(range(50)), *sales(range(50, 60), "90000,00")]
    imports.take(ledger(*rows), "first")
    report = imports.take(ledger(*sales(range(50))), "next")
    assert (report.absent, reasons(report)) == (10, ["closes_much"])


def test_a_tenant_sets_its_own_share_and_least_number() -> None:
    imports = known(40)
    store = imports.world.store
    store.save_tenant(replace(store.tenant(), hold_share=60, hold_items=1))
    assert imports.take(ledger(*sales(range(16))), "next").state == "done"
    assert imports.take(ledger(*sales(range(6))), "last").state == "held"


def test_what_the_file_itself_shows_paid_is_no_reason_to_hold() -> None:
    imports = known(40)
    report = imports.take(ledger(*paid(range(40))), "next")
    assert (report.state, report.closed, report.absent) == ("done", 40, 0)


def test_the_first_ledger_is_never_held_for_what_it_closes() -> None:
    imports = Imports(World(with_terms(TENANT, 30)))
    assert imports.take(ledger(*paid(range(20)), *sales(range(20, 30))), "first").state == "done"


def test_a_cut_ledger_is_held_and_confirmed_closes_nothing() -> None:
    imports = known(20)
    whole = ledger(*sales(range(12)), *entry(99, "20250301", "NEW", "Neuf", "FA-99", "50,00"))
    held = imports.take(whole[:-40], "cut")
    assert (held.state, reasons(held)) == ("held", ["cut"])
    assert open_items(imports) == 20
    report = imports.confirm(held)
    assert (report.state, report.closed) == ("partial", 0)
    account = imports.world.store.account("C000")
    assert account is not None
    assert account.customer.incomplete_since == "cut"


def test_a_bad_row_alone_holds_nothing() -> None:
    imports = known(20)
    bad = entry(99, "20250140", "NEW", "Neuf", "FA-99", "50,00")
    report = imports.take(ledger(*sales(range(5)), *bad), "next")
    assert (report.state, report.closed, reasons(report)) == ("partial", 0, [])


def test_a_confirmed_ledger_is_taken_in_and_says_who_said_so_and_why() -> None:
    imports = known(40)
    held = imports.take(ledger(*sales(range(10))), "next")
    report = imports.confirm(held, "fiscal year")
    assert (report.state, report.closed) == ("done", 30)
    assert open_items(imports) == 10
    told = report.decision
    assert told is not None
    assert (told.confirmed, told.author, told.reason) == (True, "anne@example.com", "fiscal year")
    assert [each.value for each in told.holds] == ["closes_much"]
    assert reasons(report) == ["closes_much"]


def test_a_ledger_that_is_out_of_date_by_the_time_it_is_confirmed_is_held_again() -> None:
    imports = known(40)
    held = imports.take(ledger(*sales(range(10))), "next", at=NOON + timedelta(minutes=5))
    imports.take(ledger(*sales(range(39))), "newer", at=NOON + timedelta(hours=1))
    again = imports.confirm(held)
    assert (again.state, reasons(again)) == ("held", ["outdated", "closes_much"])
    assert open_items(imports) == 39
    assert imports.confirm(again).state == "done"
    assert open_items(imports) == 10


def test_a_confirmation_is_sent_again_for_whoever_asks_again() -> None:
    imports = known(40)
    held = imports.take(ledger(*sales(range(10))), "next")
    imports.world.jobs.uploads.clear()
    report = imports.confirm(held)
    imports.world.store.save_import(replace(report, state="confirmed"))  # its message was lost
    assert imports.confirm(held).state == "done"


def test_a_ledger_confirmed_after_days_is_no_fresher_than_its_upload() -> None:
    imports = known(40)
    store = imports.world.store
    assert store.tenant().ledger_day == DAY
    held = imports.take(ledger(*sales(range(10))), "next")
    imports.now += timedelta(days=3)
    imports.day += timedelta(days=3)
    assert imports.confirm(held).state == "done"
    assert store.tenant().ledger_day == DAY
    assert imports.take(ledger(*sales(range(10))), "last").state == "done"
    assert store.tenant().ledger_day == DAY + timedelta(days=3)


def test_a_discarded_ledger_is_never_taken_in() -> None:
    imports = known(40)
    upload = imports.put(ledger(*sales(range(10))), "next")
    held = imports.run(upload)
    assert held is not None
    assert discard(imports, held).state == "discarded"
    again = imports.run(upload)
    assert again is not None
    assert again.state == "discarded"
    assert open_items(imports) == 40
    with pytest.raises(Conflict, match="only a held import"):
        imports.confirm(held)


def test_only_a_held_import_is_decided_on() -> None:
    imports = known(4)
    first = imports.world.store.import_report("first")
    assert first is not None
    for decide in (imports.confirm, lambda report: discard(imports, report)):
        with pytest.raises(
            Conflict, match="only a held import can be decided on; this one is done"
        ):
            decide(first)
    with pytest.raises(NotFound):
        discard(imports, replace(first, id="unknown"))


def test_a_held_import_is_told_of_once_and_so_is_its_end() -> None:
    imports = known(40)
    upload = imports.put(ledger(*sales(range(10))), "next")
    held = imports.run(upload)
    assert held is not None
    imports.run(upload)
    imports.confirm(held)
    told = imports.events.published[1:]  # behind the first ledger
    assert [each.type for each in told] == ["import.held", "import.completed"]
    assert len({each.id for each in told}) == 2
    assert isinstance(told[0], ImportHeld)
    assert told[0].reasons == ("closes_much",)


def test_a_delta_is_held_only_when_it_is_out_of_date() -> None:
    world = World(with_terms(TENANT, 30))
    mapping = {
        "columns": {
            "customer_code": "Compte",
            "number": "Facture",
            "issued": "Date",
            "amount": "Montant",
            "residual": "Solde",
        },
        "snapshot": False,
        "date_formats": ["DD/MM/YYYY"],
    }
    world.store.save_tenant(replace(world.store.tenant(), mappings={"delta": mapping}))
    imports = Imports(world)
    head = "Compte;Facture;Date;Montant;Solde\n"
    rows = "".join(f"C{n};F{n};01/03/2025;10,00;10,00\n" for n in range(20))
    assert imports.take((head + rows).encode(), "one.csv").state == "done"
    assert imports.take(f"{head}C1;F1;01/03/2025;10,00;0,00\n".encode(), "two.csv").state == "done"
    assert imports.take((head + rows)[:-12].encode(), "cut.csv").state == "partial"
    imports.world.store.mark_ledger(imports.now + timedelta(hours=1))
    old = imports.take((head + rows).encode(), "old.csv")
    assert (old.state, reasons(old)) == ("held", ["outdated"])
