"""What an e-mail carries, from its step and templates to the bytes that left and are kept."""

import io
import json
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import boto3
import pytest
import requests
from moto.ses.models import RawMessage
from pypdf import PdfReader

from functions.api.handler import lambda_handler as api
from functions.send_email.handler import lambda_handler
from functions.send_sms.handler import lambda_handler as send_sms
from relance.app.invoice_files import MOST_ATTACHED_BYTES, invoice_key
from relance.cli.operator import main as operate
from relance.domain.actions import ActionState
from relance.domain.customer import Contact
from relance.domain.scenario import Attachments, Channel, Step, StepKey
from relance.domain.wording import OwnTemplate, Wording
from tests.fakes.world import invoice
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import (
    DEBTOR,
    DOCUMENTS,
    DUE,
    SENDER,
    TABLE,
    TENANT,
    Stage,
    due_job,
)

PDF = b"%PDF-1.7 an invoice"
OWN = OwnTemplate(
    id="le-notre",
    name="Le nôtre",
    wordings={
        "en": Wording(subject="English", opening="Hello."),
        "fr": Wording(
            subject="Compte {{ customer.code }}",
            opening="Nos propres mots & <i>signes</i>.",
            sms="Court : {{ payable }}",
        ),
    },
    sender_name="Claire Bréhat",
    sender_email="claire@atelier.example.com",
)


@pytest.fixture
def debtor(stage: Stage) -> Stage:
    """One customer whose first reminder is due tonight."""
    stage.sign_up()
    stage.add_debtor()
    return stage


def change_step(stage: Stage, **changes: Any) -> None:
    """Change the first reminder of customers with an e-mail address."""
    store = stage.store()
    current = next(each for each in store.scenarios() if each.with_email)

    def changed(step: Step) -> Step:
        return replace(step, **changes) if step.key is StepKey.R1 else step

    steps = tuple(changed(step) for step in current.steps)
    store.add_scenario_version(replace(current, version=current.version + 1, steps=steps))


def put_invoice(stage: Stage, body: bytes = PDF) -> str:
    """Store the PDF of the only invoice, and return its key."""
    account = stage.store().account("C1")
    assert account is not None
    key = invoice_key(TENANT, account.items[0].id)
    boto3.client("s3").put_object(Bucket=DOCUMENTS, Key=key, Body=body)
    return key


def sent(stage: Stage) -> tuple[RawMessage, EmailMessage]:
    """Let the mail leave; return it as SES took it, and read."""
    assert failures(lambda_handler(sqs_batch(due_job(stage)), FakeLambdaContext())) == []
    (mail,) = stage.mails()
    return mail, message_from_bytes(mail.raw_data.encode(), policy=policy.default)


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_invoice_goes_along_when_its_step_says_so(debtor: Stage) -> None:
    change_step(debtor, attachments=Attachments.LEVEL)
    put_invoice(debtor)
    _, mail = sent(debtor)
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("FA-C1.pdf", PDF)
    assert "Vous trouverez en pièce jointe la facture FA-C1." in plain(mail)
    assert debtor.history()[0].reason is None


@pytest.mark.parametrize("which", [Attachments.ALL, Attachments.OVERDUE])
def test_all_or_the_overdue_invoices_go_along(debtor: Stage, which: Attachments) -> None:
    change_step(debtor, attachments=which)
    put_invoice(debtor)
    assert len(list(sent(debtor)[1].iter_attachments())) == 1


def test_without_the_wish_no_file_goes_along(debtor: Stage) -> None:
    put_invoice(debtor)
    _, mail = sent(debtor)
    assert list(mail.iter_attachments()) == []
    assert "pièce jointe" not in plain(mail)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (None, "no file, or one too large"),
        (b"<html>not found</html>", "no PDF"),
        (b"%PDF-" + bytes(6 * 1024 * 1024), "no file, or one too large"),
    ],
)
def test_a_file_that_cannot_go_along_never_stops_the_mail(
    debtor: Stage, body: bytes | None, why: str
) -> None:
    change_step(debtor, attachments=Attachments.LEVEL)
    if body is not None:
        put_invoice(debtor, body)
    _, mail = sent(debtor)
    assert list(mail.iter_attachments()) == []
    assert "pièce jointe" not in plain(mail)
    (action,) = debtor.history()
    assert (action.state, action.reason) == (ActionState.SENT, f"not attached: FA-C1 ({why})")


