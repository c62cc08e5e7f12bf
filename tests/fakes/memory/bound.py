"""What the parts of a tenant's store in memory share: the tenant, its profiles, and paged lists."""

from collections.abc import Iterable
from dataclasses import replace

from relance.app.cursors import cursor, position
from relance.app.errors import Conflict, MovedMeanwhile
from relance.app.ports.page import Page
from relance.app.ports.tenant import Profile, Tenant


def moved(what: str, version: int) -> Conflict:
    """What is at another version than this, or is there although new (0)."""
    if not version:
        return Conflict(f"there is a {what} already")
    return MovedMeanwhile(f"{what} changed since it was read")


class Bound:
    """Something of one tenant's; each part that is made from it adds what it keeps."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = replace(tenant, version=tenant.version or 1)
        self._profiles: dict[str, Profile] = {}

    def _page[T](
        self,
        name: str,
        rows: Iterable[tuple[str, T]],
        *,
        limit: int,
        after: str | None,
        newest_first: bool = False,
    ) -> Page[T]:
        name = f"{self._tenant.id}#{name}"
        start = position(name, after)
        ordered = sorted(rows, key=lambda row: row[0], reverse=newest_first)
        if start is not None:
            ordered = [
                row for row in ordered if (row[0] < start if newest_first else row[0] > start)
            ]
        part = ordered[:limit]
        more = cursor(name, part[-1][0]) if len(ordered) > limit else None
        return Page(entries=tuple(value for _, value in part), next=more)
