"""Programs that run on after the command that started them: start, find again, stop."""

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from relance.cli.errors import CommandError
from relance.cli.instance import LOOPBACK
from relance.cli.progress import step, wait_until

# The shell ends at once: the program is nobody's child and outlives us. Its id is printed.
_DETACH = '"$@" </dev/null >>"$0" 2>&1 & echo $!'
_TAIL_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program in the background; its process id and log are files in `folder`."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.folder / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        """Holds its process id and, against a reused id, when that process began."""
        return self.folder / f"{self.name}.pid"

    def pid(self) -> int | None:
        """Return the process id if it runs."""
        try:
            number, began = self.pid_file.read_text().split()
        except (OSError, ValueError):
            return None
        return int(number) if _began(int(number)) == began else None

    def start(self, command: Sequence[str], *, environment: Mapping[str, str]) -> None:
        """Start `command` with exactly this environment, in a session of its own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        launched = subprocess.run(
            ["/bin/sh", "-c", _DETACH, str(self.log), *command],
            env=dict(environment),
            start_new_session=True,
            check=True,
            capture_output=True,
            text=True,
        )
        pid = int(launched.stdout)
        self.pid_file.write_text(f"{pid} {_began(pid)}\n")

    def stop(self, *, seconds: float) -> bool:
        """Ask it to end and wait; True when it ended by itself, False when it had to be killed.

        What it started itself ends with it. Nothing happens when it does not run.
        """
        pid = self.pid()
        if pid is None:
            self.pid_file.unlink(missing_ok=True)
            return True
        group = os.getpgid(pid)
        os.kill(pid, signal.SIGTERM)
        ended = wait_until(lambda: True if self.pid() is None else None, seconds=seconds)
        with suppress(ProcessLookupError):  # when nobody was left
            os.killpg(group, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)
        return ended is not None

    def tail(self) -> str:
        """Return the last lines of its log, indented for a message."""
        return last_lines(self.log)


def await_answer(
    program: Program, *, title: str, answers: Callable[[], bool], seconds: float
) -> None:
    """Wait until a started program answers; CommandError with its log's end when it does not."""
    with step(title) as tick:

        def ready() -> bool | None:
            tick("waiting for it to answer")
            if program.pid() is None:
                return False
            return answers() or None

        match wait_until(ready, seconds=seconds):
            case True:
                return
            case False:
                trouble = "ended while starting"
            case _:
                trouble = f"does not answer after {seconds:.0f} s"
        raise CommandError(
            f"The program “{program.name}” {trouble}. The end of {program.log}:\n{program.tail()}"
        )


def answers_ok(address: str) -> bool:
    """Whether a GET of this http address is answered with status 200 at once."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:  # refused, reset, timed out, or another status
        return False


def last_lines(log: Path, *, count: int = _TAIL_LINES) -> str:
    """Return the last lines of a log, indented; a word in their place when there are none."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError:
        lines = []
    return "\n".join(f"    {line}" for line in lines) or "    (the log is empty)"


def require_free_port(port: int, *, purpose: str, variable: str) -> None:
    """Raise CommandError, saying what to do, when another program listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise CommandError(
                f"Port {port}, for {purpose}, can't be opened: {error.strerror}.\n"
                f"Another program probably uses it (ss -ltnp 'sport = :{port}' tells which).\n"
                f"Stop that program, or choose another port: make run {variable}={port + 100}"
            ) from None


def _began(pid: int) -> str | None:
    """Return when a process began, in ticks since boot; None when it does not run any more."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]
