"""docs/data-model.md and the keys in the code say the same."""

import inspect
import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from relance.store import keys

DOCUMENT = (Path(__file__).parents[3] / "docs" / "data-model.md").read_text(encoding="utf-8")
# Functions on parts of keys, not keys of their own.
PARTS = {"customer_in", "fits", "oldest_in"}
BUILDERS = {
    name
    for name, function in inspect.getmembers(keys, inspect.isfunction)
    if not name.startswith("_") and function.__module__ == keys.__name__
} - PARTS
DAY = date(2025, 3, 9)
MADE = {
    "tenant": keys.tenant("<t>"),
    "profile": keys.profile("<t>", "<id>"),
    "scenario": keys.scenario("<t>", "<id>"),
    "scenario_version": keys.scenario_version("<t>", "<id>", 1),
    "template": keys.template("<t>", "<id>"),
    "import_report": keys.import_report("<t>", "<id>"),
    "import_turn": keys.import_turn("<t>"),
    "import_issues": keys.import_issues("<t>", "<id>", 1),
    "customer": keys.customer("<t>", "<c>"),
    "item": keys.item("<t>", "<c>-<i>"),
    "action": keys.action("<t>", "<c>-<a>"),
    "block": keys.block("<t>", "<c>-<b>"),
    "paid_item": keys.paid_item("<t>", "<c>-<i>"),
    "past_action": keys.past_action("<t>", "<c>-<a>", DAY),
    "past_pointer": keys.past_pointer("<t>", "<c>-<a>"),
    "tenant_entry": keys.tenant_entry("<t>"),
    "group": keys.group("<t>", "<id>"),
    "postal_account": keys.postal_account("<t>"),
    "print_batch": keys.print_batch("<t>", DAY),
    "invoice_file": keys.invoice_file("<t>", "<number>"),
    "opt_out": keys.opt_out("<t>", "<number>"),
    "sent_as": keys.sent_as("<reference>"),
    "membership": keys.membership("<sub>"),
    "requests": keys.requests("<t>", "<budget>", datetime(2025, 3, 9, 9, 30, tzinfo=UTC)),
    "kept_answer": keys.kept_answer("<t>", "<sub>", "k"),
    "visitors_answer": keys.visitors_answer("<sub>", "k"),
    "program_key": keys.program_key("<id>"),
    "invitation": keys.invitation("<id>"),
    "listed_program_key": keys.listed_program_key("<t>", "<id>", "<created, UTC>"),
    "listed_invitation": keys.listed_invitation("<t>", "<id>", "<invited, UTC>"),
    "first_wave": keys.first_wave("<t>"),
    "due": keys.due("<t>", "<c>", DAY),
    "due_at": keys.due_at("<t>", "<c>", DAY, time(8)),
    "due_first": keys.due_first("<t>", "<c>", DAY, DAY),
    "listed_customer": keys.listed_customer("<t>", "<c>"),
    "listed_item": keys.listed_item("<t>", "<c>-<i>", DAY),
    "listed_paid_item": keys.listed_paid_item("<t>", "<c>-<i>", DAY),
    "listed_action": keys.listed_action("<t>", "<c>-<a>", DAY, waiting=True),
    "listed_member": keys.listed_member("<t>", "<sub>"),
    "listed_stop": keys.listed_stop("<t>", "<c>-<b>", DAY),
    "listed_opt_out": keys.listed_opt_out("<t>", "<number>"),
    "listed_invoice_file": keys.listed_invoice_file("<t>", "<number>", linked=False),
    "listed_import": keys.listed_import("<t>", "<id>", "<started, UTC>"),
}


def documented() -> dict[str, tuple[str, str]]:
    """The builder, pk and sk of each row of the tables of keys."""
    row = re.compile(r"^\| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|", re.MULTILINE)
    return {name: (pk, sk) for name, pk, sk in row.findall(DOCUMENT)}


def test_every_key_builder_is_named_in_the_document() -> None:
    assert {name for name in BUILDERS if f"`{name}`" not in DOCUMENT} == set()


def test_every_key_of_the_document_is_built_by_the_code() -> None:
    assert documented().keys() == MADE.keys()
    assert MADE.keys() <= BUILDERS


@pytest.mark.parametrize("name", MADE)
def test_the_document_shows_the_key_that_is_built(name: str) -> None:
    made = MADE[name]
    dates = r"<(next date|oldest due|day|due, else issued|settled, else issued)>"
    shown = tuple(re.sub(dates, DAY.isoformat(), part) for part in documented()[name])
    shown = tuple(part.replace("<minute, UTC>", "2025-03-09T09:30") for part in shown)
    built = (re.sub(r"#[0-9a-f]{40}$", "#<hash of the key>", part) for part in made)
    assert shown == tuple(part.replace("<c>-<", "<") for part in built)
