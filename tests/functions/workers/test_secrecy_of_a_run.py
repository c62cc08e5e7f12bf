"""From the ledger to the erasure, through every function: no log line says who a debtor is (H4)."""

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest

from functions.api.handler import _app
from functions.api.handler import lambda_handler as api
from functions.plan_tenant.handler import lambda_handler as plan_tenant
from functions.planner.handler import lambda_handler as planner
from functions.record_feedback.handler import lambda_handler as record_feedback
from functions.render_letter.handler import lambda_handler as render_letter
from functions.send_email.handler import lambda_handler as send_email
from functions.send_sms.handler import lambda_handler as send_sms
from functions.sync_ledger.handler import lambda_handler as sync_ledger
from relance.contracts.uploads import ErasureGoesOn
from relance.domain.scenario import Channel
from tests.functions.workers.events import (
    FakeLambdaContext,
    object_created,
    scheduled,
    sqs_batch,
)
from tests.functions.workers.stage import DEBTOR, LEDGERS, NIGHT, TENANT, Stage
from tests.functions.workers.test_record_feedback import news
from tests.functions.workers.test_secrecy import spoil
from tests.infra.assembly import FUNCTIONS

LABEL = "Réfection du pignon de la veuve"
NOTE = "sa belle-soeur rappellera mardi"
CONTEXT = FakeLambdaContext()


@pytest.fixture(autouse=True)
def fresh_api() -> None:
    """The API is wired by no test before."""
    _app.cache_clear()


class Caller:
    """A program of the company's that uses the API."""

    def __init__(self, stage: Stage) -> None:
        self.key = stage.program_key("read", "collect", "import", "settings")

    def __call__(self, method: str, path: str, body: Any = None, *, query: str = "") -> Any:
        """Send a request; return the status and the body."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "stage": "$default",
                "requestId": "request-1",
                "http": {"method": method, "path": path},
            },
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = api(event, None)
        return answer["statusCode"], json.loads(answer["body"] or "null")


def nights(stage: Stage) -> None:
    """Run the night, from its event to all three kinds of messages."""
    planner(scheduled(f"{NIGHT}T01:00:00Z"), CONTEXT)
    plan_tenant(sqs_batch(*stage.waiting("plan")), CONTEXT)
    for queue, worker in (
        ("email", send_email),
        ("sms", send_sms),
        ("letter", render_letter),
    ):
        if bodies := stage.waiting(queue):
            worker(sqs_batch(*bodies), CONTEXT)


def ledger(stage: Stage) -> None:
    """Take a list of open items in, one of whose rows is bad."""
    rows = (
        "Numéro Facture;Client;Date Émission;Date Échéance;Montant TTC;Reste à Payer;Libellé",
        f"FA-9;{DEBTOR.company};01/02/2025;28/02/2025;100,00;100,00;{LABEL}",
        f"FA-8;{DEBTOR.name};01/02/2025;{DEBTOR.email};{DEBTOR.phone};100,00;{LABEL}",
    )
    key = f"tenants/{TENANT}/{DEBTOR.company}.csv"
    body = "\r\n".join(rows).encode()
    sync_ledger(sqs_batch(object_created(LEDGERS, key, stage.upload(key, body))), CONTEXT)


def people(call: Caller) -> None:
    """Do what people do with the debtor's data, well and badly."""
    contact = {"name": DEBTOR.name, "email": DEBTOR.email, "phone": DEBTOR.phone, "main": True}
    address = {"lines": [DEBTOR.street], "postal_code": "29200", "city": "Brest"}
    whole = {"code": "N1", "name": DEBTOR.company, "contacts": [contact], "address": address}
    assert call("POST", "/v1/customers", whole)[0] == 201
    assert call("POST", "/v1/customers", whole)[0] == 409
    assert call("POST", "/v1/customers", {**whole, "country": DEBTOR.name})[0] == 422
    assert call("POST", "/v1/customers", {DEBTOR.email: NOTE})[0] == 422
    bad = {"name": DEBTOR.name, "phone": DEBTOR.email}
    assert call("POST", "/v1/customers/N1/contacts", bad)[0] == 422
    assert call("GET", f"/v1/customers/{DEBTOR.email}")[0] == 404
    assert call("GET", f"/v1/{DEBTOR.email}")[0] == 404
    assert call("GET", "/v1/customers", query=f"code={DEBTOR.email}")[0] in (200, 422)
    assert call("POST", "/v1/opt-outs", {"number": DEBTOR.phone, "reason": NOTE})[0] == 201
    assert call("POST", "/v1/customers/N1/stops", {"reason": NOTE})[0] == 201
    assert call("GET", "/v1/customers/C1/personal-data")[0] == 200


def words_of(message: bytes) -> set[str]:
    """Return the subject and the sentences of a mail."""
    mail = message_from_bytes(message, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    lines = {line.strip() for line in str(body.get_content()).splitlines()}
    return {line for line in {*lines, str(mail["Subject"])} if len(line) > 20}


def test_a_whole_run_names_nobody(stage: Stage, log: Callable[[], str]) -> None:
    stage.sign_up()
    stage.send_reminders_by(Channel.EMAIL)
    stage.add_debtor("C1")
    stage.add_debtor("C2", email=None)
    stage.set_clock(f"{NIGHT}T12:00:00+00:00")
    call = Caller(stage)
    nights(stage)
    [mail] = stage.mails()
    written_mail = mail.raw_data.encode()
    record_feedback(sqs_batch(news(stage, "delivery"), news(stage, "complaint")), CONTEXT)
    stage.send_reminders_by(Channel.SMS)
    stage.add_debtor("C3")
    nights(stage)
    assert len(stage.texts()) == 1
    call_done(stage, call)
    people(call)
    ledger(stage)
    for customer in ("C1", "N1"):
        asked = {"reason": NOTE, "despite_debts": True}
        path = f"/v1/customers/{customer}/erasure"
        assert call("POST", path, asked)[1]["done"]
    sync_ledger(sqs_batch(*erasures(stage)), CONTEXT)
    spoil(customer="C3")
    assert call("GET", "/v1/customers/C3")[0] == 500

    text = log()
    functions = {service for service in FUNCTIONS if f'"service":"{service}"' in text}
    assert functions == set(FUNCTIONS)
    [(_, sms)] = stage.texts()
    plain = DEBTOR.phone.removeprefix("+")
    secrets = {*DEBTOR.secrets, plain, LABEL, NOTE, sms, call.key, call.key.rpartition("_")[2]}
    secrets |= words_of(written_mail)
    lowered = text.casefold()
    unquoted = lowered.encode().decode("unicode_escape", errors="ignore")
    assert [each for each in secrets if each.casefold() in lowered or each in unquoted] == []


def erasures(stage: Stage) -> list[str]:
    """Return the messages that see to it that erasures end; they are shown only later."""
    goes_on = (ErasureGoesOn(tenant=TENANT, customer=each) for each in ("C1", "N1", "C9"))
    assert stage.put_back("uploads") == 2
    return [each.model_dump_json() for each in goes_on]


def call_done(stage: Stage, call: Caller) -> None:
    """Open a call about C4 and note on it what was said."""
    stage.send_reminders_by(Channel.CALL)
    stage.add_debtor("C4")
    nights(stage)
    (action,) = stage.history("C4")
    body = {"result": "reached", "note": NOTE}
    assert call("POST", f"/v1/actions/{action.id}/completion", body)[0] == 200
