"""What nobody may write any more: anything about a customer whose person is erased (H4)."""

from relance.app.errors import Conflict
from relance.domain.customer import Customer


def refuse_erased(customer: Customer) -> None:
    """Raise Conflict for a customer whose person is erased, wholly or in part."""
    if customer.erasure is not None:
        raise Conflict("the customer was erased: nothing can be written about it any more")
