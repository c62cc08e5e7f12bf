"""Whatever a customer holds, its export sent back changes nothing (L5)."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from relance.app.customer_export import export_customers
from relance.app.customer_import import import_customers
from relance.app.customers import create_customer
from relance.app.errors import BadInput, Conflict
from relance.app.schedule import unheard
from relance.contracts.http.customers import CustomerCreate
from tests.fakes.world import World

DAY = date(2025, 3, 3)
# What spreadsheets, CSV and our own marks mind, and the rest of the world.
ODD = st.sampled_from(list("=+-@'\"|;,\t #*~\u00a0\u202e\ufeffé\U0001f600\\"))
TEXT = st.text(st.one_of(ODD, st.characters()), min_size=1, max_size=12)
CONTACT = st.fixed_dictionaries(
    {"name": TEXT},
    optional={
        "role": TEXT,
        "email": st.sampled_from(["a@example.com", "A@example.com", "b+c@example.org"]),
        "phone": st.sampled_from(["+33199001234", "+442079460958"]),
        "language": st.sampled_from(["fr", "en-GB"]),
        "main": st.booleans(),
    },
)
CUSTOMER = st.fixed_dictionaries(
    {"code": TEXT, "name": TEXT},
    optional={
        "sector": TEXT,
        "region": TEXT,
        "tags": st.lists(TEXT, max_size=3),
        "usual_term": st.integers(0, 730),
        "terms": st.fixed_dictionaries(
            {"days": st.integers(0, 365),
             "base": st.sampled_from(["net", "net_then_month_end", "month_end_then_net"])}
        ),
        "address": st.fixed_dictionaries(
            {"lines": st.lists(st.one_of(st.just(""), TEXT), max_size=6)},
            optional={"city": TEXT, "postal_code": TEXT},
        ),
        "contacts": st.lists(CONTACT, max_size=4),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(CUSTOMER, min_size=1, max_size=4))
def test_an_export_sent_back_changes_nothing(bodies: list[dict[str, object]]) -> None:
    world = World()
    for body in bodies:
        try:
            create_customer(CustomerCreate.model_validate(body), store=world.store)
        except (ValidationError, BadInput, Conflict):  # nothing to keep, or a code twice
            continue
    count = len(world.store.customers(limit=9).entries)
    text = export_customers(store=world.store, most=9).text
    if not count:
        return
    taken = import_customers(
        [text.encode()], store=world.store, on=DAY, author="import", failed=unheard
    )
    assert (taken.file.issues, taken.created, taken.changed) == ((), 0, 0)
    assert taken.unchanged == count
