"""A part of a list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A part of a list and where the next part begins (None at the end)."""

    entries: tuple[T, ...]
    next: str | None = None
