"""The ledger-uploads queue: S3's event becomes accounts and a report."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from functions.sync_ledger.handler import lambda_handler
from relance.app.ports import ImportReport
from tests.functions.workers.events import FakeLambdaContext, failures, object_created, sqs_batch
from tests.functions.workers.stage import LEDGERS, NIGHT, TENANT, Stage
from tests.local.ledgers import fec, payment, sale

KEY = f"tenants/{TENANT}/ventes été 2025.txt"
BOOKS = fec(
    sale("KERVADEC", "FA-1", date(2025, 1, 10), "1200,00"),
    sale("LEGOFF", "FA-2", date(2025, 1, 12), "800,00"),
    payment("LEGOFF", "VIR-1", date(2025, 2, 1), "300,00"),
)


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