def test_what_finds_no_room_is_left_out_and_told(debtor: Stage) -> None:
    change_step(debtor, attachments=Attachments.LEVEL)
    store = debtor.store()
    account = store.account("C1")
    assert account is not None
    more = [invoice("C1", f"FB-{number}", due=DUE) for number in (1, 2)]
    store.apply_sync(account.customer, put=more, import_id="test")
    large = PDF + bytes(MOST_ATTACHED_BYTES // 2)
    for item in (*account.items, *more):
        key = invoice_key(TENANT, item.id)
        boto3.client("s3").put_object(Bucket=DOCUMENTS, Key=key, Body=large)
    raw, mail = sent(debtor)
    assert len(list(mail.iter_attachments())) == 1
    (action,) = debtor.history()
    assert action.reason is not None
    assert action.reason.count("no room") == 2
    assert len(raw.raw_data) < 10 * 1024 * 1024


def test_another_debtor_s_invoice_of_the_same_number_never_goes_along(debtor: Stage) -> None:
    change_step(debtor, attachments=Attachments.ALL)
    other = debtor.add_debtor("C2", email="else@example.com")
    theirs = invoice(other.id, "FA-C1", due=DUE)
    key = invoice_key(TENANT, theirs.id)
    boto3.client("s3").put_object(Bucket=DOCUMENTS, Key=key, Body=PDF)
    assert failures(lambda_handler(sqs_batch(due_job(debtor)), FakeLambdaContext())) == []
    (mail,) = debtor.mails()
    assert set(mail.destinations) == {DEBTOR.email}
    read = message_from_bytes(mail.raw_data.encode(), policy=policy.default)
    assert list(read.iter_attachments()) == []


def test_the_company_s_own_words_leave_in_the_reader_s_language(debtor: Stage) -> None:
    debtor.store().save_template(OWN)
    change_step(debtor, template=OWN.id)
    _, mail = sent(debtor)
    assert mail["Subject"] == "Compte C1"
    assert "Nos propres mots & <i>signes</i>." in plain(mail)
    page = mail.get_body(("html",))
    assert page is not None
    assert "Nos propres mots &amp; &lt;i&gt;signes&lt;/i&gt;." in page.get_content()
    assert mail["From"] == f"Claire Bréhat <{SENDER}>"
    assert mail["Reply-To"] == "Claire Bréhat <claire@atelier.example.com>"


def test_the_company_s_own_words_leave_by_text_message(debtor: Stage) -> None:
    debtor.store().save_template(OWN)
    change_step(debtor, template=OWN.id, channel=Channel.SMS)
    debtor.set_clock("2025-03-10T10:00:00+00:00")
    job = due_job(debtor, "sms")
    assert failures(send_sms(sqs_batch(job), FakeLambdaContext())) == []
    ((_, text),) = debtor.texts()
    assert text.startswith("Court : ")


def test_a_template_that_fails_waits_for_someone_with_its_name_and_line(debtor: Stage) -> None:
    broken = replace(OWN, wordings={"fr": Wording(subject="x", opening="\n{{ legal.interest }}")})
    debtor.store().save_template(broken)
    change_step(debtor, template=OWN.id)
    assert failures(lambda_handler(sqs_batch(due_job(debtor)), FakeLambdaContext())) == []
    (action,) = debtor.history()
    assert (action.state, debtor.mails()) == (ActionState.FAILED, [])
    assert action.reason is not None
    assert action.reason.startswith("the template 'Le nôtre' fails in its opening, line 2: ")


def test_a_template_that_is_gone_waits_for_someone(debtor: Stage) -> None:
    change_step(debtor, template="gone")
    assert failures(lambda_handler(sqs_batch(due_job(debtor)), FakeLambdaContext())) == []
    (action,) = debtor.history()
    assert (action.state, action.reason) == (
        ActionState.FAILED,
        "there is no template named 'gone'",
    )


def test_the_statement_of_the_account_goes_along_where_the_step_asks_for_it(
    debtor: Stage,
) -> None:
    change_step(debtor, statement=True)
    _, mail = sent(debtor)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Relevé de compte C1.pdf"
    text = PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()
    assert "Relevé de votre compte au" in text
    words = mail.get_body(("plain",))
    assert words is not None
    assert "Le relevé de votre compte est joint" in words.get_content()


def test_copies_go_to_the_roles_and_addresses_of_the_step(debtor: Stage) -> None:
    store = debtor.store()
    account = store.account("C1")
    assert account is not None
    boss = Contact(id="c2", name="Boss", role="management", email="boss@example.com")
    customer = account.customer
    store.save_customer(replace(customer, contacts=(*customer.contacts, boss)))
    change_step(debtor, cc_roles=("management",), cc=("partner@example.org",))
    raw, mail = sent(debtor)
    assert mail["To"] == DEBTOR.email
    assert mail["Cc"] == "boss@example.com, partner@example.org"
    assert set(raw.destinations) == {DEBTOR.email, "boss@example.com", "partner@example.org"}


def test_mail_leaves_from_an_address_that_the_operator_verified(debtor: Stage) -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity="atelier.example.com")
    assert send_from(debtor, "factures@atelier.example.com") == 0
    raw, mail = sent(debtor)
    assert raw.source == "factures@atelier.example.com"
    assert mail["From"] == "Atelier Bréhat <factures@atelier.example.com>"


