"""Twenty ways in which the engine could be wrong, each of which must be noticed twice."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import relance

ROOT = Path(__file__).parents[2]
DOMAIN = "domain"
_PACKAGE = Path(relance.__file__).parent


@dataclass(frozen=True, slots=True)
class Mutation:
    """A rule broken: in this module of the domain, these words in place of those."""

    rule: str
    module: str
    right: str
    wrong: str
    says: str


MUTATIONS = (
    Mutation(
        "D2",
        "refusals",
        "    if situation.on >= case.day:\n        return None\n    if situation.on >= case.since:",
        "    if situation.on > case.day:\n        return None\n    if situation.on >= case.since:",
        "a step goes a day after its date",
    ),
    Mutation(
        "D5",
        "plan",
        "return days(0 if is_on_due_day(step) else 1)",
        "return days(0)",
        "an item is overdue on its due day",
    ),
    Mutation(
        "D6",
        "situation",
        "notice_postponed(situation.last_open(",
        "notice_postponed(situation.next_open(",
        "a notice waits for the next open day",
    ),
    Mutation(
        "D11",
        "actions",
        '_COMPLETING = ("sent", "done", "skipped", "delivered", "complained")',
        '_COMPLETING = ("sent", "done", "skipped", "delivered", "complained", "bounced")',
        "a bounce completes its step",
    ),
    Mutation(
        "D12",
        "plan",
        "if step.key.level > level), None)",
        "if step.key.level > level + (level > 1)), None)",
        "a reminder is jumped over",
    ),
    Mutation(
        "D14",
        "schedule",
        "if before is not None and day <= before:",
        "if before is not None and day < before:",
        "a step may go on the day of the one before it",
    ),
    Mutation(
        "D14",
        "situation",
        "contact + plan.delay",
        "contact + plan.delay - DAY",
        "the contact delay is a day short",
    ),
    Mutation(
        "D15",
        "repeats",
        "if not 0 < len(days) <= repeat.count:",
        "if not 0 < len(days) <= repeat.count + 1:",
        "the last reminder repeats once too often",
    ),
    Mutation(
        "D17",
        "withdrawal",
        "len(gone) == len(every) or action.state is ActionState.TO_POST",
        "len(gone) == len(every)",
        "a printed letter keeps the items that still stand",
    ),
    Mutation(
        "D18",
        "grouping",
        "return steps[max(steps)]",
        "return steps[min(steps)]",
        "a message takes its lowest step",
    ),
    Mutation(
        "D18",
        "plan",
        "step.channel is Channel.REGISTERED_LETTER or step.formal_notice or is_last",
        "step.channel is Channel.REGISTERED_LETTER or step.formal_notice",
        "the last reminder carries the others",
    ),
    Mutation(
        "D18",
        "grouping",
        "(case.due or date.max, -case.item.residual, case.item.number)",
        "(case.due or date.max, case.item.residual, case.item.number)",
        "of two as old the smaller carries the plan",
    ),
    Mutation(
        "D22",
        "standing",
        "self.net > tolerance",
        "self.net >= tolerance",
        "with a credit, a net at the tolerance is reminded",
    ),
    Mutation(
        "D24",
        "standing",
        "self.credits > 0 and self.balance <= 0",
        "self.credits > 0 and self.balance < 0",
        "an account just covered gets a notice",
    ),
    Mutation(
        "D25",
        "refusals",
        "situation.standings[currency].net >= situation.threshold(currency)",
        "situation.standings[currency].net > situation.threshold(currency)",
        "a net that equals the threshold is skipped",
    ),
    Mutation(
        "D28",
        "blocking",
        "elif last is not None and last < on:",
        "elif last is not None and last <= on:",
        "a stop ends a day early",
    ),
    Mutation(
        "D29",
        "standing",
        "standing.overdue -= disputed.get(item.id, 0)",
        "standing.overdue -= 0",
        "what is disputed is asked for",
    ),
    Mutation(
        "D30",
        "blocking",
        "GRACE = 2",
        "GRACE = 1",
        "a promise is held for one working day after its date",
    ),
    Mutation(
        "D34",
        "thanks",
        "APART = timedelta(days=30)",
        "APART = timedelta(days=29)",
        "a second thank-you leaves on the thirtieth day",
    ),
    Mutation(
        "D34",
        "thanks",
        "_SERIOUS_LEVEL = 3",
        "_SERIOUS_LEVEL = 4",
        "a thank-you leaves while another item is at level three",
    ),
)


def mutated_copy(mutation: Mutation, folder: Path) -> Path:
    """Copy the package into `folder`, broken in this one way; as `patched_copy`."""
    module = f"{DOMAIN}/{mutation.module}"
    return patched_copy(folder, module, mutation.right, mutation.wrong)


def patched_copy(folder: Path, module: str, right: str, wrong: str) -> Path:
    """Copy the package into `folder` with words of one module replaced; return what to put on the
    path.

    Raises ValueError when the words to replace are not there exactly once.
    """
    text = patched_text(module, right, wrong)
    path = folder / "layers" / "shared" / "python"  # as deep as ours: some look around themselves
    copied = path / _PACKAGE.name
    shutil.copytree(_PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / f"{module}.py").write_text(text)
    return path


def patched_text(module: str, right: str, wrong: str) -> str:
    """Return a module's text with words replaced; raises as `patched_copy`."""
    text = (_PACKAGE / f"{module}.py").read_text()
    if text.count(right) != 1:
        raise ValueError(f"{module} has not exactly once: {right}")
    return text.replace(right, wrong)
