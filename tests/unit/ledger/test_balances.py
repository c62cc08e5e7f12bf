"""Whole files, to the cent: ours, and real ones where they lie beside the checkout."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance.ledger.ledger import Ledger
from relance.ledger.read import read_ledger
from tests.unit.ledger.books import DATA, REAL

_FILES: list[tuple[Path, dict[str, Any]]] = [
    (folder / name, facts)
    for folder in (DATA, REAL)
    if folder.is_dir()
    for name, facts in json.loads((folder / "balances_411.json").read_text()).items()
]
every_file = pytest.mark.parametrize(
    ("path", "facts"), _FILES, ids=[path.name for path, _ in _FILES]
)


def read_file(path: Path) -> Ledger:
    with path.open("rb") as file:
        return read_ledger(iter(lambda: file.read(65536), b""), mappings={})


@every_file
def test_residuals_add_up_to_the_true_balance_of_every_customer(
    path: Path, facts: dict[str, Any]
) -> None:
    ledger = read_file(path)
    true = {
        (auxiliary or general): Decimal(one["balance"])
        for account, one in facts["customers"].items()
        for general, _, auxiliary in [account.partition("/")]
    }
    found = {
        code: Decimal(sum(item.balance for item in account.items)) / 100
        for code, account in ledger.accounts.items()
    }
    assert found == true
    assert (ledger.read, ledger.refused, ledger.whole) == (facts["rows"], 0, True)


@every_file
def test_a_file_read_again_names_every_item_the_same(path: Path, facts: dict[str, Any]) -> None:
    first, again = read_file(path), read_file(path)
    assert first.accounts == again.accounts
    ids = [item.id for account in first.accounts.values() for item in account.items]
    assert len(set(ids)) == len(ids)
