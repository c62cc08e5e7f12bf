"""A list that tells of each invoice on which day it was paid, and nothing of what is open."""

from datetime import date
from typing import Any

from tests.unit.ledger.books import read

MAPPING: dict[str, Any] = {
    "columns": {"customer_code": "Customer", "number": "Invoice", "issued": "Issued",
                "due": "Due", "amount": "Amount", "settled": "Settled"},
    "date_formats": ["MM/DD/YYYY"],
}  # fmt: skip
HEADER = "Country,Customer,Invoice,Issued,Due,Amount,Disputed,Settled"


def test_what_has_a_day_of_payment_is_closed_since_then_and_the_rest_is_open() -> None:
    content = "\n".join(
        [
            HEADER,
            "391,0379-NEV,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013",
            "406,8976-AMJ,790077,1/26/2013,2/25/2013,61.74,Yes,",
            "",
        ]
    )
    found = read(content.encode(), mappings={"history": MAPPING}, mapping="history")
    (paid,) = found.accounts["0379-NEV"].items
    (due,) = found.accounts["8976-AMJ"].items
    assert (paid.residual, paid.paid_on, paid.due) == (0, date(2013, 1, 15), date(2013, 2, 1))
    assert (due.residual, due.paid_on, due.due) == (6_174, None, date(2013, 2, 25))
