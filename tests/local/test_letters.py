"""Letters on the deployed stack: posted by a provider that tells of them, or printed by hand."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from infra.settings import LOCAL_POSTAL_API
from relance.cli.progress import wait_until
from tests.fakes.postal import Maileva
from tests.fakes.postal_server import running_maileva
from tests.local.company import PATIENCE, Company
from tests.local.ledgers import fec, sale

ISSUED, DUE = date(2025, 2, 1), date(2025, 3, 3)
NIGHT = DUE + timedelta(days=8)
CALLBACK = ("maileva", "of-this-callback-only")
ACCOUNT = {
    "provider": "maileva",
    "client_id": "relance",
    "client_secret": "of-this-client-only",
    "notify": "post@atelier.example.com",
    "sender": {
        "name": "Atelier Bréhat",
        "lines": ["12 quai du Port"],
        "postal_code": "29200",
        "city": "Brest",
    },
    "callback_name": CALLBACK[0],
    "callback_password": CALLBACK[1],
}


@pytest.fixture
def maileva() -> Iterator[Maileva]:
    """The provider, where functions of the local stage look for it."""
    with running_maileva(port=int(LOCAL_POSTAL_API.rpartition(":")[2])) as running:
        yield running


def owing(company: Company, code: str) -> None:
    """Let a debtor without an e-mail address owe one invoice whose first reminder goes tonight."""
    company.night(date(2025, 3, 1))
    company.add_customer(code, email=False)
    company.upload(fec(sale(code, f"FA-{code}", ISSUED, "80,00")))
    company.night(NIGHT)


def news(action: dict[str, Any], event: str) -> dict[str, Any]:
    """Return what the provider tells of a letter."""
    sending = action["reference"].partition("/")[2]
    return {
        "source": "mail",
        "event_type": event,
        "resource_type": "mail/v2/sendings",
        "resource_id": sending,
        "event_date": "2025-03-12T09:30:00+01:00",
        "resource_custom_data": action["id"],
    }


def test_a_letter_is_posted_by_the_provider_whose_news_and_proof_come_back(
    company: Company, maileva: Maileva
) -> None:
    answer = company.http.put("/v1/postal-account", json={"account": ACCOUNT})
    assert answer.status_code == 200, answer.text
    assert "only" not in answer.text
    owing(company, "LETTY")
    company.night(NIGHT)
    (letter,) = company.actions("LETTY")
    assert (letter["state"], letter["completed_on"]) == ("sent", str(NIGHT))
    assert len(maileva.posted) == 1
    maileva.only().proofs["deposit"] = b"%PDF-1.7 posted"
    told = news(letter, "ON_DEPOSIT_PROOF_RECEIVED")
    callback = answer.json()["callback"]
    with company.stack.http() as provider:
        assert provider.post(callback, json=told).status_code == 401
        assert provider.post(callback, json=told, auth=("maileva", "no")).status_code == 401
        assert provider.post(callback, json=told, auth=CALLBACK).status_code == 204

    def proved() -> Any:
        found = company.http.get(f"/v1/actions/{letter['id']}/carriage")
        return found.json() if found.status_code == 200 and found.json()["proofs"] else None

    carriage = wait_until(proved, seconds=PATIENCE)
    assert carriage is not None, "the news were not recorded"
    assert carriage["state"] == "posted"
    (proof,) = carriage["proofs"]
    fetched = httpx.get(proof["url"], trust_env=False, timeout=10)
    assert fetched.content == b"%PDF-1.7 posted"


def test_a_day_s_letters_are_printed_in_one_file_and_marked_posted_together(
    company: Company,
) -> None:
    room = {"account": {"provider": "print_room", "duplex": False}}
    assert company.http.put("/v1/postal-account", json=room).status_code == 200
    owing(company, "HAND")
    company.http.post("/v1/letters/batches", json={"on": str(NIGHT)}).raise_for_status()

    def made() -> Any:
        batch = company.http.get(f"/v1/letters/batches/{NIGHT}").json()
        return batch if batch["done"] else None

    batch = wait_until(made, seconds=PATIENCE)
    assert batch is not None, "the letters were not put together"
    (file,) = batch["files"]
    assert httpx.get(file, trust_env=False, timeout=10).content.startswith(b"%PDF-")
    answer = company.http.post("/v1/letters/posted", json={"actions": batch["letters"]})
    assert [each["posted"] for each in answer.json()["outcomes"]] == [True]
    (letter,) = company.actions("HAND")
    assert letter["state"] == "done"
    assert company.http.delete("/v1/postal-account").status_code == 204
