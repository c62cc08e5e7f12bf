"""What else arrives in the ledger bucket: lists of customers, and invoices' PDFs by number."""

from collections.abc import Callable
from datetime import date

import pytest

from functions.sync_ledger.handler import lambda_handler
from relance.app.invoice_files import invoice_key
from tests.functions.workers.events import FakeLambdaContext, failures, object_created, sqs_batch
from tests.functions.workers.stage import DEBTOR, LEDGERS, TENANT, Stage
from tests.local.ledgers import fec, sale

PDF = b"%PDF-1.7\nan invoice\n%%EOF\n"


@pytest.fixture
def company(stage: Stage) -> Stage:
    stage.sign_up()
    return stage


def arrive(stage: Stage, place: str, body: bytes) -> list[str]:
    key = f"tenants/{TENANT}/{place}"
    event = object_created(LEDGERS, key, stage.upload(key, body), len(body))
    return failures(lambda_handler(sqs_batch(event), FakeLambdaContext()))


def test_a_pdf_waits_for_the_ledger_that_brings_its_invoice(
    company: Stage, log: Callable[[], str]
) -> None:
    assert arrive(company, "invoices/fa-1.pdf", PDF) == []
    assert '"verdict":"invoice_file_waiting"' in log()
    assert company.documents() == {}
    assert company.store().imports(limit=9).entries == ()

    books = fec(sale("KERVADEC", "FA-1", date(2025, 1, 10), "1200,00"))
    assert arrive(company, "2025.txt", books) == []

    account = company.store().account("KERVADEC")
    assert account is not None
    assert company.documents() == {invoice_key(TENANT, account.items[0].id): PDF}
    (linked,) = company.store().invoice_files(linked=True, limit=9).entries
    assert linked.items == (account.items[0].id,)


def test_the_same_event_again_changes_nothing_and_names_are_not_logged(
    company: Stage, log: Callable[[], str]
) -> None:
    for _ in range(2):
        assert arrive(company, f"invoices/{DEBTOR.name}.pdf", b"no pdf") == []
    (kept,) = company.store().invoice_files(linked=False, limit=9).entries
    assert kept.state == "refused"
    assert DEBTOR.name not in log()


def test_a_list_of_customers_is_taken_in_from_its_folder(company: Stage) -> None:
    text = "Code;Nom;E-mail;Région\r\nC1;Le Port;port@example.com;Bretagne\r\n"
    assert arrive(company, "customers/liste.csv", text.encode("cp1252")) == []
    (report,) = company.store().imports(limit=9).entries
    assert (report.state, report.format, report.created) == ("done", "customers", 1)
    account = company.store().account("C1")
    assert account is not None
    assert account.customer.region == "Bretagne"
    assert account.customer.has_email
