"""Whose account is known only in part is sent nothing until what was missing comes (L4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from relance.app.assignment import HALF_PUT_OFF
from relance.app.import_report import ImportReport
from relance.app.items import HALF_WAY
from relance.domain.customer import Contact
from tests.fakes.world import TENANT, World, with_terms
from tests.unit.app.importing import Imports
from tests.unit.app.test_sync import entry, ledger, receipt

_COLUMNS = {"customer_code": "Compte", "number": "Facture", "issued": "Date", "amount": "Montant",
            "residual": "Solde"}  # fmt: skip
HEAD = "Compte;Facture;Date;Montant;Solde\n"
BRIEF = "Compte;Facture;Date;Montant;Solde;Texte\n"
OPEN, BAD, PAID = (f"C1;F1;2025-01-10;100,00;{left}\n" for left in ("100,00", "soldée", "0,00"))
NEW = "C1;F2;2025-02-10;50,00;50,00"


def known() -> Imports:
    """A company that sends full lists, and deltas with one column more, of one open invoice."""
    full = {"columns": _COLUMNS}
    delta = {"columns": {**_COLUMNS, "label": "Texte"}, "snapshot": False}
    tenant = replace(with_terms(TENANT, 30), mappings={"delta": delta, "full": full})
    imports = Imports(World(tenant))
    assert taken(imports, HEAD + OPEN, "first").state == "done"
    return imports


def taken(imports: Imports, text: str, name: str) -> ImportReport:
    return imports.take(text.encode(), name)


def mark(imports: Imports) -> str | None:
    account = imports.world.store.account("C1")
    assert account is not None
    return account.customer.incomplete_since


def test_a_delta_does_not_make_up_for_the_row_that_a_full_list_lost() -> None:
    imports = known()
    assert taken(imports, HEAD + BAD, "full").state == "partial"
    assert taken(imports, f"{BRIEF}{NEW};x\n", "delta").state == "done"
    assert mark(imports) == "full"
    assert taken(imports, HEAD + PAID + NEW + "\n", "next").state == "done"
    assert mark(imports) is None
    assert imports.owed() == {"C1": 5_000}


def test_the_corrected_row_makes_up_for_it() -> None:
    imports = known()
    taken(imports, HEAD + BAD, "full")
    corrected = f"Relance row;Relance column;Relance reason;{HEAD}2;Solde;not an amount;{PAID}"
    assert taken(imports, corrected, "corrected").state == "done"
    assert imports.owed() == {"C1": 0}


def test_where_deltas_come_alone_the_next_one_makes_up_for_what_one_lost() -> None:
    imports = known()
    bad = BRIEF + BAD.replace("\n", ";x\n")
    assert taken(imports, bad, "bad").state == "partial"
    assert mark(imports) == "bad"
    taken(imports, BRIEF + PAID.replace("\n", ";x\n"), "good")
    assert imports.owed() == {"C1": 0}


@pytest.mark.parametrize("half", [HALF_WAY, HALF_PUT_OFF])
def test_no_ledger_ends_an_edit_of_all_items_that_stopped_half_way(half: str) -> None:
    imports = known()
    account = imports.world.store.account("C1")
    assert account is not None
    imports.world.store.save_customer(replace(account.customer, incomplete_since=half))
    assert taken(imports, HEAD + OPEN + NEW + "\n", "next").state == "done"
    assert mark(imports) == half


def test_d34_what_the_first_whole_ledger_has_paid_is_not_thanked_for_after_a_cut_one() -> None:
    imports = Imports(World(with_terms(TENANT, 30)))
    paid = [
        *entry(1, "20250110", "K", "Kervadec", "FA-1", "1200,00", "A"),
        *receipt(2, "20250305", "K", "Kervadec", "1200,00", "A"),
    ]
    cut = imports.take(ledger(*paid[:2]) + paid[2][:40].encode(), "cut")
    assert imports.confirm(cut).state == "partial"
    imports.day += timedelta(days=1)
    assert imports.take(ledger(*paid), "whole").state == "done"
    account = imports.world.store.account("K")
    assert account is not None
    (item,) = account.items
    assert (item.residual, item.paid_on) == (0, date(2025, 3, 5))
    contact = Contact(id="c", name="Anne", email="anne@example.com", main=True)
    imports.world.store.save_customer(replace(account.customer, contacts=(contact,)))
    imports.world.walk(imports.day, imports.day + timedelta(days=30))
    assert imports.world.history("K") == []
