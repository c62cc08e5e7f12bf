"""Real, pseudonymised ledgers, where the machine has them: nobody is chased for nothing."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance.domain.identifiers import customer_id
from tests.local.company import Company

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "fec"
# Only what is there: without the folder there is no case, and nothing to skip.
LEDGERS = sorted(path for path in _FOLDER.glob("*.[tT][xX][tT]")) if _FOLDER.is_dir() else []


def balances(ledger: Path) -> dict[str, Any]:
    """Return the true balances of a ledger's customers, by account code."""
    known = json.loads((ledger.parent / "balances_411.json").read_text())[ledger.name]
    return {
        account.partition("/")[2] or account.partition("/")[0]: facts
        for account, facts in known["customers"].items()
    }


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda path: path.stem)
def test_a_real_ledger_in_the_bucket_gives_true_balances_and_chases_only_who_owes(
    company: Company, ledger: Path
) -> None:
    body = ledger.read_bytes()
    expected = balances(ledger)
    day = date(2025, 3, 1)
    company.night(day)
    company.api.patch("/tenant", {"terms": {"days": 30, "base": "net"}})
    for code in expected:
        company.add_customer(code)
    report = company.put_in_bucket(body, ledger.name)
    assert report["state"] == "done", report
    for code, facts in expected.items():
        shown = company.api.get(f"/customers/{customer_id(code)}")["balances"]
        total = sum((Decimal(each["balance"]["amount"]) for each in shown), Decimal())
        assert total == Decimal(facts["balance"]), code
    for days in (1, 9, 17):
        company.night(date(2025, 3, 1 + days))
        company.close_what_waits()
    in_debit = {code for code, facts in expected.items() if Decimal(facts["balance"]) > 0}
    for code in expected.keys() - in_debit:
        done = company.actions(customer_id(code))
        assert [each for each in done if each["step"] != "matching"] == [], code
    assert company.mails_to(expected.keys() - in_debit) == []
    assert company.mails_to(in_debit), "somebody owes money and is reminded"
