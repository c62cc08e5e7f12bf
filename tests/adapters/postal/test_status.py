"""What the provider says of a letter, in our words (A3)."""

from datetime import UTC, datetime

import pytest

from relance.domain.postal import PostalState, PostalStatus
from tests.adapters.postal.samples import LETTER, post
from tests.fakes.postal import Maileva

CODES = {
    PostalState.POSTED: "A01 A03 A06 A07 A10 A11 A12 A13 A15 A20 A27 X99 é",
    PostalState.PRESENTED: "A02 A05 P01 P02",
    PostalState.DELIVERED: "D01 N01",
    PostalState.RETURNED: "A14 A16 A17 A18 A19 A21 A22 A23 A24 A25 A26 P03 P04 P05 P06 "
    "N02 N03 N04 N05 N06 N07 N08 N09 N10",
}


def stands(maileva: Maileva, status: str, delivery: str = "") -> PostalStatus:
    client = post(maileva.address)
    sending = client.prepare(LETTER)
    kept = maileva.only()
    kept.status, kept.delivery = status, delivery
    found = client.state(sending)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("status", "state", "at"),
    [
        ("DRAFT", PostalState.DRAFT, datetime(2025, 3, 9, 1, tzinfo=UTC)),
        ("PENDING", PostalState.SUBMITTED, datetime(2025, 3, 9, 1, 0, 5, tzinfo=UTC)),
        ("ACCEPTED", PostalState.ACCEPTED, None),
        ("REJECTED", PostalState.REJECTED, None),
        ("PROCESSED", PostalState.POSTED, datetime(2025, 3, 10, 9, 30, tzinfo=UTC)),
        ("PROCESSED_WITH_ERRORS", PostalState.REJECTED, None),
    ],
)
def test_each_status_of_a_sending_has_its_state_and_date(
    status: str, state: PostalState, at: datetime | None, maileva: Maileva
) -> None:
    found = stands(maileva, status)
    assert (found.state, found.at, found.detail) == (state, at, status)


@pytest.mark.parametrize(
    ("code", "state"), [(code, state) for state, codes in CODES.items() for code in codes.split()]
)
def test_each_code_of_the_post_says_how_far_the_letter_came(
    code: str, state: PostalState, maileva: Maileva
) -> None:
    found = stands(maileva, "PROCESSED", code)
    assert found.state is state
    if state is not PostalState.POSTED:
        assert found.detail == code
        assert found.at == datetime(2025, 3, 12, 8, tzinfo=UTC)


def test_a_code_counts_only_once_the_letter_was_posted(maileva: Maileva) -> None:
    assert stands(maileva, "PENDING", "D01").state is PostalState.SUBMITTED
