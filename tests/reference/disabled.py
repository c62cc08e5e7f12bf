"""Each rule of D1–D46 switched off, one way at a time, and the test of that rule that notices.

`python -m tests.reference.disabled` prints the table (rule, what is switched off, who noticed) and
ends with an error when nobody did.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.reference.mutations import ROOT, patched_copy
from tests.reference.switches import (
    afterwards,
    blocks,
    grouping,
    money,
    sending,
    steps,
    when,
)
from tests.reference.switches.switch import Switch

_GROUPS = (when, steps, grouping, money, blocks, afterwards, sending)
SWITCHES = tuple(switch for group in _GROUPS for switch in group.SWITCHES)

RULES = tuple(f"D{number}" for number in range(1, 47) if number not in (8, 9))

ELSEWHERE = {
    "D1": "the stage's clock: tests/unit/runtime/test_clock.py, tests/infra/test_stages.py",
    "D39": "reserve, send, confirm: tests/unit/app, tests/adapters/store/test_actions.py",
    "D40": "its tries: tests/infra/test_queues.py; no bad item stops others: tests/unit/app",
}
"""What of a rule is no decision, and where that is held."""


def named_in(test: str) -> frozenset[str]:
    """Return the rules that a test, file::function, names in its name, docstring or file's head."""
    file, _, function = test.partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text())
    found = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    if not found:
        raise ValueError(f"there is no {test}")
    in_name = re.findall(r"(?<![a-z0-9])d(\d+)(?=_)", function)
    words = f"{ast.get_docstring(tree)} {ast.get_docstring(found[0])}"
    in_words = {int(number) for number in re.findall(r"\bD(\d+)\b", words)}
    for first, last in re.findall(r"\bD(\d+)[–-]D(\d+)\b", words):
        in_words |= set(range(int(first), int(last) + 1))
    return frozenset(f"D{number}" for number in (*map(int, in_name), *in_words))


def noticed(switch: Switch, folder: Path) -> tuple[str, ...]:
    """Run the switch's own tests on the broken package; return those that fail."""
    copied = patched_copy(folder, switch.module, switch.right, switch.wrong)
    environment = os.environ | {"PYTHONPATH": f"{copied}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=no", "--noconftest"]
    command += ["-p", "no:cacheprovider"]
    command += [f"tests/{test}" for test in switch.tests]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    told = ran.stdout.decode()
    if ran.returncode not in (0, 1):
        raise RuntimeError(told + ran.stderr.decode())
    return tuple(
        test for test in switch.tests if f"FAILED tests/{test}" in told.replace(f"{ROOT}/", "")
    )


def table() -> Iterator[tuple[Switch, tuple[str, ...]]]:
    """Yield every switch with the tests that notice it."""
    for switch in SWITCHES:
        with tempfile.TemporaryDirectory() as folder:
            yield switch, noticed(switch, Path(folder))


def main() -> int:
    """Print the table; return how many switches a named test misses."""
    missed = 0
    for switch, by in table():
        missed += set(by) != set(switch.tests)
        names = ", ".join(test.rpartition("::")[2] for test in by) or "NOBODY"
        sys.stdout.write(f"{switch.rule:4} | {switch.says} | {names}\n")
    sys.stdout.write(f"{len(SWITCHES)} switched off, {missed} missed\n")
    for rule, where in ELSEWHERE.items():
        sys.stdout.write(f"{rule:4} | no decision: {where}\n")
    return missed


if __name__ == "__main__":
    sys.exit(main())
