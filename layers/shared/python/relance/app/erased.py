"""What nobody may write any more: anything about a customer whose person is erased (H4)."""

from relance.app.errors import NotAsItStands
from relance.domain.customer import Customer


def refuse_erased(customer: Customer) -> None:
    """Raise NotAsItStands for a customer whose person is erased, wholly or in part."""
    if customer.erasure is not None:
        raise NotAsItStands("the customer was erased: nothing can be written about it any more")
