"""What an FEC's rows mean: whose they are, of what kind, where they don't add up (L3)."""

from dataclasses import replace

import pytest

from relance.domain.items import ItemKind
from relance.domain.reading import ReadingSettings
from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import HEADER, Booking, fec, read, read_bookings, rows_of

INVOICE = Booking(cents=12000)
PAYMENT = Booking(cents=-12000, journal="BQ", day="20250405", piece="VIR")


def booked(*bookings: Booking, settings: ReadingSettings | None = None, **values: str) -> Ledger:
    """Read these entries, all customers' rows of which have these values."""
    rows = rows_of(*bookings)
    for row in rows[::2]:
        for name, value in values.items():
            row[HEADER.index(name)] = value
    return read(fec(rows), settings=settings or ReadingSettings())


def kinds(ledger: Ledger) -> list[ItemKind]:
    return [item.kind for account in ledger.accounts.values() for item in account.items]


@pytest.mark.parametrize("loss", ["654000", "658000", "668000", "665000", "671400", "758000"])
def test_a_loss_without_a_payment_is_a_write_off(loss: str) -> None:
    rows = rows_of(replace(INVOICE, letter="AA"), replace(PAYMENT, journal="OD", letter="AA"))
    rows[3][HEADER.index("CompteNum")] = loss
    ledger = read(fec(rows))
    assert kinds(ledger) == [ItemKind.INVOICE, ItemKind.WRITE_OFF]
    assert [(item.residual, item.paid_on) for item in ledger.accounts["KERV"].items] == [
        (0, None), (0, None)
    ]  # fmt: skip


def test_a_payment_less_a_discount_is_a_payment() -> None:
    rows = rows_of(replace(INVOICE, letter="AA"), replace(PAYMENT, letter="AA"))
    discount = [*rows[3]]
    rows[3][HEADER.index("Debit")] = "118,00"
    discount[HEADER.index("CompteNum")], discount[HEADER.index("Debit")] = "665000", "2,00"
    ledger = read(fec([*rows, discount]))
    assert kinds(ledger) == [ItemKind.INVOICE, ItemKind.RECEIPT]
    assert ledger.accounts["KERV"].items[0].paid_on is not None


def test_an_opening_balance_is_an_open_item_of_the_openings_day() -> None:
    opening = [[*row[:4], "890000", "Ouverture", *row[6:]] for row in rows_of(INVOICE)[1:]]
    (item,) = read(fec([rows_of(INVOICE)[0], *opening])).accounts["KERV"].items
    assert (item.kind, item.residual, item.paid_on) == (ItemKind.INVOICE, 12000, None)


def test_the_accounts_that_are_customers_are_the_tenants_choice() -> None:
    with pytest.raises(ValueError, match="no row in a customer account"):
        booked(INVOICE, CompteNum="416000")
    settings = ReadingSettings(customer_accounts=("411", "416"))
    assert booked(INVOICE, settings=settings, CompteNum="416000").accounts["KERV"].balances == {
        "EUR": 12000
    }


@pytest.mark.parametrize("account", ["418100", "419800"])
def test_invoices_not_yet_made_and_allowances_to_come_are_nobodys_debt(account: str) -> None:
    settings = ReadingSettings(customer_accounts=("41",))
    rows = rows_of(INVOICE, replace(INVOICE, cents=3000, piece="FAE"))
    rows[2][HEADER.index("CompteNum")] = account
    ledger = read(fec(rows), settings=settings)
    assert ledger.accounts["KERV"].balances == {"EUR": 12000}
    (left_out,) = ledger.excluded
    assert (left_out.account, left_out.rows, left_out.balances) == (
        f"{account}/KERV", 1, {"EUR": 3000}
    )  # fmt: skip
    assert ledger.totals == {"EUR": 15000}


@pytest.mark.parametrize(
    "name",
    [
        "CLIENTS DIVERS",
        "Clients divers Brest",
        "Ventes  Comptoir",
        "vente comptoir",
        "Clients de passage",
    ],
)
def test_accounts_of_many_strangers_are_left_out_counted_and_stay_in_the_total(name: str) -> None:
    other = replace(INVOICE, customer="LUMI", cents=5000, piece="FA2")
    rows = rows_of(INVOICE, other)
    rows[0][HEADER.index("CompAuxLib")] = name
    ledger = read(fec(rows))
    assert list(ledger.accounts) == ["LUMI"]
    assert ledger.totals == {"EUR": 17000}
    assert ledger.whole
    assert any(
        "1, with 1 rows and 120.00 EUR; the first: 411000/KERV" in w for w in ledger.warnings
    )


def test_codes_and_names_that_are_no_debtors_are_the_tenants_choice() -> None:
    settings = ReadingSettings(not_customers=("KE*", "[x]", "a?c"))
    other = replace(INVOICE, customer="LUMI", piece="FA2")
    assert list(booked(INVOICE, other, settings=settings).accounts) == ["LUMI"]
    usual = booked(INVOICE, settings=ReadingSettings(not_customers=()), CompAuxLib="CLIENTS DIVERS")
    assert list(usual.accounts) == ["KERV"]


