"""A list of customers arrives as a file, announced or in its folder, and ends in a report (L5)."""

import pytest

from relance.app.import_report import ImportReport
from tests.fakes.world import World
from tests.unit.app.importing import Imports

GOOD = b"Code;Nom;E-mail\r\nC1;Le Port;port@example.com\r\n"
BAD = b"C2;Sel;pas une adresse\r\n"


@pytest.fixture
def imports() -> Imports:
    return Imports(World())


def take(imports: Imports, body: bytes, name: str = "customers/liste.csv") -> ImportReport:
    return imports.take(body, name)


@pytest.mark.parametrize("name", ["customers/liste.csv", "uploads/imp-1/customers/liste.csv"])
def test_its_folder_makes_a_file_a_list_of_customers(imports: Imports, name: str) -> None:
    report = take(imports, GOOD, name)
    assert (report.state, report.format, report.read, report.created) == ("done", "customers", 1, 1)
    assert report.read_as == "customers, semicolon, UTF-8"
    account = imports.world.store.account("C1")
    assert account is not None
    assert account.customer.has_email
    assert imports.world.store.tenant().first_sync_on is None


def test_bad_rows_make_it_partial_and_are_given_back(imports: Imports) -> None:
    report = take(imports, GOOD + BAD)
    assert (report.state, report.refused, report.customers) == ("partial", 1, 1)
    (issue,) = report.issues
    assert (issue.row, issue.column, issue.value) == (3, "E-mail", "pas une adresse")
    rows = imports.documents.contents[report.refused_file].decode("utf-8-sig").splitlines()
    assert rows[0].endswith("Code;Nom;E-mail")
    corrected = "\r\n".join(rows).replace("pas une adresse", "sel@example.com") + "\r\n"
    again = take(imports, corrected.encode(), "customers/corrigé.csv")
    assert (again.state, again.created, again.warnings) == ("done", 1, ())


def test_a_file_that_is_none_fails_and_changes_nothing(imports: Imports) -> None:
    report = take(imports, b"Nom;Ville\nX;Y\n")
    assert report.state == "failed"
    assert "customers' code" in report.error
    assert imports.world.store.customers(limit=9).entries == ()
