"""Each rule is named by a test that fails when the rule is switched off."""

from pathlib import Path

import pytest

from tests.reference.disabled import RULES, SWITCHES, named_in, noticed
from tests.reference.mutations import patched_text
from tests.reference.switches.switch import Switch


def _name(switch: Switch) -> str:
    return f"{switch.rule}: {switch.says}"


def test_every_rule_is_switched_off_at_least_once() -> None:
    assert {switch.rule for switch in SWITCHES} == set(RULES)


@pytest.mark.parametrize("switch", SWITCHES, ids=_name)
def test_each_switch_fits_the_product_and_its_tests_name_the_rule(switch: Switch) -> None:
    compile(patched_text(switch.module, switch.right, switch.wrong), switch.module, "exec")
    assert switch.tests
    for test in switch.tests:
        assert switch.rule in named_in(test), test


@pytest.mark.soak
@pytest.mark.parametrize("switch", SWITCHES, ids=_name)
def test_without_the_rule_its_own_tests_fail(switch: Switch, tmp_path: Path) -> None:
    assert noticed(switch, tmp_path) == switch.tests
