"""However long the settings, their record can be stored (400 KB); every request reads it."""

import json
from typing import Any

from relance.ledger.mapping import TARGETS
from relance.store.records import tenant_body
from tests.functions.api.site import Site

WIDE = "😀"  # four bytes


def longest() -> list[dict[str, Any]]:
    """The settings at their longest, in as many edits as a request's body has room for."""
    names = [f"{n}" + "x" * 100 for n in range(10)]
    columns = dict.fromkeys(TARGETS, names)
    accounts = [f"411{n:07}" for n in range(20)]
    texts = {"sender": "Atelier29AB", "most_parts": 10, "max_price": "999.99999"}
    return [
        dict.fromkeys(("name", "sender_name", "phone"), WIDE * 200),
        {"signature": WIDE * 4000, "footer": "\n".join([WIDE * 120] * 3)},
        {"address": [WIDE * 200] * 6, "texts": texts},
        {"payment_link": "https://pay.example.com/?" + "x" * 460 + "{amount}"},
        {"entries": [{"days": n + 1, "level": n // 5 + 1} for n in range(20)]},
        {"reading": {"customer_accounts": accounts, "except_accounts": accounts}},
        {"reading": {"not_customers": [f"{n:02}" + WIDE * 98 for n in range(100)]}},
        {"mappings": {f"{n}": {"columns": columns} for n in range(2)}},
    ]


def test_the_longest_settings_fit_their_record(site: Site) -> None:
    for edit in longest():
        answer = site.call("PATCH", "/v1/tenant", edit)
        assert answer.status == 200, answer.text[:300]
    stored = json.dumps(tenant_body(site.store().tenant()), ensure_ascii=False, default=str)

    assert 80_000 < len(stored.encode()) < 200_000
