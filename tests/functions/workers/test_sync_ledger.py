"""The ledger-uploads queue: S3's event becomes accounts and a report."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import boto3
import pytest

from functions.sync_ledger.handler import lambda_handler
from relance.app.import_report import ImportReport
from relance.app.uploads import MOST_BYTES, confirm_import
from relance.contracts.events import EventAmount, ImportCompleted, ImportHeld
from relance.contracts.http.imports import ImportDecided
from relance.contracts.uploads import ErasureGoesOn, ImportSweep, RetentionSweep, Upload
from relance.domain.customer import Customer, Erasure
from relance.domain.erasure import erased
from relance.runtime.wiring.sync_ledger import wired
from relance.store.attributes import encode
from relance.store.keys import scenario
from relance.store.records import VERSION
from tests.functions.workers.events import FakeLambdaContext, failures, object_created, sqs_batch
from tests.functions.workers.stage import LEDGERS, NIGHT, TABLE, TENANT, Stage
from tests.local.ledgers import fec, payment, sale

KEY = f"tenants/{TENANT}/ventes été 2025.txt"
BOOKS = fec(
    sale("KERVADEC", "FA-1", date(2025, 1, 10), "1200,00"),
    sale("LEGOFF", "FA-2", date(2025, 1, 12), "800,00"),
    payment("LEGOFF", "VIR-1", date(2025, 2, 1), "300,00"),
)

ERASURE = Erasure(on=NIGHT, author="anna", reason="asked")


def zipped(body: bytes) -> bytes:
    """Return a ZIP with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ledger.txt", body)
    return made.getvalue()


@pytest.fixture
def company(stage: Stage) -> Stage:
    stage.sign_up()
    return stage


def sync(*bodies: str) -> list[str]:
    return failures(lambda_handler(sqs_batch(*bodies), FakeLambdaContext()))


def reports(stage: Stage) -> tuple[ImportReport, ...]:
    return stage.store().imports(limit=10).entries


def test_an_uploaded_fec_becomes_accounts_and_a_report(company: Stage) -> None:
    version = company.upload(KEY, BOOKS)
    assert sync(object_created(LEDGERS, KEY, version, len(BOOKS))) == []
    (report,) = reports(company)
    assert (report.state, report.key, report.format) == ("done", KEY, "fec")
    assert (report.read, report.refused, report.customers) == (6, 0, 2)
    account = company.store().account("LEGOFF")
    assert account is not None
    assert sum(item.balance for item in account.items) == 500_00
    assert company.store().tenant().first_sync_on == NIGHT


def test_the_same_event_again_changes_nothing(company: Stage) -> None:
    event = object_created(LEDGERS, KEY, company.upload(KEY, BOOKS))
    sync(event)
    before = reports(company), company.store().account("KERVADEC")
    assert sync(event, event) == []
    assert (reports(company), company.store().account("KERVADEC")) == before


def test_the_version_that_the_event_names_is_read_not_the_newest(company: Stage) -> None:
    first = company.upload(KEY, BOOKS)
    company.upload(KEY, b"no ledger at all")
    sync(object_created(LEDGERS, KEY, first))
    assert [report.state for report in reports(company)] == ["done"]


def test_a_file_that_is_no_ledger_is_reported_and_not_tried_again(company: Stage) -> None:
    version = company.upload(KEY, b"%PDF-1.7 not a ledger")
    assert sync(object_created(LEDGERS, KEY, version)) == []
    (report,) = reports(company)
    assert report.state == "failed"
    assert report.error


def test_a_file_that_is_gone_is_reported_and_not_tried_again(company: Stage) -> None:
    assert sync(object_created(LEDGERS, KEY)) == []
    assert [report.state for report in reports(company)] == ["failed"]


@pytest.mark.parametrize("name", ["2025//ledger.txt", "a/../ledger.txt", "tab\there.txt"])
def test_a_file_under_a_name_that_is_not_read_is_reported_and_not_tried_again(
    company: Stage, name: str
) -> None:
    key = f"tenants/{TENANT}/{name}"
    assert sync(object_created(LEDGERS, key, company.upload(key, BOOKS))) == []
    (report,) = reports(company)
    assert report.state == "failed"
    assert report.error


def test_an_upload_that_the_api_announced_keeps_its_import_s_name(company: Stage) -> None:
    key = f"tenants/{TENANT}/uploads/imp-1/ledger.txt"
    now = datetime(2025, 3, 10, tzinfo=UTC)
    announced = ImportReport(id="imp-1", state="awaiting_upload", key=key, started_at=now)
    company.store().save_import(announced)
    sync(object_created(LEDGERS, key, company.upload(key, BOOKS)))
    assert [(report.id, report.state) for report in reports(company)] == [("imp-1", "done")]


