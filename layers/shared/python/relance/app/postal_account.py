"""Who posts a tenant's letters: an account that only its owner's programs can open (M4, H3)."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from relance.app.errors import BadInput, Conflict, NotAcceptedError, NotFound
from relance.app.ports.jobs import Jobs
from relance.app.ports.post import Post
from relance.app.ports.postal import SealedAccount
from relance.app.ports.tenant_store import TenantStore
from relance.app.ports.vault import Vault
from relance.contracts.http.codes import checked_country
from relance.contracts.http.texts import is_slug
from relance.contracts.postal import is_basic, is_from_provider, parse_notification
from relance.contracts.postal_account import (
    MailevaAccount,
    PostalAccount,
    PrintRoomAccount,
    ReturnAddress,
    dump,
    load,
)
from relance.contracts.postal_notice import PostalNotice

# What a secret looks like where it is shown: given back, it stays as it is.
_SHOWN = "**********"
_SECRETS = ("client_secret", "password", "callback_password")


def opened(store: TenantStore, vault: Vault) -> PostalAccount | None:
    """Return the tenant's account, None when it has none.

    Raises NotAcceptedError when its seal does not open (now).
    """
    stored = store.postal_account()
    return load(vault.unseal(stored.sealed)) if stored else None


def who_posts(
    *, store: TenantStore, vault: Vault, post_for: Callable[[MailevaAccount], Post]
) -> Post | None:
    """Return who posts the tenant's letters, None when it does so itself; raises as `opened`."""
    account = opened(store, vault)
    return post_for(account) if isinstance(account, MailevaAccount) else None


def prints_duplex(*, store: TenantStore, vault: Vault) -> bool:
    """Tell whether letters printed by hand are printed on both sides; raises as `opened`."""
    account = opened(store, vault)
    return account.duplex if isinstance(account, PrintRoomAccount) else True


def account_of(*, store: TenantStore, vault: Vault) -> tuple[PostalAccount, int]:
    """Return the account and its version; raise NotFound when there is none."""
    stored = store.postal_account()
    if stored is None:
        raise NotFound("no account for letters: they are printed and posted by hand")
    return load(vault.unseal(stored.sealed)), stored.version


def set_account(
    account: PostalAccount, *, store: TenantStore, vault: Vault, expected: int | None
) -> tuple[PostalAccount, int]:
    """Keep an account in the place of the one there is; return it with its version.

    A secret given as it is shown stays as it was. Raises BadInput when there was none, or for a
    sender's country that is none, Conflict when the account is not at the version `expected`
    (None: any).
    """
    if isinstance(account, MailevaAccount):
        try:
            checked_country(account.sender.country)
        except ValueError as error:
            raise BadInput(str(error), pointer="/account/sender/country") from None
    stored = store.postal_account()
    version = stored.version if stored else 0
    if expected is not None and expected != version:
        raise Conflict("the postal account changed since it was read")
    before = load(vault.unseal(stored.sealed)) if stored and _hides(account) else None
    kept = _with_secrets(account, before)
    return kept, store.save_postal_account(vault.seal(dump(kept)), version=version)


def forget_account(*, store: TenantStore) -> None:
    """Let letters be posted by hand from now on; raise NotFound when they are.

    Of letters that a provider still has, only it can tell: what is under way ends in doubt.
    """
    if not store.delete_postal_account():
        raise NotFound("there is no account for letters")


def take_notification(
    tenant: str,
    body: Mapping[str, Any],
    *,
    authorization: str | None,
    store_for: Callable[[str], TenantStore],
    vault: Vault,
    jobs: Jobs,
) -> bool:
    """Hand on what a provider tells by a tenant's callback; False when it is not that provider.

    Whether the tenant exists, has an account, or the password is wrong, takes the same work; what
    can be neither a tenant nor a name and password takes none. News that change nothing are let go.
    Raises ValueError when it is no notification, NotAcceptedError when the account can't be opened
    now.
    """
    if not is_basic(authorization) or not is_slug(tenant):
        return False
    account = _of_callback(tenant, store_for, vault)
    if not is_from_provider(authorization, account):
        return False
    news = parse_notification(body)
    if news is not None:
        jobs.feedback(PostalNotice.of(news, tenant=tenant))
    return True


def _of_callback(
    tenant: str, store_for: Callable[[str], TenantStore], vault: Vault
) -> MailevaAccount:
    """Return the account whose provider may call back, one that nobody has if there is none."""
    stored: SealedAccount | None = None
    account: PostalAccount | None = None
    with suppress(NotFound):
        stored = store_for(tenant).postal_account()
    if stored is not None:
        account = load(vault.unseal(stored.sealed))
    else:
        with suppress(NotAcceptedError):
            vault.unseal(b"nothing was sealed")
    return account if isinstance(account, MailevaAccount) else _nobody_s()


def _nobody_s() -> MailevaAccount:
    return MailevaAccount.model_validate(
        {
            "client_id": "nobody",
            "client_secret": "none",
            "notify": "nobody@example.com",
            "sender": ReturnAddress(name="-", lines=("-",), postal_code="-", city="-"),
            "callback_name": "nobody",
            "callback_password": secrets.token_urlsafe(32),
        }
    )


def _hides(account: PostalAccount) -> bool:
    return not isinstance(account, PrintRoomAccount) and any(
        getattr(account, name).get_secret_value() == _SHOWN for name in _SECRETS
    )


def _with_secrets(account: PostalAccount, before: PostalAccount | None) -> PostalAccount:
    """Return the account with the secrets that it only shows as they were."""
    if isinstance(account, PrintRoomAccount):
        return account
    kept = {}
    for name in _SECRETS:
        if getattr(account, name).get_secret_value() != _SHOWN:
            continue
        secret = getattr(before, name, None)
        if secret is None or not secret.get_secret_value():
            raise BadInput("there is none yet to be kept: give it", pointer=f"/account/{name}")
        kept[name] = secret
    return account.model_copy(update=kept)
