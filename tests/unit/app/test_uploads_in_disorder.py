"""Uploads that cross, come late or come again: the newest full ledger is what counts (L4)."""

from datetime import UTC, date, datetime, timedelta

from relance.contracts.uploads import Upload, parse_upload
from tests.fakes.faults import Crossed
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import TENANT, World, with_terms
from tests.unit.app.importing import NOON, Imports
from tests.unit.app.test_sync import SALES, entry, ledger, receipt

UNPAID = ledger(*SALES)
PAID = ledger(
    *entry(1, "20250110", "KERVADEC", "Menuiserie Kervadec", "FA-1", "1200,00", "A"),
    *receipt(3, "20250305", "KERVADEC", "Menuiserie Kervadec", "1200,00", "A"),
    *entry(2, "20250112", "LEGOFF", "Garage Le Goff", "FA-2", "800,00", "A"),
    *receipt(4, "20250305", "LEGOFF", "Garage Le Goff", "800,00", "A"),
)
HOUR = timedelta(hours=1)


def known() -> Imports:
    imports = Imports(World(with_terms(TENANT, 30)))
    imports.take(UNPAID, "first")
    return imports


def test_an_older_ledger_that_comes_after_a_newer_one_is_held() -> None:
    imports = known()
    imports.take(PAID, "new", at=NOON + 3 * HOUR)
    late = imports.take(UNPAID, "late", at=NOON + 2 * HOUR)
    assert late.state == "held"
    assert [hold.reason for hold in late.holds] == ["outdated"]
    assert (
        "uploaded later, at 2025-03-09 15:00:00 UTC, is taken in already" in late.holds[0].message
    )
    assert imports.owed() == {"KERVADEC": 0, "LEGOFF": 0}
    assert imports.world.night(date(2025, 6, 1)) == []


def test_an_older_ledger_that_is_confirmed_is_taken_in_and_the_newest_stays_the_newest() -> None:
    imports = known()
    imports.take(PAID, "new", at=NOON + 3 * HOUR)
    late = imports.take(UNPAID, "late", at=NOON + 2 * HOUR)
    assert imports.confirm(late).state == "done"
    assert imports.owed() == {"KERVADEC": 120_000, "LEGOFF": 80_000}
    assert imports.world.store.tenant().ledger_at == NOON + 3 * HOUR


def test_an_import_that_begins_while_another_is_at_work_waits_its_turn() -> None:
    for number in range(1, 60):
        imports = known()

        def newer(imports: Imports = imports) -> None:
            imports.run(imports.put(PAID, "new", at=NOON + 3 * HOUR))

        changed = ledger(*entry(1, "20250110", "KERVADEC", "Kervadec", "FA-1", "1300,00"))
        store = Crossed(imports.world.store, newer, number=number)
        imports.run(imports.put(changed, "old", at=NOON + 2 * HOUR), store=store)
        if store.calls < number:
            assert number > 10
            return
        imports.deliver()
        assert imports.owed() == {"KERVADEC": 0, "LEGOFF": 0}, number
        reports = {each.id: each.state for each in imports.world.store.imports(limit=9).entries}
        # Only before the first call has the older one not got its turn yet.
        assert reports == {
            "first": "done",
            "old": "held" if number == 1 else "done",
            "new": "done",
        }
    raise AssertionError("the import never ends")


def test_the_older_file_uploaded_again_is_the_newest() -> None:
    imports = known()
    imports.take(PAID, "new", at=NOON + 3 * HOUR)
    assert imports.take(UNPAID, "again", at=NOON + 4 * HOUR).state == "done"
    assert imports.owed() == {"KERVADEC": 120_000, "LEGOFF": 80_000}


def test_of_two_ledgers_of_one_second_the_same_counts_whichever_comes_first() -> None:
    at = NOON + HOUR
    for names in (("a", "b"), ("b", "a")):
        imports = known()
        for name in names:
            body = PAID if name == "b" else UNPAID
            imports.run(imports.put(body, name, at=at, order=name))
        assert imports.owed() == {"KERVADEC": 0, "LEGOFF": 0}
        told = imports.world.store.import_report("a")
        assert told is not None
        assert told.state == ("done" if names[0] == "a" else "held")


def test_the_newest_ledger_is_not_held_when_its_message_comes_again_half_way() -> None:
    imports = known()
    upload = imports.put(PAID, "new", at=NOON + HOUR, order="7")
    imports.world.store.mark_ledger(NOON + HOUR, "7")
    report = imports.run(upload)
    assert report is not None
    assert report.state == "done"


