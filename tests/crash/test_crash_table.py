"""Whatever fails between two effects, a message leaves once, or a person is shown the doubt."""

from tests.crash.company import running_stage
from tests.crash.harm import CELLS
from tests.crash.run import results
from tests.crash.table import table


def test_whatever_call_fails_a_message_leaves_once_or_is_in_doubt_and_shown() -> None:
    with running_stage() as stage:
        found = results(stage, CELLS)
        dead = stage.dead_letters()
    assert [str(each.case.cell) for each in found if not each.struck] == []
    assert [str(each) for each in found if not each.outcome.is_right] == []
    assert dead == 0
    assert not any("|  |" in line for line in table(found))


def test_the_table_has_every_kind_of_failure_before_and_after_each_call() -> None:
    assert len(CELLS) == len(set(CELLS)) == (8 + 8 + 4 + 8) * 5 * 2
