"""A list narrowed to what is asked for: read part by part until enough of it is found."""

from collections.abc import Callable, Iterable, Sequence

from relance.app.ports.page import Page

# Of one answer: whoever asks for something rare goes on from where it ends.
_MOST_READ = 2_000


def narrowed[E, F](
    read: Callable[[int, str | None], Page[E]],
    keep: Callable[[Sequence[E]], Iterable[F]],
    *,
    limit: int,
    after: str | None,
) -> Page[F]:
    """Return what `keep` leaves of a list, at most `limit` of it, from `after` on.

    `read` returns a part of the list: so many of it, beginning behind that cursor. What is
    returned may hold fewer than `limit` and yet be followed by another part.
    """
    found: list[F] = []
    count = 0
    while True:
        some = limit - len(found)
        page = read(some, after)
        found += keep(page.entries)
        count, after = count + some, page.next
        # What is left of a part is not worth a read of a few.
        if after is None or len(found) > limit // 2 or count >= _MOST_READ:
            return Page(entries=tuple(found), next=after)
