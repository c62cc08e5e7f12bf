"""Letters that the tenant prints and posts itself: one file a day, under a list of them (M4)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from relance.app.completion import complete_action
from relance.app.documents import document_key
from relance.app.in_bulk import Outcome, each_of
from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.postal import PrintedBatch
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, unheard
from relance.contracts.http.actions import Completion, CompletionResult
from relance.contracts.jobs import PrintLetters
from relance.domain.actions import Action, ActionState
from relance.domain.letter_news import LETTERS
from relance.domain.postal import BatchLetter, UnreadableLetter
from relance.domain.scenario import Channel

# A file that prints and binds well within a worker's time.
_LETTERS_A_FILE = 100
_MOST_BYTES = 20_000_000
_PAGE = 200


class Print(Protocol):
    """Puts letters together in one PDF; raises UnreadableLetter."""

    def __call__(
        self,
        letters: Sequence[BatchLetter],
        *,
        tenant: str,
        on: date,
        language: str,
        duplex: bool,
    ) -> bytes: ...


def ask_for_batch(on: date, *, store: TenantStore, jobs: Jobs) -> PrintedBatch:
    """Have the letters of tenant day `on` put together that are in no file of that day yet."""
    batch = store.print_batch(on) or PrintedBatch(on=on)
    if batch.done or not batch.version:
        batch = store.save_print_batch(replace(batch, done=False))
    jobs.print_letters(PrintLetters(tenant=store.tenant().id, on=on))
    return batch


def print_letters(
    message: PrintLetters,
    *,
    store: TenantStore,
    files: Files,
    jobs: Jobs,
    print_them: Print,
    duplex: bool,
) -> PrintedBatch:
    """Put a hundred letters of the day together in a file, and hand on the rest.

    A letter is in one file only; one without a readable PDF is left out, and named. The same
    message again makes a file of what is in none. Raises Conflict when another did the same.
    """
    batch = store.print_batch(message.on) or PrintedBatch(on=message.on)
    seen = {*batch.letters, *batch.left_out}
    waiting = [each for each in _to_post(message.on, store=store) if each[1].id not in seen]
    letters = [_letter(*each, store=store, files=files) for each in waiting[:_LETTERS_A_FILE]]
    missing = [
        action.id for (_, action), letter in zip(waiting, letters, strict=False) if letter is None
    ]
    content, printed, unreadable = _printed(
        [each for each in letters if each is not None],
        print_them=print_them,
        store=store,
        on=message.on,
        duplex=duplex,
    )
    documents = batch.documents
    if content is not None:
        name = f"letters-{message.on}-{len(documents) + 1}"
        document = document_key(message.tenant, name, content, "pdf")
        files.put(document, content, content_type="application/pdf")
        documents = (*documents, document)
    more = len(waiting) > _LETTERS_A_FILE
    batch = store.save_print_batch(
        replace(
            batch,
            letters=(*batch.letters, *printed),
            left_out=(*batch.left_out, *missing, *unreadable),
            documents=documents,
            done=not more,
        )
    )
    if more:
        jobs.print_letters(message.model_copy(update={"part": message.part + 1}))
    return batch


def mark_posted(
    identifiers: Iterable[str],
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> tuple[Outcome, ...]:
    """Say of many letters that they were posted on tenant day `on`, each by itself (D11)."""
    posted = Completion(result=CompletionResult.POSTED)

    def marked(identifier: str) -> Action:
        return complete_action(identifier, posted, author=author, store=store, on=on, failed=failed)

    return each_of(identifiers, marked, failed=failed)


def _to_post(on: date, *, store: TenantStore) -> list[tuple[str, Action]]:
    """Return the letters of that day that wait to be posted, registered ones first."""
    found, after, more = list[tuple[str, Action]](), None, True
    while more:
        page = store.actions(waiting=True, limit=_PAGE, after=after, before=on + timedelta(days=1))
        found += [
            (customer, action)
            for customer, action in page.entries
            if action.day == on
            and action.state is ActionState.TO_POST
            and action.channel in LETTERS
        ]
        after = page.next
        more = after is not None and (not page.entries or page.entries[-1][1].day >= on)
    return sorted(found, key=lambda each: (each[1].channel is Channel.LETTER, each[1].id))


def _letter(
    customer: str, action: Action, *, store: TenantStore, files: Files
) -> BatchLetter | None:
    """Return the letter with its PDF, None when that is not there."""
    account = store.account(customer)
    pdf = files.find(action.document, most_bytes=_MOST_BYTES) if action.document else None
    if account is None or pdf is None:
        return None
    items = {send.item for send in action.sends}
    return BatchLetter(
        reference=action.id,
        customer=account.customer.name,
        pdf=pdf,
        registered=action.channel is Channel.REGISTERED_LETTER,
        amount=sum(item.residual for item in account.items if item.id in items),
        currency=action.currency,
    )


def _printed(
    letters: list[BatchLetter],
    *,
    print_them: Print,
    store: TenantStore,
    on: date,
    duplex: bool,
) -> tuple[bytes | None, list[str], list[str]]:
    """Return the file, None without a letter; the letters in it, and those that can't be read."""
    tenant = store.tenant()
    unreadable: list[str] = []
    while letters:
        try:
            content = print_them(
                letters,
                tenant=tenant.name,
                on=on,
                language=tenant.rules.language,
                duplex=duplex,
            )
        except UnreadableLetter as error:
            unreadable.append(error.reference)
            letters = [each for each in letters if each.reference != error.reference]
        else:
            return content, [each.reference for each in letters], unreadable
    return None, [], unreadable
