"""One message, once, whatever happens between deciding and confirming (D32, D39)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError
from relance.app.plan_customer import LEASE
from relance.contracts.jobs import SendJob
from relance.domain.actions import ActionState
from tests.fakes.world import World, invoice, paid

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)


@pytest.fixture
def world() -> World:
    """One customer with one invoice whose first reminder is planned tonight."""
    made = World()
    customer = made.add_customer(on=DUE).id
    made.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    made.plan(NIGHT)
    return made


def the_job(world: World) -> SendJob:
    (job,) = world.jobs.jobs
    return job


def test_a_job_delivered_twice_sends_once(world: World) -> None:
    job = the_job(world)
    assert world.send(job, NIGHT) == "sent"
    assert world.send(job, NIGHT) == "duplicate"
    assert len(world.mailer.taken) == 1


def test_an_invoice_paid_meanwhile_makes_the_job_obsolete(world: World) -> None:
    item = invoice("C1", "FA-1", due=DUE)
    world.put_items("C1", paid(item, on=NIGHT), on=NIGHT)
    assert world.send(the_job(world), NIGHT) == "obsolete"
    assert world.mailer.taken == []


def test_of_two_invoices_one_paid_meanwhile_only_the_other_is_chased() -> None:
    world = World()
    world.add_customer(on=DUE)
    one, two = invoice("C1", "FA-1", due=DUE), invoice("C1", "FA-2", due=DUE, amount=5_000)
    world.put_items("C1", one, two, on=DUE)
    world.plan(NIGHT)
    world.put_items("C1", paid(one, on=NIGHT), on=NIGHT)
    assert world.work(NIGHT) == ["sent"]
    text = world.mailer.taken[0].mime.decode()
    assert "FA-2" in text
    assert "FA-1" not in text


def test_a_part_payment_meanwhile_is_in_the_text(world: World) -> None:
    item = replace(invoice("C1", "FA-1", due=DUE), residual=45_050)
    world.put_items("C1", item, on=NIGHT)
    assert world.send(the_job(world), NIGHT) == "sent"
    assert "450,50" in world.mailer.taken[0].mime.decode()


def test_the_exact_bytes_that_left_are_kept(world: World) -> None:
    job = the_job(world)
    world.send(job, NIGHT)
    action = world.store.action(job.action)
    assert action is not None
    assert action.document is not None
    assert world.files.contents[action.document] == world.mailer.taken[0].mime


def test_a_provider_out_of_reach_leaves_the_job_to_be_tried_again(world: World) -> None:
    job = the_job(world)
    world.mailer.fail_before = NotAcceptedError("connection refused")
    assert world.send(job, NIGHT) == "to_try_again"
    assert world.store.action(job.action) is None
    world.mailer.fail_before = None
    assert world.send(job, NIGHT) == "sent"
    assert len(world.mailer.taken) == 1


def test_a_lost_answer_is_in_doubt_and_never_sent_again(world: World) -> None:
    job = the_job(world)
    world.mailer.fail_after = InDoubtError("the answer was lost")
    assert world.send(job, NIGHT) == "in_doubt"
    world.mailer.fail_after = None
    assert world.send(job, NIGHT) == "duplicate"
    for later in range(1, 40):
        world.night(NIGHT + timedelta(days=later))
    assert len(world.mailer.taken) == 1
    assert [action.state for action in world.waiting()] == [ActionState.IN_DOUBT]


def test_a_worker_killed_after_the_provider_took_it_leaves_it_in_doubt(world: World) -> None:
    job = the_job(world)
    world.mailer.fail_after = KeyboardInterrupt()  # a kill, not an error
    with pytest.raises(KeyboardInterrupt):
        world.send(job, NIGHT)
    world.mailer.fail_after = None
    assert world.send(job, NIGHT) == "duplicate", "the first worker may still live"
    world.real += LEASE + timedelta(seconds=1)
    assert world.send(job, NIGHT) == "in_doubt"
    world.walk(NIGHT, NIGHT + timedelta(days=40))
    assert len(world.mailer.taken) == 1


def test_a_reservation_nobody_ended_is_put_in_doubt_by_the_next_night(world: World) -> None:
    job = the_job(world)
    world.mailer.fail_after = KeyboardInterrupt()  # a kill, not an error
    with pytest.raises(KeyboardInterrupt):
        world.send(job, NIGHT)
    world.jobs.jobs.clear()
    world.mailer.fail_after = None
    world.night(NIGHT + timedelta(days=1))
    assert [action.state for action in world.waiting()] == [ActionState.IN_DOUBT]
    assert len(world.mailer.taken) == 1


def test_a_message_refused_for_good_waits_for_someone(world: World) -> None:
    job = the_job(world)
    world.mailer.fail_before = RefusedError("MessageRejected")
    assert world.send(job, NIGHT) == "refused"
    (action,) = world.waiting()
    assert action.state is ActionState.FAILED
    assert action.reason == "MessageRejected"


def test_a_letter_is_kept_as_pdf_until_it_is_posted() -> None:
    world = World()
    world.add_customer(email=None, on=DUE)
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    assert world.night(NIGHT) == ["kept"]
    (action,) = world.waiting()
    assert action.state is ActionState.TO_POST
    assert action.document is not None
    assert world.files.contents[action.document].startswith(b"%PDF-")
    assert not world.history("C1")
    world.close_everything_open(NIGHT + timedelta(days=2))
    assert [sent.day for sent in world.history("C1")] == [NIGHT + timedelta(days=2)]


def test_a_customer_without_postal_address_gets_no_letter_but_a_person_is_told() -> None:
    world = World()
    customer = world.add_customer(email=None, on=DUE)
    world.store.save_customer(replace(customer, address=None))
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    assert world.night(NIGHT) == ["refused"]
    (action,) = world.waiting()
    assert action.reason == "the customer has no postal address"
