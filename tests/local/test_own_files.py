"""A company's own files on the deployed stack: invoices go with e-mails, its logo on letters."""

import io
from datetime import date, timedelta
from email import message_from_bytes, policy

import httpx
import pypdf

from tests.local.company import Company
from tests.local.ledgers import fec, sale
from tests.unit.messages.pictures import png

ISSUED, DUE = date(2025, 2, 1), date(2025, 3, 3)
NIGHT = DUE + timedelta(days=8)
INVOICE = b"%PDF-1.4 the invoice itself"


def document(company: Company, customer: str) -> bytes:
    """Return the exact bytes of the one message that went to a customer."""
    (action,) = company.actions(customer)
    url = company.api.get(f"/actions/{action['id']}")["document_url"]
    return httpx.get(url, trust_env=False, timeout=10).content


def test_the_pdf_that_a_company_stores_for_an_invoice_goes_with_its_reminder(
    company: Company,
) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("FILED")
    company.upload(fec(sale("FILED", "FA-9", ISSUED, "80,00")))
    company.change_first_reminder(attachments="level")
    (item,) = company.api.every("/customers/FILED/items")
    form = company.api.post(f"/items/{item['id']}/document", {})
    sent = httpx.post(
        form["url"],
        data=form["fields"],
        files={"file": ("FA-9.pdf", INVOICE, "application/pdf")},
        trust_env=False,
        timeout=10,
    )
    sent.raise_for_status()
    company.night(NIGHT)
    mail = message_from_bytes(document(company, "FILED"), policy=policy.default)
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("FA-9.pdf", INVOICE)


def test_a_company_s_logo_is_printed_on_its_letters(company: Company) -> None:
    company.night(date(2025, 3, 1))
    picture = png(300, 120)
    answer = company.http.put(
        "/v1/tenant/logo", content=picture, headers={"Content-Type": "image/png"}
    )
    assert answer.status_code < 300, answer.text
    company.add_customer("DRAWN", email=False)
    company.upload(fec(sale("DRAWN", "FA-8", ISSUED, "80,00")))
    company.night(NIGHT)
    page = pypdf.PdfReader(io.BytesIO(document(company, "DRAWN"))).pages[0]
    assert (300, 120) in [each.image.size for each in page.images if each.image]
