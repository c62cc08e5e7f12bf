"""Whatever is sent as a mapping and as a sample ends in a trial or in a clear refusal (L2)."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.ledger.issues import LedgerError
from relance.ledger.mapping import parse_mapping
from relance.ledger.trial import Trial, try_mapping

COLUMNS = {"customer_name": "C", "number": "N", "issued": "D", "amount": "A"}
WORDS = st.sampled_from(["amount", "number", "issued", "DD/MM/YYYY", "YYYYMMDD", ";", ".", "*",
                         "lines", "repeated", "open", "receipt", "draft"])  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["columns", "optional", "rows", "separator", "date_formats", "decimal",
                          "kinds", "statuses", "payments", "snapshot", "currency"])  # fmt: skip
TEXT = st.text(alphabet='CNDA;,.|\t\r\n"0123456789/-é\x00', max_size=120)


def tried(mapping: dict[str, Any], text: str) -> Trial | None:
    try:
        parsed = parse_mapping("m", {"columns": COLUMNS, **mapping})
        return try_mapping(parsed, f"C;N;D;A\n{text}".encode())
    except LedgerError:
        return None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(FIELDS, JSON, max_size=3), TEXT)
def test_any_mapping_and_any_sample_end_in_a_trial_or_a_refusal(
    mapping: dict[str, Any], text: str
) -> None:
    found = tried(mapping, text)
    if found is not None:
        assert found.refused <= found.read
        assert len(found.rows) <= found.read
        assert found.fits == (found.problems == ())


def test_the_last_row_of_a_sample_may_be_cut_anywhere() -> None:
    whole = "Port;F-1;13/01/2025;1200,00\nSel;F-2;14/01/2025;80,00\n"
    for end in range(len(whole)):
        found = tried({}, whole[:end])
        rows = whole[:end].count("\n")
        assert (found is None) == (rows == 0)
        assert found is None or (found.fits and found.read == rows)