def test_groups_that_say_they_are_matched_and_do_not_balance_are_counted_and_named() -> None:
    part = replace(PAYMENT, cents=-5000, letter="AA")
    ledger = read_bookings(replace(INVOICE, letter="AA"), part)
    assert ledger.accounts["KERV"].unbalanced == ("AA",)
    assert ledger.accounts["KERV"].items[0].residual == 7000
    assert (
        "Matching groups that do not balance: 1, of 1 customers; the first: AA of KERV."
        in ledger.warnings
    )


@pytest.mark.parametrize("letter", ["a", ""])
def test_a_group_matched_in_part_says_so_itself_and_is_not_told(letter: str) -> None:
    part = replace(PAYMENT, cents=-5000, letter=letter)
    assert not read_bookings(replace(INVOICE, letter=letter), part).warnings


def test_debits_that_are_not_the_credits_are_told_with_the_difference() -> None:
    rows = rows_of(INVOICE, replace(INVOICE, piece="FA2"))
    rows[1][HEADER.index("Credit")] = "119,00"
    told = read(fec(rows)).warnings
    assert "All debits less all credits of the file are 1.00 EUR, not nothing." in told


@pytest.mark.parametrize(
    ("separator", "mark", "encoding", "told"),
    [
        ("\t", ",", "utf-8", "FEC, tab, UTF-8, decimal comma"),
        (";", ".", "utf-8", "FEC, semicolon, UTF-8, decimal point"),
        ("|", ",", "cp1252", "FEC, pipe, CP1252, decimal comma"),
    ],
)
def test_how_the_file_is_written_is_told(
    separator: str, mark: str, encoding: str, told: str
) -> None:
    rows = rows_of(replace(INVOICE, label="Dépôt"))
    amounts = [[field.replace(",00", f"{mark}00") for field in row] for row in rows]
    content = fec(amounts, separator=separator).decode().encode(encoding)
    assert read(content).read_as == told


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-1", "iso-8859-15", "cp850", "mac_roman"])
def test_the_tenants_character_set_gives_the_accents_of_files_that_are_not_utf8(
    encoding: str,
) -> None:
    content = fec(rows_of(replace(INVOICE, label="Çà, élève où"))).decode().encode(encoding)
    settings = ReadingSettings(encoding=encoding)  # type: ignore[arg-type]
    assert read(content, settings=settings).accounts["KERV"].items[0].label == "Çà, élève où"


# As vendors really write them: more columns, other spellings, another form of the amount.
_MORE = (
    (),
    ("DateRglt", "ModeRglt", "NatOp", "IdClient"),
    ("DateLimitReglmt", "NumFacture", "FichierFacture"),
    ("DateLimitReglmt", "NumFacture"),
    ("DateLimitReglmt", "NumFacture", "ExportDate", "GlName"),
    ("CodeEtbt",),
    ("",),
)
_SPELT: tuple[dict[str, str], ...] = (
    {},
    {"EcritureLet": "EcrtureLet"},
    {"Montantdevise": "MontantDevise"},
    {"JournalLib": "JournalLibelle", "CompteLib": "CompteLibelle", "CompAuxLib": "CompAuxLibelle",
     "EcritureLet": "EcritureLettrage", "DateLet": "DateLettrage",
     "Montantdevise": "MontantDevise"},
    {"Debit": "Débit", "Credit": "Crédit"},
    {"Debit": "Montant", "Credit": "Sens"},
)  # fmt: skip


@pytest.mark.parametrize("more", _MORE)
@pytest.mark.parametrize("spelt", _SPELT)
@pytest.mark.parametrize("separator", ["\t", ";"])
def test_every_vendors_header_is_read(
    more: tuple[str, ...], spelt: dict[str, str], separator: str
) -> None:
    rows = rows_of(
        replace(INVOICE, letter="AA"), replace(PAYMENT, letter="AA"), replace(INVOICE, piece="FA2")
    )
    debit, credit, dated = (HEADER.index(name) for name in ("Debit", "Credit", "ValidDate"))
    for row in rows:
        row[dated] = "20250219 10:25:37"
        if "Sens" in spelt.values():
            side = "D" if row[debit] != "0,00" else "C"
            row[debit : credit + 1] = [row[debit] if side == "D" else row[credit], side]
    header = [*(spelt.get(name, name) for name in HEADER), *more]
    ledger = read(
        fec([[*row, *[""] * len(more)] for row in rows], header=header, separator=separator)
    )
    assert (ledger.whole, ledger.warnings) == (True, ())
    account = ledger.accounts["KERV"]
    assert (account.name, account.balances) == ("Nom KERV", {"EUR": 12000})
    assert sorted(item.residual for item in account.items) == [0, 0, 12000]


def test_dates_of_an_fec_like_csv_may_have_the_day_first() -> None:
    ledger = booked(replace(INVOICE, day="01/03/2025"))
    assert ledger.accounts["KERV"].items[0].issued.isoformat() == "2025-03-01"
