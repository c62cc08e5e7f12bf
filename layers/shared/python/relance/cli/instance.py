"""Which local stage a command speaks of: its folder and its ports."""

import json
import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from relance.cli.errors import CommandError

REGION = "eu-west-3"
ACCOUNT = "000000000000"
LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[5]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The TCP ports of one local stage, all on the loopback address."""

    engine: int = 4566
    mailbox: int = 1080
    smtp: int = 1025


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One local stage. Several run side by side when folders and ports differ.

    All it keeps (state of the local AWS, mails, logs, what was deployed) lies in `folder`.
    """

    name: str
    folder: Path
    ports: Ports = Ports()

    @property
    def endpoint(self) -> str:
        """The address that AWS clients use."""
        return f"http://{LOOPBACK}:{self.ports.engine}"

    @property
    def mailbox_page(self) -> str:
        """The address of the mailbox page."""
        return f"http://{LOOPBACK}:{self.ports.mailbox}"

    def remember(self) -> None:
        """Keep the ports in the folder, so that later commands find the stage without options."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "ports.json").write_text(json.dumps(asdict(self.ports)) + "\n")


def default_instance(environment: Mapping[str, str] = os.environ, *, root: Path = ROOT) -> Instance:
    """Return the stage of `make run`: ports from the environment, else as last time, else usual.

    Reads RELANCE_ENGINE_PORT, RELANCE_MAILBOX_PORT, RELANCE_SMTP_PORT and RELANCE_INSTANCE (the
    folder's name under var/). Raises CommandError for what is not a port or a plain name.
    """
    name = environment.get("RELANCE_INSTANCE") or "local"
    if not name.replace("-", "").isalnum():
        raise CommandError(f"RELANCE_INSTANCE={name}: use letters, digits and hyphens only.")
    folder = root / "var" / name
    remembered = _remembered(folder / "ports.json")
    asked = {
        field: _port(environment[variable], variable)
        for field, variable in (
            ("engine", "RELANCE_ENGINE_PORT"),
            ("mailbox", "RELANCE_MAILBOX_PORT"),
            ("smtp", "RELANCE_SMTP_PORT"),
        )
        if environment.get(variable)
    }
    return Instance(name=name, folder=folder, ports=replace(remembered, **asked))


def instance_on_free_ports(folder: Path, *, name: str = "test") -> Instance:
    """Return an instance on ports that nothing uses now, for tests that run beside others."""
    with ExitStack() as held:
        free = []
        for _ in range(3):
            probe = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            probe.bind((LOOPBACK, 0))
            free.append(int(probe.getsockname()[1]))
    engine, mailbox, smtp = free
    ports = Ports(engine=engine, mailbox=mailbox, smtp=smtp)
    return Instance(name=name, folder=folder, ports=ports)


def _remembered(path: Path) -> Ports:
    try:
        return Ports(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):  # never started, or not ours: the usual ports
        return Ports()


def _port(text: str, variable: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CommandError(f"{variable}={text}: a port is a number from 1 to 65535.")
    return int(text)
