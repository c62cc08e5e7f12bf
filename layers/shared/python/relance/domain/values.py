"""Values that one night makes by the hundred thousand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import dataclass_transform


@dataclass_transform(frozen_default=True)
def value[T](*, order: bool = False, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """Make a class a dataclass that is compared and hashed by its fields and never changed.

    The type checker refuses a change, nothing does at run time: a dataclass frozen at run time
    costs three to five times as much to make.
    """
    return dataclass(slots=True, unsafe_hash=True, order=order, kw_only=kw_only)
