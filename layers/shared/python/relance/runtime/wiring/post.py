"""Who posts a tenant's letters: what whoever speaks with the post is told, and its clients."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from relance.runtime import parts
from relance.runtime.settings import TellingSettings

if TYPE_CHECKING:
    from urllib3 import PoolManager

    from relance.app.ports.post import Post
    from relance.contracts.postal_account import MailevaAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalSettings(TellingSettings):
    """What whoever speaks with the post is told.

    `postal_key` opens the tenants' accounts. `postal_api` is where the provider is reached:
    `production`, `sandbox`, or an address of this machine; `postal_version` its API's version.
    """

    documents_bucket: str
    postal_key: str
    postal_api: str
    postal_version: str


def posts(told: PostalSettings) -> "Callable[[str], Post | None]":
    """Return what tells who posts a tenant's letters, None when it does so itself.

    The client of an account is kept with its token, for as long as the account stays the same.
    """
    from relance.app.postal_account import who_posts

    store_for, vault_for = parts.stores(told), parts.vaults(told.postal_key)

    @lru_cache(maxsize=64)
    def post_for(account: "MailevaAccount") -> "Post":
        from relance.channels.postal.maileva import maileva_post
        from relance.channels.postal.maileva_api import reached_at

        api = reached_at(told.postal_api, version=told.postal_version, sandboxed=account.sandbox)
        return maileva_post(account, pool=_pool(), api=api)

    return lambda tenant: who_posts(
        store=store_for(tenant), vault=vault_for(tenant), post_for=post_for
    )


@cache
def _pool() -> "PoolManager":
    from relance.channels.postal.exchange import new_pool

    return new_pool()