@pytest.mark.parametrize(
    "key",
    [
        "ledger.txt",
        "tenants/ledger.txt",
        f"tenants/{TENANT}/",
        f"tenants/{TENANT}/2025/",
        f"other/{TENANT}/ledger.txt",
        "tenants/nobody/ledger.txt",
    ],
)
def test_a_key_that_is_no_company_s_is_no_error_and_changes_nothing(
    company: Stage, key: str, log: Callable[[], str]
) -> None:
    version = company.upload(key, BOOKS)
    assert sync(object_created(LEDGERS, key, version)) == []
    assert reports(company) == ()
    assert '"verdict":"not_a_tenants"' in log()


def test_a_batch_with_one_bad_message_reports_only_that_one(company: Stage) -> None:
    good = object_created(LEDGERS, KEY, company.upload(KEY, BOOKS))
    assert sync("no event", good, '{"detail": {}}', "[]") == ["m1", "m3", "m4"]
    assert [report.state for report in reports(company)] == ["done"]


def test_the_log_counts_rows_and_items(company: Stage, log: Callable[[], str]) -> None:
    sync(object_created(LEDGERS, KEY, company.upload(KEY, BOOKS)))
    text = log()
    assert '"rows":6' in text
    assert '"items_created":3' in text


def confirm(company: Stage, identifier: str) -> None:
    """Say yes to a held import, as the API does."""
    confirm_import(
        identifier,
        ImportDecided(reason="year's end"),
        author="anne@example.com",
        store=company.store(),
        jobs=wired().jobs,
        now=datetime.now(UTC),
    )


def test_a_cut_ledger_is_held_counted_and_told_of_and_changes_nothing(
    company: Stage, log: Callable[[], str]
) -> None:
    cut = BOOKS[:-30]
    assert sync(object_created(LEDGERS, KEY, company.upload(KEY, cut))) == []
    (report,) = reports(company)
    assert report.state == "held"
    assert company.store().customers(limit=9).entries == ()
    assert '"imports_held":[1.0]' in log()
    [event] = company.heard()
    assert isinstance(event, ImportHeld)
    assert (event.tenant, event.import_id, event.reasons) == (TENANT, report.id, ("cut",))


def test_a_held_ledger_that_is_confirmed_is_read_again_and_taken_in(company: Stage) -> None:
    sync(object_created(LEDGERS, KEY, company.upload(KEY, BOOKS[:-30])))
    company.upload(KEY, b"another version")
    [held] = reports(company)
    confirm(company, held.id)
    assert sync(*company.waiting("uploads")) == []
    ended = company.store().import_report(held.id)
    assert ended is not None
    assert (ended.state, ended.decision and ended.decision.reason) == ("partial", "year's end")
    assert company.store().account("KERVADEC") is not None


def test_how_an_import_ended_is_told_on_the_bus_once(company: Stage) -> None:
    event = object_created(LEDGERS, KEY, company.upload(KEY, BOOKS))
    sync(event, event)
    [told] = company.heard()
    assert isinstance(told, ImportCompleted)
    assert (told.state, told.rows, told.created) == ("done", 6, 3)
    [amount] = told.amounts
    assert amount.open_after == EventAmount(amount="1700.00", currency="EUR")
    [report] = reports(company)
    assert report.told
    assert report.ended_at is not None


def test_a_file_whose_turn_has_not_come_goes_back_on_its_queue(company: Stage) -> None:
    now = datetime.now(UTC)
    assert company.store().take_turn("another", now=now, until=now + timedelta(minutes=1))
    assert sync(object_created(LEDGERS, KEY, company.upload(KEY, BOOKS))) == []
    assert reports(company) == ()
    assert company.put_back("uploads") == 1


def test_an_import_without_time_left_goes_on_with_the_same_message(company: Stage) -> None:
    event = sqs_batch(object_created(LEDGERS, KEY, company.upload(KEY, BOOKS)))
    assert failures(lambda_handler(event, FakeLambdaContext(remaining_ms=20_000))) == []
    assert [report.state for report in reports(company)] == ["running"]
    assert company.heard() == []
    assert sync(*company.waiting("uploads")) == []
    assert [(report.state, report.created) for report in reports(company)] == [("done", 3)]


