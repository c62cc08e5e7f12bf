"""A list narrowed to what is asked for: read part by part until enough of it is found."""

from collections.abc import Callable, Sequence

from relance.app.ports.page import Page

# A read costs by itself, whatever it brings: after the first, whose rows mostly are what is asked
# for, as many rows at once as a list is ever asked for.
_ROWS = 200
# Of one answer: whoever asks for something rare goes on from where it ends.
_MOST_READS = 20


def narrowed[E, F](
    read: Callable[[int, str | None], Page[E]],
    keep: Callable[[Sequence[E]], Sequence[F | None]],
    *,
    limit: int,
    after: str | None,
) -> Page[F]:
    """Return what `keep` leaves of a list, at most `limit` of it, from `after` on.

    `read` returns a part of the list: so many rows, beginning behind that cursor; `keep` says of
    each row what is shown of it, None of one that is not asked for. What is returned may hold fewer
    than `limit` and yet be followed by another part. Some twenty reads are the most it takes.
    """
    found: list[F] = []
    rows = limit
    for reads in range(1, _MOST_READS + 1):
        page = read(rows, after)
        kept = keep(page.entries)
        while (enough := _rows_with(limit - len(found), kept)) < len(kept):
            # A cursor stands behind the last row that was read, so the rows behind the last one
            # that is shown must not be. What others write meanwhile moves it once more at most.
            page = read(enough, after)
            kept = keep(page.entries)
        found += [each for each in kept if each is not None]
        after, rows = page.next, _ROWS
        # What is left of a part is not worth a read.
        if after is None or len(found) > limit // 2 or reads == _MOST_READS:
            break
    return Page(entries=tuple(found), next=after)


def _rows_with(most: int, kept: Sequence[object]) -> int:
    """Return how many rows may be taken without there being more than `most` that are shown."""
    shown = [place for place, each in enumerate(kept) if each is not None]
    return len(kept) if len(shown) <= most else shown[most - 1] + 1
