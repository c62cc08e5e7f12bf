"""How far a letter came (A3)."""

from relance.domain.postal import PostalState


def test_a_letter_moves_from_draft_to_door_or_back() -> None:
    states = [
        PostalState.DRAFT,
        PostalState.SUBMITTED,
        PostalState.ACCEPTED,
        PostalState.POSTED,
        PostalState.PRESENTED,
        PostalState.DELIVERED,
        PostalState.RETURNED,
    ]
    assert sorted(states, key=lambda state: state.rank) == states
    assert PostalState.ACCEPTED.rank < PostalState.REJECTED.rank < PostalState.POSTED.rank
