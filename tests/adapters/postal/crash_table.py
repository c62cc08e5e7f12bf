"""Each call of posting a letter, and what may happen to it: `python -m` prints what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.adapters.postal.samples import LETTER, post
from tests.adapters.postal.sender import Sender
from tests.fakes.faults import Fate
from tests.fakes.postal import Harm, Maileva, Step
from tests.fakes.postal_server import running_maileva

# Shorter than the fake's silence, long enough for a call on this machine.
_PATIENCE = 0.4
_CALLS_OF_A_WORKER = 3


@dataclass(frozen=True)
class Cell:
    """One failure: of which call, of which kind, before or after the provider took it."""

    step: Step
    harm: Harm
    after: bool

    def __str__(self) -> str:
        return f"{self.step}-{self.harm}-{'after' if self.after else 'before'}"


@dataclass(frozen=True)
class Outcome:
    """What the provider counts in the end; documents and recipients are of what it carries."""

    posted: int
    done: bool
    harmed: bool
    documents: tuple[int, ...]
    recipients: tuple[int, ...]


CELLS = [Cell(step, harm, after) for step in Step for harm in Harm for after in (False, True)]
KILLS = [(at, after) for at in range(1, _CALLS_OF_A_WORKER + 1) for after in (False, True)]


def outcome_of(cell: Cell, maileva: Maileva) -> Outcome:
    """Post a letter, one call of which fails, coming again as the port says."""
    maileva.fail(cell.step, cell.harm, after=cell.after)
    if cell.step is Step.STATE:
        # The state is only asked after a lost answer.
        maileva.fail(Step.SUBMIT, Harm.RESET, after=True)
    sender = Sender(post(maileva.address, patience=_PATIENCE), LETTER)
    sender.work()
    return _outcome(maileva, sender, harmed=not any(fault.times for fault in maileva.faults))


def survive_kill(at: int, after: bool, maileva: Maileva) -> Outcome:
    """Post a letter with a worker that dies at its call number `at`, before or after it."""
    fate = Fate(at=at, after=after)
    sender = Sender(post(maileva.address, patience=_PATIENCE), LETTER, fate=fate)
    sender.work()
    return _outcome(maileva, sender, harmed=bool(fate.last))


def _outcome(maileva: Maileva, sender: Sender, *, harmed: bool) -> Outcome:
    carried = [maileva.sendings[each] for each in maileva.posted]
    return Outcome(
        posted=len(maileva.posted),
        done=sender.done,
        harmed=harmed,
        documents=tuple(len(each.documents) for each in carried),
        recipients=tuple(len(each.recipients) for each in carried),
    )


def table(results: Iterable[tuple[Cell, str]]) -> list[str]:
    """Return the lines of the table: a row per call, a column per failure."""
    found = {(cell.step, cell.harm, cell.after): text for cell, text in results}
    columns = [(harm, after) for harm in Harm for after in (False, True)]
    heads = [f"{harm} {'after' if after else 'before'}" for harm, after in columns]
    lines = [" | ".join(["call     ", *(f"{head:16}" for head in heads)])]
    for step in Step:
        cells = (found.get((step, harm, after), "") for harm, after in columns)
        lines.append(" | ".join([f"{step:9}", *(f"{cell:16}" for cell in cells)]))
    return lines


def main() -> None:
    """Print the table, counted anew."""
    results = []
    for cell in CELLS:
        with running_maileva() as maileva:
            outcome = outcome_of(cell, maileva)
        results.append((cell, f"{outcome.posted} letter"))
    lines = table(results)
    for at, after in KILLS:
        with running_maileva() as maileva:
            outcome = survive_kill(at, after, maileva)
        moment = f"{'after' if after else 'before'} {('prepare', 'keep', 'submit')[at - 1]}"
        lines.append(f"worker killed {moment:14} | {outcome.posted} letter")
    print("\n".join(lines))  # noqa: T201 - what this program is for


if __name__ == "__main__":
    main()
