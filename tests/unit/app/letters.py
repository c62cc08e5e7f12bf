"""One customer whose first reminder is a letter, a provider that counts, and the days after."""

from dataclasses import dataclass
from datetime import date, timedelta

from relance.contracts.jobs import SendJob
from relance.domain.actions import Action, ActionState
from tests.adapters.postal.samples import post
from tests.fakes.faults import Fate, Killed, Mortal
from tests.fakes.postal import Harm, Maileva, Step
from tests.fakes.world import World, invoice

DUE = date(2025, 3, 2)
NIGHT = DUE + timedelta(days=8)  # a Monday
# Shorter than the provider's silence, long enough for a call on this machine.
PATIENCE = 0.4
_PORTS = ("store", "files", "post")


@dataclass(frozen=True)
class Cell:
    """One failure: of which call, of which kind, before or after the provider took it."""

    step: Step
    harm: Harm
    after: bool

    def __str__(self) -> str:
        return f"{self.step}-{self.harm}-{'after' if self.after else 'before'}"


CELLS = [Cell(step, harm, after) for step in Step for harm in Harm for after in (False, True)]


def world_with(maileva: Maileva | None) -> World:
    """Return a world whose letters are posted there (by hand without), with one to be sent."""
    world = World()
    customer = world.add_customer(email=None, on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    if maileva is not None:
        world.post = post(maileva.address, patience=PATIENCE)
    world.plan(NIGHT)
    return world


def the_job(world: World) -> SendJob:
    (job,) = world.jobs.jobs
    return job


def the_letter(world: World) -> Action:
    """Return the one action there is."""
    (action,) = world.store.history("C1", limit=9).entries
    return action


def deliver(world: World, day: date = NIGHT) -> None:
    """Give the queue's jobs to the worker until none is left; a job stays until it is done."""
    for _ in range(20):
        world.jobs.jobs += [job for job, _ in world.jobs.delayed]
        world.jobs.delayed.clear()
        if not world.jobs.jobs:
            return
        world.send(world.jobs.jobs[0], day)
        world.jobs.jobs.pop(0)
    raise AssertionError("the queue is never empty")


def hours_pass(world: World, hours: int = 3, *, day: date = NIGHT) -> None:
    """Let the hourly run come as often, and the jobs that it gives."""
    for _ in range(hours):
        world.real += timedelta(hours=1)
        world.look_after(day)
        deliver(world, day)


def die(world: World, fate: Fate) -> None:
    """Deliver the queue's jobs by a worker that dies as its fate says."""
    real = {name: getattr(world, name) for name in _PORTS}
    for name, port in real.items():
        setattr(world, name, Mortal(port, fate))
    try:
        deliver(world)
    except Killed:
        pass
    finally:
        for name, port in real.items():
            setattr(world, name, port)


def table() -> list[str]:
    """Return what comes of each failure, counted at the provider: a row a call."""
    from tests.fakes.postal_server import running_maileva

    columns = [(harm, after) for harm in Harm for after in (False, True)]
    heads = [f"{harm} {'after' if after else 'before'}" for harm, after in columns]
    lines = [" | ".join(["call     ", *(f"{head:16}" for head in heads)])]
    for step in Step:
        cells = []
        for harm, after in columns:
            with running_maileva() as maileva:
                cells.append(outcome(Cell(step, harm, after), maileva))
        lines.append(" | ".join([f"{step:9}", *(f"{cell:16}" for cell in cells)]))
    return lines


def outcome(cell: Cell, maileva: Maileva) -> str:
    """Return what the provider posted in the end and how the action stands."""
    world = world_with(maileva)
    maileva.fail(cell.step, cell.harm, after=cell.after)
    if cell.step is Step.STATE:  # the state is only asked after a lost answer
        maileva.fail(Step.SUBMIT, Harm.RESET, after=True)
    deliver(world)
    hours_pass(world)
    assert not any(fault.times for fault in maileva.faults), "the fault never struck"
    state = the_letter(world).state
    shown = "" if state is ActionState.SENT else f" {state}"
    return f"{len(maileva.posted)} letter{shown}"


if __name__ == "__main__":
    print("\n".join(table()))  # noqa: T201 - what this program is for
