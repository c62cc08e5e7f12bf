"""Programs in the background: found again, stopped, never mistaken for another."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.cli.background import Program, await_answer, last_lines, require_free_port
from relance.cli.errors import CommandError
from relance.cli.progress import wait_until

SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    program = Program(name="sleeper", folder=tmp_path / "made")
    yield program
    program.stop(seconds=5)


def test_a_program_is_found_again_by_its_folder_until_stopped(program: Program) -> None:
    program.start(SLEEPER, environment={})
    again = Program(name="sleeper", folder=program.folder)
    assert again.pid() is not None
    assert again.stop(seconds=5)
    assert again.pid() is None
    assert not program.pid_file.exists()


def test_a_program_gets_exactly_the_environment_meant_for_it(program: Program) -> None:
    show = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    program.start(show, environment={"ONLY": "this"})
    with pytest.raises(CommandError, match="ended while starting"):
        await_answer(program, title="showing", answers=lambda: False, seconds=10)
    assert "'ONLY'" in program.log.read_text()
    assert "'HOME'" not in program.log.read_text()


def test_a_process_id_used_again_by_another_program_is_not_ours(program: Program) -> None:
    program.folder.mkdir()
    program.pid_file.write_text(f"{os.getpid()} 1\n")
    assert program.pid() is None
    assert program.stop(seconds=1)  # and this very process lives on


def test_a_program_that_does_not_end_when_asked_is_killed_with_all_it_started(
    program: Program,
) -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(15, signal.SIG_IGN); "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(child.pid, flush=True); time.sleep(60)"
    )
    program.start([sys.executable, "-c", stubborn], environment={})
    await_answer(
        program,
        title="starting",
        answers=lambda: program.log.read_text().strip().isdecimal(),
        seconds=10,
    )
    child = int(program.log.read_text())
    assert not program.stop(seconds=0.3)
    assert program.pid() is None
    # A killed process is gone when the system gets round to it, which a busy machine delays.
    assert wait_until(lambda: True if _is_over(child) else None, seconds=10, pause=0.05)


def _is_over(pid: int) -> bool:
    """Whether a process is gone, or dead and waiting for its parent to ask."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_program_that_ends_while_starting_shows_the_end_of_its_log(program: Program) -> None:
    program.start([sys.executable, "-c", "print('no such luck')"], environment={})
    with pytest.raises(CommandError, match=r"ended while starting(.|\n)*no such luck"):
        await_answer(program, title="starting", answers=lambda: False, seconds=10)


def test_a_program_that_never_answers_is_given_up(program: Program) -> None:
    program.start(SLEEPER, environment={})
    with pytest.raises(CommandError, match="does not answer"):
        await_answer(program, title="starting", answers=lambda: False, seconds=0.3)


def test_a_port_in_use_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"{port}(.|\n)*make run ENGINE_PORT="):
            require_free_port(port, purpose="the local AWS", variable="ENGINE_PORT")
    require_free_port(port, purpose="the local AWS", variable="ENGINE_PORT")


def test_a_log_that_is_not_there_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "empty" in last_lines(tmp_path / "none.log")
