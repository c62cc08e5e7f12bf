"""What the post says of a letter after it took it (A3)."""

from collections.abc import Callable
from datetime import date

from relance.app.documents import proof_key
from relance.app.errors import Conflict
from relance.app.facts import local_time
from relance.app.feedback import Taken
from relance.app.ports.files import Files
from relance.app.ports.post import Post
from relance.app.ports.registry import Registry
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import reschedule
from relance.contracts.postal_notice import PostalNotice
from relance.domain.actions import Action
from relance.domain.carriage import KeptProof, PostalState, Proof
from relance.domain.identifiers import owner
from relance.domain.late_news import found_never_left, left_after_all
from relance.domain.letter_news import LETTERS, carried, proved
from relance.domain.lifecycle import News

_TRIES = 10
_KINDS = {b"%PDF": ("pdf", "application/pdf"), b"PK\x03\x04": ("zip", "application/zip")}
_UNKNOWN = ("bin", "application/octet-stream")


def record_postal(
    notice: PostalNotice,
    *,
    registry: Registry,
    store: TenantStore,
    files: Files,
    post: Callable[[], Post | None],
    today: date,
) -> Taken:
    """Move the letter's action on, and keep the proof that the news tell of.

    `store` and `files` are those of the tenant by whose callback the news came: no other's action
    is ever found. News of another sending than the action's own concern a draft that was never
    submitted. Raises NotFound when the proof is not there yet and NotAcceptedError when the post
    can't give it now: the news are to come again. `today` is the tenant day.
    """
    action = _concerned(notice, registry=registry, store=store)
    if action is None:
        return Taken.UNKNOWN_ACTION
    taken = Taken.NOTHING_NEW
    if notice.state is not None:
        taken = _move(action.id, notice, notice.state, store=store)
    if notice.proof is not None and _keep_proof(action.id, notice.proof, store, files, post):
        taken = Taken.MOVED if taken is Taken.NOTHING_NEW else taken
    if taken is not Taken.NOTHING_NEW:
        reschedule(owner(action.id), store=store, on=today)
    return taken


def _concerned(notice: PostalNotice, *, registry: Registry, store: TenantStore) -> Action | None:
    """Return the letter that the news are about, by our name of it, else by the post's."""
    identifier = notice.action
    if identifier is None and notice.sending is not None:
        tenant, identifier = registry.sent_as(notice.sending) or (None, None)
        if tenant != notice.tenant:
            return None
    action = store.action(identifier) if identifier else None
    if action is None or action.channel not in LETTERS or action.reference is None:
        return None
    return action if notice.sending in (None, action.reference) else None


def _move(
    identifier: str, notice: PostalNotice, state: PostalState, *, store: TenantStore
) -> Taken:
    on = local_time(store.tenant(), notice.at).date()
    for _ in range(_TRIES):
        action = store.action(identifier)
        moved = carried(action, state, on=on, detail=notice.detail) if action else None
        if action is None or moved is None:
            return Taken.NOTHING_NEW
        right = _left_after_all(moved, state, store=store)
        if store.replace_action(right or moved, was=action):
            return Taken.LEFT_AFTER_ALL if right else Taken.MOVED
    raise Conflict(f"{owner(identifier)} is being changed by others")


def _left_after_all(action: Action, state: PostalState, *, store: TenantStore) -> Action | None:
    """Return the action set right when a person found that it never left, and the post has it."""
    if not found_never_left(action) or state is PostalState.REJECTED:
        return None
    account = store.account(owner(action.id))
    news = News.DELIVERED if state is PostalState.DELIVERED else News.ACCEPTED
    return left_after_all(action, news, others=account.actions if account else ())


def _keep_proof(
    identifier: str, kind: Proof, store: TenantStore, files: Files, post: Callable[[], Post | None]
) -> bool:
    """Fetch a proof and name it on the action; False when it is kept, or nobody can give it."""
    action = store.action(identifier)
    if action is None or action.reference is None or _has(action, kind):
        return False
    account = store.account(owner(identifier))
    if account is None or account.customer.erasure is not None:
        return False  # who it was is erased, and so is every proof (H4)
    provider = post()
    if provider is None:
        return False
    content = provider.proof(action.reference, kind)
    ending, content_type = _KINDS.get(content[:4], _UNKNOWN)
    document = proof_key(store.tenant().id, action.id, kind, ending)
    files.put(document, content, content_type=content_type)
    kept = KeptProof(kind=kind, document=document)
    for _ in range(_TRIES):
        account = store.account(owner(identifier))
        if account is None or account.customer.erasure is not None:
            # Erased while the post answered. Should this run die first, the erasure's late pass
            # finds the file by its customer.
            files.erase(document)
            return False
        action = store.action(identifier)
        if action is None or _has(action, kind):
            return False
        if store.replace_action(proved(action, kept), was=action, of=account.customer):
            return True
    raise Conflict(f"{owner(identifier)} is being changed by others")


def _has(action: Action, kind: Proof) -> bool:
    return action.carriage is not None and any(each.kind is kind for each in action.carriage.proofs)
