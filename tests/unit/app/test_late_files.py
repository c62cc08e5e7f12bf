"""A debtor's files that come while its person is being erased, or just behind (H4)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from relance.app.documents import proof_key
from relance.app.erasure import LATER_SECONDS
from relance.app.invoice_files import GOOD_FOR_SECONDS, announce_invoice_file, invoice_key
from relance.app.postal_news import record_postal
from relance.app.print_room import print_letters
from relance.contracts.jobs import PrintLetters
from relance.contracts.postal_notice import PostalNotice
from relance.domain.actions import Action, ActionState
from relance.domain.carriage import PostalState, Proof
from relance.domain.postal import BatchLetter
from relance.domain.scenario import Channel, StepKey
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.world import World, invoice, paid
from tests.unit.app.erasing import TODAY, erase, left_to_the_queue, said

DUE = date(2025, 3, 1)
LETTER = "C1-0a"
SIGNED = b"%PDF-1.7 signed by Yvonne Martin"


class SlowPost:
    """A provider during whose answer something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def proof(self, reference: str, kind: Proof) -> bytes:
        self._meanwhile()
        return SIGNED


class Dies(MemoryFiles):
    """A bucket whose caller dies when it is to delete something."""

    def erase(self, prefix: str) -> None:
        raise KeyboardInterrupt


@pytest.fixture
def world() -> World:
    """A debtor who paid, and got a registered letter of which nothing personal is written."""
    made = World()
    customer = made.add_customer("C1", on=DUE)
    made.put_items("C1", paid(invoice("C1", "FA-1", due=DUE), on=DUE), on=DUE)
    account = made.store.account(customer.id)
    assert account is not None
    sent = Action(
        id=LETTER,
        currency="EUR",
        step=StepKey.R1,
        step_name="R1",
        channel=Channel.REGISTERED_LETTER,
        state=ActionState.SENT,
        sends=(),
        day=DUE,
        completed_on=DUE,
        reference="registered/abc",
    )
    assert made.store.add_action(account.customer, sent)
    return made


def news_come(world: World, post: SlowPost, files: MemoryFiles | None = None) -> None:
    """The provider tells that the letter was handed over, and has the signed receipt."""
    notice = PostalNotice(
        tenant=world.tenant,
        action=LETTER,
        sending="registered/abc",
        proof=Proof.ACKNOWLEDGEMENT,
        state=PostalState.DELIVERED,
        detail="D01",
        at=datetime(2025, 3, 9, 9, tzinfo=UTC),
    )
    record_postal(
        notice,
        registry=world.registry,
        store=world.store,
        files=files or world.files,
        post=lambda: post,  # type: ignore[arg-type,return-value] # the one thing of it that is asked
        today=TODAY,
    )


def proofs(world: World) -> list[str]:
    action = world.store.action(LETTER)
    assert action is not None
    return [each.document for each in action.carriage.proofs] if action.carriage else []


def test_a_proof_that_comes_for_anybody_else_is_kept(world: World) -> None:
    news_come(world, SlowPost(lambda: None))
    [kept] = proofs(world)
    assert world.files.contents == {kept: SIGNED}
    erase(world)
    assert world.files.contents == {}
    assert proofs(world) == []


def test_a_proof_that_comes_while_its_debtor_is_erased_is_not_kept(world: World) -> None:
    news_come(world, SlowPost(lambda: erase(world)))
    assert "Yvonne" not in said(world)
    assert world.files.contents == {}
    assert proofs(world) == []


def test_a_proof_that_comes_while_its_debtor_is_edited_is_kept(world: World) -> None:
    def edited() -> None:
        account = world.store.account("C1")
        assert account is not None
        world.store.save_customer(account.customer)

    news_come(world, SlowPost(edited))
    assert len(proofs(world)) == 1


def test_a_proof_whose_worker_died_is_found_by_the_late_pass(world: World) -> None:
    dying = Dies(world.tenant, world.files.contents)
    with pytest.raises(KeyboardInterrupt):
        news_come(world, SlowPost(lambda: erase(world)), dying)
    kept = proof_key(world.tenant, LETTER, Proof.ACKNOWLEDGEMENT, "pdf")
    assert world.files.contents == {kept: SIGNED}
    left_to_the_queue(world)
    assert world.files.contents == {}


def test_a_pdf_uploaded_by_a_form_of_before_goes_with_the_late_pass(world: World) -> None:
    world.add_customer("C10", on=DUE)
    world.put_items("C10", invoice("C10", "FA-1", due=DUE), on=DUE)
    mine, theirs = (items(world, code)[0] for code in ("C1", "C10"))
    announce_invoice_file(mine, store=world.store, files=world.files)
    done = erase(world)
    assert done.erasure is not None
    assert done.erasure.done
    for item in (mine, theirs):
        key = invoice_key(world.tenant, item)
        world.files.put(key, b"%PDF of Yvonne", content_type="application/pdf")
    left_to_the_queue(world)
    assert list(world.files.contents) == [invoice_key(world.tenant, theirs)]


def test_a_form_of_before_is_over_when_files_are_looked_for_the_last_time(world: World) -> None:
    erase(world)
    [(_, seconds)] = world.jobs.erasures
    the_request_itself, an_upload_under_way = 29, 240
    assert seconds == LATER_SECONDS <= 900  # longer no queue keeps a message back
    assert seconds > GOOD_FOR_SECONDS + the_request_itself + an_upload_under_way


def test_a_day_s_file_that_was_being_made_goes_with_the_late_pass(world: World) -> None:
    account = world.store.account("C1")
    assert account is not None
    letter = world.store.action(LETTER)
    assert letter is not None
    document = f"tenants/{world.tenant}/documents/0/C1-0b.pdf"
    world.files.put(document, b"%PDF Dear Yvonne", content_type="application/pdf")
    waiting = replace(
        letter,
        id="C1-0b",
        state=ActionState.TO_POST,
        completed_on=None,
        reference=None,
        document=document,
    )
    assert world.store.add_action(account.customer, waiting)

    def slowly(letters: Sequence[BatchLetter], **told: Any) -> bytes:
        erase(world)
        return b"".join(each.pdf for each in letters)

    print_letters(
        PrintLetters(tenant=world.tenant, on=DUE),
        store=world.store,
        files=world.files,
        jobs=world.jobs,
        print_them=slowly,
        duplex=False,
    )
    assert b"Yvonne" in b"".join(world.files.contents.values())
    left_to_the_queue(world)
    assert world.files.contents == {}
    batch = world.store.print_batch(DUE)
    assert batch is not None
    assert (batch.letters, batch.documents) == ((), ())


def items(world: World, code: str) -> list[str]:
    account = world.store.account(code)
    assert account is not None
    return [item.id for item in account.items]
