"""The mailbox: takes in every mail the local AWS relays and shows it on a page."""

import shutil

from relance.cli.background import Program, answers_ok, await_answer, require_free_port
from relance.cli.errors import CommandError
from relance.cli.instance import LOOPBACK, ROOT, Instance
from relance.cli.progress import say, step

_START_SECONDS = 30
_STOP_SECONDS = 10
_MAILDEV = ROOT / "node_modules" / "maildev" / "bin" / "maildev"


def program(instance: Instance) -> Program:
    """Return the mailbox of this instance as a background program."""
    return Program(name="mailbox", folder=instance.folder)


def is_up(instance: Instance) -> bool:
    """Whether it runs and answers."""
    return program(instance).pid() is not None and _answers(instance)


def start(instance: Instance) -> None:
    """Start the mailbox unless it runs, and wait until its page answers.

    Raises CommandError when a port is taken, its software is missing or it ends at once.
    """
    mailbox = program(instance)
    if is_up(instance):
        say(f"The mailbox is up on {instance.mailbox_page}")
        return
    if mailbox.pid() is None:
        node = shutil.which("node")
        if node is None or not _MAILDEV.exists():
            raise CommandError("The mailbox is not installed here. Type: make setup")
        ports = instance.ports
        require_free_port(ports.mailbox, purpose="the mailbox page", variable="MAILBOX_PORT")
        require_free_port(ports.smtp, purpose="the mailbox's SMTP", variable="SMTP_PORT")
        mails = instance.folder / "mails"
        mails.mkdir(parents=True, exist_ok=True)
        mailbox.start(
            [
                *(node, str(_MAILDEV), "--ip", LOOPBACK, "--web-ip", LOOPBACK),
                *("--smtp", str(ports.smtp), "--web", str(ports.mailbox)),
                *("--mail-directory", str(mails)),
            ],
            environment={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(instance.folder)},
        )
    await_answer(
        mailbox,
        title=f"Starting the mailbox on {instance.mailbox_page}",
        answers=lambda: _answers(instance),
        seconds=_START_SECONDS,
    )


def stop(instance: Instance) -> None:
    """Stop the mailbox; its mails stay on disk. Nothing when it does not run."""
    mailbox = program(instance)
    if mailbox.pid() is not None:
        with step("Stopping the mailbox"):
            mailbox.stop(seconds=_STOP_SECONDS)


def _answers(instance: Instance) -> bool:
    return answers_ok(f"{instance.mailbox_page}/healthz")