def test_what_is_no_address_is_no_sender_and_without_one_it_is_the_platforms(
    debtor: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert send_from(debtor, "factures@atelier.example.com") == 0
    assert send_from(debtor, "factures") == 1
    assert "must have an @-sign" in capsys.readouterr().err
    assert debtor.store().tenant().verified_sender == "factures@atelier.example.com"
    assert send_from(debtor) == 0
    raw, _ = sent(debtor)
    assert raw.source == debtor.environment["RELANCE_PLATFORM_SENDER"]


def send_from(stage: Stage, *address: str) -> int:
    """Set where the company's mail leaves from, as the operator does."""
    plan_queue = stage.environment["RELANCE_PLAN_QUEUE"]
    return operate(["--table", TABLE, "--plan-queue", plan_queue, "sender", TENANT, *address])


def test_the_code_and_the_link_to_pay_are_in_the_mail(debtor: Stage) -> None:
    store = debtor.store()
    link = "https://pay.example.com/?a={amount}"
    iban = "FR7630006000011234567890189"
    store.save_tenant(replace(store.tenant(), payment_link=link, iban=iban))
    _, mail = sent(debtor)
    assert "https://pay.example.com/?a=1200.00" in plain(mail)
    pictures = [each for each in mail.walk() if each.get_content_type() == "image/png"]
    assert len(pictures) == 1


def test_the_exact_bytes_that_left_can_be_fetched_by_the_api(debtor: Stage) -> None:
    """The evidence, from the provider's mailbox back to whoever asks for it."""
    raw, _ = sent(debtor)
    (action,) = debtor.history()
    told = ask(f"/v1/actions/{action.id}", key=debtor.program_key("read"))
    fetched = requests.get(told["document_url"], timeout=10)
    assert fetched.status_code == 200
    assert fetched.content == raw.raw_data.encode()
    assert fetched.headers["Content-Disposition"] == "attachment"


def ask(path: str, *, key: str) -> dict[str, Any]:
    """Ask the deployed API's function with a program's key."""
    event = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"authorization": f"Bearer {key}"},
        "requestContext": {
            "stage": "$default",
            "requestId": "request-1",
            "http": {"method": "GET", "path": path},
        },
        "isBase64Encoded": False,
    }
    answer = api(event, FakeLambdaContext())
    assert answer["statusCode"] == 200
    body: dict[str, Any] = json.loads(answer["body"])
    return body