def test_the_sweep_ends_an_import_that_nobody_works_on(
    company: Stage, log: Callable[[], str]
) -> None:
    begun = datetime.now(UTC) - timedelta(hours=4)
    company.store().save_import(
        ImportReport(id="gone", state="running", key=KEY, started_at=begun, heard_at=begun)
    )
    assert sync(ImportSweep().model_dump_json()) == []
    assert [report.state for report in reports(company)] == ["failed"]
    assert '"imports_failed":[1.0]' in log()
    assert [event.type for event in company.heard()] == ["import.failed"]


def test_refused_rows_are_kept_to_be_corrected(company: Stage) -> None:
    bad = BOOKS.replace(b"20250112", b"20250142")
    sync(object_created(LEDGERS, KEY, company.upload(KEY, bad)))
    [report] = reports(company)
    assert report.refused
    [(key, body)] = company.documents().items()
    assert key == report.refused_file == f"tenants/{TENANT}/imports/{report.id}/refused.csv"
    assert b"20250142" in body


def test_a_huge_file_is_refused_before_it_is_read(company: Stage) -> None:
    version = company.upload(KEY, BOOKS)
    sync(object_created(LEDGERS, KEY, version, MOST_BYTES + 1))
    [report] = reports(company)
    assert report.state == "failed"
    assert str(MOST_BYTES + 1) in report.error
    assert company.store().customers(limit=9).entries == ()


@pytest.mark.parametrize("pack", [gzip.compress, zipped], ids=["gzip", "zip"])
def test_a_bomb_is_refused_unopened(company: Stage, pack: Callable[[bytes], bytes]) -> None:
    sync(object_created(LEDGERS, KEY, company.upload(KEY, pack(bytes(20_000_000)))))
    [report] = reports(company)
    assert report.state == "failed"
    assert "export the ledger as text" in report.error


def test_a_message_for_a_file_of_another_company_is_refused_and_changes_nothing(
    company: Stage,
) -> None:
    company.sign_up("rival")
    version = company.upload("tenants/rival/books.txt", BOOKS)
    upload = Upload(
        tenant=TENANT, key="tenants/rival/books.txt", version=version, size=9, import_id="theirs"
    )
    assert sync(upload.model_dump_json()) == []
    [report] = reports(company)
    assert report.state == "failed"
    assert "not one of this tenant's" in report.error
    assert [event.tenant for event in company.heard()] == [TENANT]
    for tenant in (TENANT, "rival"):
        assert company.store(tenant).customers(limit=9).entries == ()


def test_what_is_kept_no_longer_is_deleted_for_each_company(
    company: Stage, log: Callable[[], str]
) -> None:
    company.upload(KEY, b"old")
    company.upload("tenants/rival/a.txt", b"another's, who never signed up")
    assert sync(RetentionSweep().model_dump_json()) == []
    [message] = company.waiting("uploads")
    assert RetentionSweep.model_validate_json(message) == RetentionSweep(tenant=TENANT)
    assert sync(message) == []
    assert '"files":0' in log()
    # The bucket's own clock is the system's.
    company.set_clock(f"{NIGHT + timedelta(days=36_500)}T06:00:00+00:00")
    assert sync(message) == []
    assert '"files":1' in log()


def test_who_is_written_and_gets_no_next_date_is_logged_by_its_id_and_counted(
    company: Stage, log: Callable[[], str]
) -> None:
    for code in ("KERVADEC", "LEGOFF"):
        company.store().save_customer(Customer(id=code, code=code, name="Yvonne"))
    key = f"tenants/{TENANT}/customers/list.csv"
    version = company.upload(key, b"Code,Name\nKERVADEC,Other\n")
    leaves = erased(company.store().customers_named(["LEGOFF"])["LEGOFF"], ERASURE)
    company.store().save_customer(leaves)
    # No decision can be made by a scenario that can't be read.
    broken = {**scenario(TENANT, "broken")._asdict(), "v": VERSION, "body": {"id": "broken"}}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=encode(broken))

    assert sync(object_created(LEDGERS, key, version, 30)) == []
    told = log()
    assert company.store().customers_named(["KERVADEC"])["KERVADEC"].name == "Other"
    assert ('"customer":"KERVADEC"' in told, '"customers_failed":[1.0]' in told) == (True, True)

    goes_on = ErasureGoesOn(tenant=TENANT, customer="LEGOFF")
    assert sync(goes_on.model_dump_json()) == []
    told = log()
    assert ('"customer":"LEGOFF"' in told, '"customers_failed":[1.0]' in told) == (True, True)
    assert "Yvonne" not in told
    done = company.store().customers_named(["LEGOFF"])["LEGOFF"].erasure
    assert done is not None
    assert done.done
