"""How a rule is switched off: words of the product replaced, and the tests that then fail."""

from dataclasses import dataclass

_UNIT = "unit/domain"
AGING = f"{_UNIT}/test_aging.py"
BLOCKS = f"{_UNIT}/test_blocks.py"
CALENDAR = f"{_UNIT}/test_calendar.py"
CAMPAIGNS = f"{_UNIT}/test_campaigns.py"
CHECK = f"{_UNIT}/test_scenario_check.py"
EACH_ITEM = f"{_UNIT}/test_each_item_for_itself.py"
GROUPING = f"{_UNIT}/test_grouping.py"
INTEREST = f"{_UNIT}/test_interest.py"
LIFECYCLE = f"{_UNIT}/test_lifecycle.py"
MATCHING = f"{_UNIT}/test_matching_tasks.py"
MIDWAY = f"{_UNIT}/test_midway.py"
MONEY = f"{_UNIT}/test_money.py"
NOTICES = f"{_UNIT}/test_notices_and_thanks.py"
PLAN_FINISHED = f"{_UNIT}/test_plan_finished.py"
REASONS = f"{_UNIT}/test_reasons.py"
SIMULATION = f"{_UNIT}/test_simulation.py"
LEGAL = "unit/messages/test_legal.py"
RECIPIENTS = "unit/messages/test_recipients.py"
WAVE = f"{_UNIT}/test_first_wave.py"
WHEN = f"{_UNIT}/test_when.py"


@dataclass(frozen=True, slots=True)
class Switch:
    """A rule switched off: in this module, these words in place of those.

    `module` is a path inside the package; `tests`, file::function under `tests`, each name the
    rule and fail without it.
    """

    rule: str
    module: str
    right: str
    wrong: str
    says: str
    tests: tuple[str, ...]


def refusal(rule: str, docstring: str, says: str, *tests: str) -> Switch:
    """Return a named refusal, found by its docstring, that refuses nothing any more."""
    text = f'"""{docstring}"""'
    return Switch(rule, "domain/refusals", text, f"{text}\n    return None", says, tests)