def test_an_upload_of_an_unknown_hour_is_taken_as_it_comes() -> None:
    imports = known()
    upload = imports.put(PAID, "new").model_copy(update={"at": None})
    report = imports.run(upload)
    assert report is not None
    assert report.state == "done"
    assert imports.owed() == {"KERVADEC": 0, "LEGOFF": 0}


def test_the_hour_of_an_upload_is_that_of_its_event() -> None:
    event = {
        "time": "2025-03-09T10:11:12Z",
        "detail": {"object": {"key": "tenants/atelier/a.txt", "size": 3, "version-id": "v1"}},
    }
    found = parse_upload(event)
    assert found is not None
    assert found.at == datetime(2025, 3, 9, 10, 11, 12, tzinfo=UTC)


def test_two_first_imports_at_once_make_one_pair_and_one_account_each() -> None:
    for number in range(1, 60):
        world = World(with_terms(TENANT, 30))
        world.store = MemoryStore(world.store.tenant())  # without any scenario
        imports = Imports(world)

        def other(imports: Imports = imports) -> None:
            imports.run(imports.put(UNPAID, "other"))

        store = Crossed(world.store, other, number=number)
        imports.run(imports.put(UNPAID, "one"), store=store)
        if store.calls < number:
            return
        imports.deliver()
        assert len(world.store.scenarios()) == 2
        assert imports.owed() == {"KERVADEC": 120_000, "LEGOFF": 80_000}
    raise AssertionError("the import never ends")


def second_file(imports: Imports, first: Upload, body: bytes) -> Upload:
    """Send another file to the address that `first` was sent to."""
    imports.world.files.contents[first.key] = body
    return first.model_copy(update={"mark": "another version", "at": imports.now + HOUR})


def test_a_second_file_sent_to_the_same_address_is_an_import_of_its_own() -> None:
    imports = known()
    first = imports.put(UNPAID, "announced")
    imports.run(first)
    report = imports.run(second_file(imports, first, PAID))
    assert report is not None
    assert (report.id != "announced", report.state) == (True, "done")
    assert report.warnings == ("This is another file sent to the address of import announced.",)
    assert imports.owed() == {"KERVADEC": 0, "LEGOFF": 0}


def test_a_second_file_whose_event_comes_again_is_imported_once() -> None:
    imports = known()
    first = imports.put(UNPAID, "announced")
    imports.run(first)
    second = second_file(imports, first, PAID)
    report, again = imports.run(second), imports.run(second)
    assert report == again
    assert len(imports.world.store.imports(limit=9).entries) == 3


def test_a_second_file_sent_while_the_first_is_held_leaves_that_to_the_person() -> None:
    imports = known()
    cut = imports.put(UNPAID[:-60], "announced")
    assert imports.run(cut).state == "held"  # type: ignore[union-attr] # it has its turn
    report = imports.run(second_file(imports, cut, PAID))
    assert report is not None
    assert report.state == "done"
    held = imports.world.store.import_report("announced")
    assert held is not None
    assert held.state == "held"


def test_books_that_end_before_what_is_known_and_call_debts_open_are_held() -> None:
    """Last year's file, or last week's sent again: too few items for the share to tell."""
    imports = known()
    last_year = entry(1, "20241110", "LEGOFF", "Garage Le Goff", "OLD-1", "50,00")
    report = imports.take(ledger(*last_year), "2024")
    assert (report.state, [hold.reason for hold in report.holds]) == ("held", ["outdated"])
    assert "has nothing after 2024-11-10, and an open item of 2025-01-12" in report.holds[0].message
    assert imports.owed() == {"KERVADEC": 120_000, "LEGOFF": 80_000}


def test_an_older_copy_sent_again_is_held_though_it_was_uploaded_last() -> None:
    imports = known()
    since = entry(9, "20250308", "LEGOFF", "Garage Le Goff", "FA-9", "70,00")
    assert imports.take(PAID + "\r\n".join(since).encode(), "new").state == "done"
    report = imports.take(UNPAID, "last week's")
    assert (report.state, [hold.reason for hold in report.holds]) == ("held", ["outdated"])
    assert imports.owed() == {"KERVADEC": 0, "LEGOFF": 7_000}
    assert imports.confirm(report).state == "done"
    assert imports.owed() == {"KERVADEC": 120_000, "LEGOFF": 80_000}


def test_the_newest_invoice_may_be_taken_back_in_the_books() -> None:
    imports = known()
    later = entry(9, "20250220", "LEGOFF", "Garage Le Goff", "FA-9", "70,00")
    assert imports.take(ledger(*SALES, *later), "later").state == "done"
    assert imports.take(UNPAID, "taken back").state == "done"
    assert imports.owed() == {"KERVADEC": 120_000, "LEGOFF": 80_000}
