"""Real ledgers, where they lie beside the checkout: balances to the cent."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance.ledger.ledger import Ledger
from relance.ledger.read import read_ledger
from tests.unit.ledger.books import REAL

_EXPECTED: dict[str, Any] = (
    json.loads((REAL / "balances_411.json").read_text()) if REAL.is_dir() else {}
)


def read_file(path: Path) -> Ledger:
    with path.open("rb") as file:
        return read_ledger(iter(lambda: file.read(65536), b""), mappings={})


@pytest.mark.parametrize("name", _EXPECTED)
def test_every_customers_residuals_add_up_to_its_true_balance(name: str) -> None:
    ledger = read_file(REAL / name)
    true = {
        (auxiliary or general): Decimal(facts["balance"])
        for account, facts in _EXPECTED[name]["customers"].items()
        for general, _, auxiliary in [account.partition("/")]
    }
    found = {
        code: Decimal(sum(item.balance for item in account.items)) / 100
        for code, account in ledger.accounts.items()
    }
    assert found == true
    assert (ledger.read, ledger.refused, ledger.whole) == (_EXPECTED[name]["rows"], 0, True)


@pytest.mark.parametrize("name", _EXPECTED)
def test_a_real_ledger_read_again_names_every_item_the_same(name: str) -> None:
    first, again = read_file(REAL / name), read_file(REAL / name)
    assert first.accounts == again.accounts
    ids = [item.id for account in first.accounts.values() for item in account.items]
    assert len(set(ids)) == len(ids)
