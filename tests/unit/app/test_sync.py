"""An uploaded ledger becomes accounts, and a report that says what happened (L1–L4)."""

from datetime import UTC, date, datetime

from relance.app.import_report import ImportReport
from relance.app.import_steps import LONGEST_ID
from relance.app.sync import sync_upload
from relance.app.uploads import confirm_import
from relance.contracts.http.imports import ImportDecided
from relance.contracts.uploads import Upload
from relance.store.keys import fits
from tests.fakes.world import World

DAY = date(2025, 3, 9)
HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\t"
    "ValidDate\tMontantdevise\tIdevise"
)


def entry(
    number: int, day: str, account: str, name: str, piece: str, amount: str, letter: str = ""
) -> list[str]:
    """One sale: the customer's row and the turnover's."""
    head = f"VE\tVentes\t{number}\t{day}"
    tail = f"{piece}\t{day}\tVente"
    return [
        f"{head}\t411000\tClients\t{account}\t{name}\t{tail}\t{amount}\t0,00\t{letter}\t\t{day}\t\t",
        f"{head}\t706000\tPrestations\t\t\t{tail}\t0,00\t{amount}\t\t\t{day}\t\t",
    ]


def receipt(
    number: int, day: str, account: str, name: str, amount: str, letter: str = ""
) -> list[str]:
    """One payment: the bank's row and the customer's."""
    head = f"BQ\tBanque\t{number}\t{day}"
    tail = f"VIR{number}\t{day}\tVirement"
    return [
        f"{head}\t512000\tBanque\t\t\t{tail}\t{amount}\t0,00\t\t\t{day}\t\t",
        f"{head}\t411000\tClients\t{account}\t{name}\t{tail}\t0,00\t{amount}\t{letter}\t\t{day}\t\t",
    ]


SALES = [
    *entry(1, "20250110", "KERVADEC", "Menuiserie Kervadec", "FA-1", "1200,00"),
    *entry(2, "20250112", "LEGOFF", "Garage Le Goff", "FA-2", "800,00"),
]


def ledger(*rows: str) -> bytes:
    return ("\r\n".join([HEADER, *rows]) + "\r\n").encode()


def upload(world: World, body: bytes, name: str = "2025.txt") -> ImportReport:
    """Put a file in the bucket and let the sync take it."""
    key = f"tenants/{world.tenant}/{name}"
    world.files.contents[key] = body
    return sync_upload(
        Upload(
            tenant=world.tenant,
            key=key,
            version=None,
            size=len(body),
            import_id=f"{name}-{len(body)}",
        ),
        store=world.store,
        files=world.files,
        today=DAY,
        now=datetime(2025, 3, 9, 12, tzinfo=UTC),
    )


def confirm(world: World, report: ImportReport) -> None:
    """Say yes to a held import, as the API does; its file is then to be taken again."""
    confirm_import(
        report.id,
        ImportDecided(),
        author="anne@example.com",
        store=world.store,
        jobs=world.jobs,
        now=datetime(2025, 3, 9, 12, 30, tzinfo=UTC),
    )


def residuals(world: World, customer: str) -> dict[str, int]:
    account = world.store.account(customer)
    assert account is not None
    return {item.number: item.balance for item in account.items if item.residual}


def test_a_first_ledger_makes_customers_items_and_the_standard_pair() -> None:
    world = World()
    report = upload(world, ledger(*SALES))
    assert (report.state, report.read, report.created, report.refused) == ("done", 4, 2, 0)
    assert residuals(world, "KERVADEC") == {"FA-1": 120_000}
    assert {scenario.id for scenario in world.store.scenarios()} == {
        "standard-with-email",
        "standard-without-email",
    }
    assert world.store.tenant().first_sync_on == DAY


def test_the_same_file_again_changes_nothing() -> None:
    world = World()
    upload(world, ledger(*SALES))
    before = world.store.account("KERVADEC")
    report = upload(world, ledger(*SALES), "again.txt")
    assert (report.created, report.changed, report.closed, report.unchanged) == (0, 0, 0, 2)
    assert world.store.account("KERVADEC") == before


