"""The whole local stage, up and down: mailbox, local AWS, the stack on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from relance.cli import engine, mailbox
from relance.cli.deploy import deploy
from relance.cli.instance import Instance
from relance.cli.stack import LocalStack


def up(instance: Instance, **context: str) -> LocalStack:
    """Start what does not run, deploy what changed; CommandError says what stands in the way.

    `context` is for the CDK, beside the stage.
    """
    instance.remember()
    mailbox.start(instance)
    engine.start(instance)
    return LocalStack(instance=instance, outputs=deploy(instance, context=context))


def down(instance: Instance) -> None:
    """Stop what runs; all state is kept."""
    engine.stop(instance)
    mailbox.stop(instance)


@contextmanager
def running(instance: Instance, **context: str) -> Iterator[LocalStack]:
    """Have the stage up while a block lasts, for tests."""
    try:
        yield up(instance, **context)
    finally:
        down(instance)
