"""A sample ledger for trying the product: invented customers whose dates lie around today.

Everything follows from the day and the seed, so that the same call gives the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from relance.cli.sample_customers import SampleCustomer, sample_customers

_HEADER = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
_JOURNALS = {"VE": "Ventes", "BQ": "Banque", "AC": "Achats"}
_WORKS = (
    "Fenêtres atelier", "Pose et finitions", "Livraison mensuelle", "Entretien annuel",
    "Étude technique", "Fournitures de chantier", "Dépannage", "Location de matériel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Document:
    """An invoice, credit note or payment of one customer; `cents` including tax."""

    journal: str
    day: date
    cents: int
    label: str
    letter: str = ""
    credit: bool = False


@dataclass(slots=True)
class _Story:
    """What happened with one customer; `price` gives its next amount."""

    customer: SampleCustomer
    today: date
    price: Callable[[], int]
    documents: list[_Document]

    def invoice(self, due: int, *, letter: str = "", cents: int | None = None) -> int:
        """Invoice so that it falls due `due` days from today; return the amount."""
        amount = self.price() if cents is None else cents
        day = self.today + timedelta(due - self.customer.days)
        label = _WORKS[amount // 120 % len(_WORKS)]
        self.documents.append(_Document("VE", day, amount, label, letter))
        return amount

    def credit_note(self, due: int, cents: int) -> None:
        """Give a credit note on the day after an invoice that falls due then."""
        day = self.today + timedelta(due - self.customer.days + 1)
        self.documents.append(_Document("VE", day, cents, "Avoir sur retour", credit=True))

    def payment(self, days: int, cents: int, *, letter: str = "") -> None:
        """Book a transfer received `days` from today (never in the future)."""
        label = f"Virement {self.customer.name}"
        day = self.today + timedelta(days)
        self.documents.append(_Document("BQ", day, cents, label, letter, credit=True))


def _notice_tonight(story: _Story) -> None:
    story.invoice(8)


def _first_reminder_tonight(story: _Story) -> None:
    story.invoice(-8)
    story.payment(-12, story.invoice(-40, letter="AA"), letter="AA")


def _not_yet(story: _Story) -> None:
    story.invoice(20)


def _just_overdue(story: _Story) -> None:
    story.invoice(-3)


def _two_overdue(story: _Story) -> None:
    story.invoice(-8)
    story.invoice(-15)


def _paid(story: _Story) -> None:
    amount = story.invoice(-11, letter="AA") + story.invoice(-9, letter="AA")
    story.payment(-5, amount, letter="AA")


def _in_credit(story: _Story) -> None:
    story.payment(-20, story.invoice(-25, letter="AA"), letter="AA")
    story.payment(-6, 18_000)


def _part_paid(story: _Story) -> None:
    amount = story.invoice(-10, letter="a")
    story.payment(-4, amount // 3, letter="a")


def _credit_note(story: _Story) -> None:
    story.credit_note(-12, story.invoice(-12) // 4)


def _paid_but_unmatched(story: _Story) -> None:
    story.payment(-2, story.invoice(-9))


def _old_debt(story: _Story) -> None:
    story.invoice(-75)
    story.invoice(-42)


def _mixed(story: _Story) -> None:
    story.payment(-30, story.invoice(-38, letter="AA"), letter="AA")
    story.invoice(-8)
    story.invoice(8)
    story.invoice(25)


_STORIES = (
    _first_reminder_tonight, _notice_tonight, _part_paid, _credit_note, _in_credit,
    _paid, _first_reminder_tonight, _first_reminder_tonight, _first_reminder_tonight, _two_overdue,
    _not_yet, _just_overdue, _paid_but_unmatched, _old_debt, _mixed,
)  # fmt: skip


def sample_fec(today: date, *, customers: int = 25, seed: int = 1) -> bytes:
    """Return a sample FEC as its bytes: UTF-8, tabs, one fiscal year, entries that balance.

    Tonight, by the Standard scenario and `sample_contacts`' terms, some customers are due a
    pre-due notice, some a first reminder, some nothing yet; some have paid, one is in credit, one
    paid in part, one has a credit note, one has paid without being matched.
    """
    rows: list[tuple[str, ...]] = []
    booked: list[tuple[_Document, SampleCustomer]] = []
    for index, customer in enumerate(sample_customers(customers)):
        story = _Story(customer, today, _prices(seed, index), [])
        _STORIES[index % len(_STORIES)](story)
        booked += [(replace(one, day=min(one.day, today)), customer) for one in story.documents]
    booked.sort(key=lambda pair: (pair[0].journal != "VE", pair[0].day, pair[1].code))
    for number, (document, customer) in enumerate(booked, start=1):
        rows += _entry(document, customer, number)
    rows += _purchase(today, len(booked) + 1)
    lines = ("\t".join(row) for row in (_HEADER, *rows))
    return "".join(f"{line}\r\n" for line in lines).encode()


def sample_contacts(customers: int = 25) -> list[dict[str, Any]]:
    """Return what the FEC does not have, ready for the API: terms, contacts, addresses."""
    return [customer.body() for customer in sample_customers(customers)]


def _prices(seed: int, index: int) -> Callable[[], int]:
    """Return a source of plausible amounts in cents, the same for the same arguments."""
    count = 0

    def price() -> int:
        nonlocal count
        count += 1
        digest = hashlib.sha256(f"{seed}/{index}/{count}".encode()).digest()
        return (15_000 + int.from_bytes(digest[:4]) % 600_000) // 120 * 120

    return price


def _entry(one: _Document, customer: SampleCustomer, number: int) -> Iterable[tuple[str, ...]]:
    receivable = ("411000", "Clients", customer.code, customer.name)
    if one.journal == "BQ":
        parts = [(receivable, one.cents), (("512000", "Banque", "", ""), -one.cents)]
        piece = f"VIR{number:05d}"
    else:
        sign = 1 if one.credit else -1
        tax = one.cents // 6
        parts = [
            (receivable, sign * one.cents),
            (("706000", "Prestations de services", "", ""), -sign * (one.cents - tax)),
            (("445710", "TVA collectée 20 %", "", ""), -sign * tax),
        ]
        piece = f"{'AV' if one.credit else 'FA'}{one.day:%Y}-{number:04d}"
    for account, credit in parts:
        letter = one.letter if account is receivable else ""
        yield _row(one, number, piece, account=account, credit=credit, letter=letter)


def _purchase(today: date, number: int) -> Iterable[tuple[str, ...]]:
    """Add a supplier's invoice: a ledger is never of customers only."""
    one = _Document("AC", today - timedelta(15), 48_000, "Quincaillerie")
    for account, credit in (
        (("401000", "Fournisseurs", "QUINCAIL", "Quincaillerie du Port"), 48_000),
        (("607000", "Achats de marchandises", "", ""), -40_000),
        (("445660", "TVA déductible", "", ""), -8_000),
    ):
        yield _row(one, number, f"Q{number}", account=account, credit=credit, letter="")


def _row(
    one: _Document,
    number: int,
    piece: str,
    *,
    account: tuple[str, ...],
    credit: int,
    letter: str,
) -> tuple[str, ...]:
    day = f"{one.day:%Y%m%d}"
    debit, credit = max(-credit, 0), max(credit, 0)
    return (
        one.journal, _JOURNALS[one.journal], str(number), day, *account, piece, day, one.label,
        _decimal(debit), _decimal(credit), letter, day if letter.isupper() else "", day, "", "",
    )  # fmt: skip


def _decimal(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