def test_a_payment_matched_in_the_next_file_closes_the_invoice() -> None:
    world = World()
    upload(world, ledger(*SALES))
    body = ledger(
        *entry(1, "20250110", "KERVADEC", "Menuiserie Kervadec", "FA-1", "1200,00", "A"),
        *receipt(3, "20250305", "KERVADEC", "Menuiserie Kervadec", "1200,00", "A"),
        *SALES[2:],
    )
    report = upload(world, body, "next.txt")
    assert report.closed == 1
    assert residuals(world, "KERVADEC") == {}
    assert residuals(world, "LEGOFF") == {"FA-2": 80_000}


def test_an_invoice_gone_from_a_whole_file_is_closed() -> None:
    world = World()
    upload(world, ledger(*SALES))
    upload(world, ledger(*SALES[:2]), "next.txt")
    assert residuals(world, "LEGOFF") == {}


def test_a_file_that_is_no_ledger_changes_nothing_and_says_why() -> None:
    world = World()
    upload(world, ledger(*SALES))
    for body in (b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"hello, this is a letter\r\nto you\r\n"):
        report = upload(world, body, "wrong.txt")
        assert report.state == "failed"
        assert report.error
    assert residuals(world, "KERVADEC") == {"FA-1": 120_000}


def test_a_bad_row_is_reported_by_row_and_column_and_the_good_ones_are_kept() -> None:
    world = World()
    rows = [*SALES, *entry(3, "20250140", "TANGUY", "Tanguy Fils", "FA-3", "10,00")]
    report = upload(world, ledger(*rows))
    assert report.state == "partial"
    assert report.issues[0].row == 6
    assert report.issues[0].column == "EcritureDate"
    assert residuals(world, "KERVADEC") == {"FA-1": 120_000}


def test_a_code_too_long_to_be_kept_is_left_out_and_named_and_the_others_are_kept() -> None:
    world = World()
    odd = entry(3, "20250112", "é" * 100, "Société", "FA-3", "10,00")
    report = upload(world, ledger(*SALES, *odd))
    assert (report.state, report.created) == ("done", 2)
    [warning] = report.warnings
    assert warning == "Left out, as their codes are too long to be kept: 1, as " + "é" * 40 + "…"
    assert fits("x" * LONGEST_ID)
    assert not fits("x" * (LONGEST_ID + 1))


def test_a_file_with_a_bad_row_closes_nothing() -> None:
    world = World()
    upload(world, ledger(*SALES))
    bad = entry(3, "20250140", "TANGUY", "Tanguy Fils", "FA-3", "10,00")
    upload(world, ledger(*SALES[:2], *bad), "next.txt")
    assert residuals(world, "LEGOFF") == {"FA-2": 80_000}


def test_nobody_is_chased_on_a_ledger_cut_off_in_the_middle() -> None:
    world = World()
    whole = ledger(
        *SALES, *receipt(3, "20250305", "KERVADEC", "Menuiserie Kervadec", "1200,00", "A")
    )
    report = upload(world, whole[:-60])
    assert report.state == "held"
    assert report.warnings
    confirm(world, report)
    assert upload(world, whole[:-60]).state == "partial"
    assert residuals(world, "LEGOFF") == {"FA-2": 80_000}
    world.night(date(2025, 6, 1))
    assert world.mailer.taken == []
    assert world.waiting() == []


def test_a_whole_file_after_a_cut_one_sets_the_account_right() -> None:
    world = World()
    whole = ledger(*SALES)
    upload(world, whole[:-60])
    report = upload(world, whole, "next.txt")
    assert report.state == "done"
    for code in ("KERVADEC", "LEGOFF"):
        account = world.store.account(code)
        assert account is not None
        assert account.customer.incomplete_since is None


def test_an_unknown_mapping_is_named() -> None:
    world = World()
    key = f"tenants/{world.tenant}/uploads/i1/open.csv"
    world.store.save_import(
        ImportReport(
            id="i1",
            state="awaiting_upload",
            key=key,
            mapping="sage",
            started_at=datetime(2025, 3, 9, tzinfo=UTC),
        )
    )
    world.files.contents[key] = b"Client;Montant\r\nKERVADEC;10,00\r\n"
    report = sync_upload(
        Upload(tenant=world.tenant, key=key, version=None, size=1, import_id="i1"),
        store=world.store,
        files=world.files,
        today=DAY,
        now=datetime(2025, 3, 9, tzinfo=UTC),
    )
    assert report.state == "failed"
    assert "sage" in report.error
