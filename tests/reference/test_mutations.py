"""Twenty seeded errors of the engine are noticed by its tests and by the reference alike."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reference.mutations import MUTATIONS, ROOT, Mutation, mutated_copy

AGREEMENT, UNIT = "tests/reference/test_agreement.py", "tests/unit/domain"


def _name(mutation: Mutation) -> str:
    return f"{mutation.rule}: {mutation.says}"


def _fails(tests: str, path: Path | None) -> bool:
    """Run these tests on the package found on `path`; tell whether one of them fails."""
    places = [str(path)] if path else []
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([*places, os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
    command += ["-k", "agree"] if tests == AGREEMENT else []
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if ran.returncode not in (0, 1):
        raise RuntimeError(ran.stdout.decode() + ran.stderr.decode())
    return ran.returncode == 1


def test_there_are_twenty_mutations_and_each_applies(tmp_path: Path) -> None:
    assert len(set(MUTATIONS)) == 20
    for number, mutation in enumerate(MUTATIONS):
        copied = mutated_copy(mutation, tmp_path / str(number)) / "relance" / "domain"
        assert mutation.wrong in (copied / f"{mutation.module}.py").read_text()


@pytest.mark.soak
@pytest.mark.parametrize("tests", [AGREEMENT, UNIT])
def test_without_a_mutation_nothing_fails(tests: str) -> None:
    assert not _fails(tests, None)


@pytest.mark.soak
@pytest.mark.parametrize("tests", [AGREEMENT, UNIT])
@pytest.mark.parametrize("mutation", MUTATIONS, ids=_name)
def test_each_mutation_is_noticed_by_both(mutation: Mutation, tests: str, tmp_path: Path) -> None:
    assert _fails(tests, mutated_copy(mutation, tmp_path)), f"{tests} misses it"
