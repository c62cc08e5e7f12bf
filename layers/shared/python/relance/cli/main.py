"""The `relance` command: single steps on the local stage."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, MutableMapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from relance.cli import approvals, engine, mailbox, outbox, report, stage, uploads
from relance.cli.errors import CommandError
from relance.cli.instance import Instance, default_instance
from relance.cli.logs import show_logs
from relance.cli.night import dead_letters, next_day, run_night, stored_day
from relance.cli.progress import say, step
from relance.cli.session import saved_user, signed_in
from relance.cli.stack import NOT_UP, WORK_QUEUES, running_stack
from relance.contracts.http.actions import CompletionResult

type Command = Callable[[Instance, argparse.Namespace], None]


def main(
    arguments: Sequence[str] | None = None,
    *,
    environment: MutableMapping[str, str] = os.environ,
) -> int:
    """Carry out one command; return 0, 1 after saying what is wrong, or 130 when interrupted."""
    forget_own_aws(environment)
    asked = parser().parse_args(arguments)
    command: Command = asked.command
    try:
        command(default_instance(environment), asked)
    except CommandError as error:
        print(f"relance: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"relance: the local AWS refuses or does not answer: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our lines went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(prog="relance", description="Relance on this machine.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, help_line: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_line, description=help_line)
        sub.set_defaults(command=command)
        return sub

    add("up", _up, "start the local AWS and the mailbox, and deploy")
    add("down", _down, "stop them; all state is kept")
    add("demo", _demo, "load the demo and run its first night, once")
    upload = add("upload", _upload, "upload a ledger file and wait for its report")
    upload.add_argument("file", type=Path)
    upload.add_argument("--mapping", help="name of the column mapping of an open-item CSV")
    night = add("night", _night, "run a night and say what it did")
    night.add_argument("--date", type=_day, help="YYYY-MM-DD; default: the day after the last")
    done = add("done", _done, "close a call or task, or say that a letter is posted")
    done.add_argument("id")
    done.add_argument("--result", choices=[each.value for each in CompletionResult])
    done.add_argument("--note")
    done.add_argument("--due", type=_day, help="with the result promise: the day, YYYY-MM-DD")
    done.add_argument("--reason", help="with the result dispute: what is contested")
    approve = add("approve", _approve, "say yes to a message that waits for it, or to all")
    which = approve.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?")
    which.add_argument("--all", action="store_true")
    box = add("outbox", _outbox, "list what was sent, or show one message")
    box.add_argument("number", type=int, nargs="?")
    logs = add("logs", _logs, "what a function logged last")
    logs.add_argument("function", help="such as plan_tenant or send_email")
    add("status", _status, "what runs, which day it is, what waits")
    reset = add("reset", _reset, "stop and forget all state")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    return root


def _up(instance: Instance, _: argparse.Namespace) -> None:
    stage.up(instance)


def _down(instance: Instance, _: argparse.Namespace) -> None:
    if engine.program(instance).pid() is None and mailbox.program(instance).pid() is None:
        say("Nothing runs.")
    stage.down(instance)


def _demo(instance: Instance, _: argparse.Namespace) -> None:
    from relance.cli.demo import run_demo

    run_demo(running_stack(instance))


def _upload(instance: Instance, asked: argparse.Namespace) -> None:
    api = signed_in(running_stack(instance))
    result = uploads.upload_file(api, asked.file, mapping=asked.mapping)
    uploads.show_report(result)
    if result.state == "failed":
        raise CommandError("The file was not taken; nothing was changed.")


def _night(instance: Instance, asked: argparse.Namespace) -> None:
    stack = running_stack(instance)
    api = signed_in(stack)
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    day = asked.date or next_day(stack, today=today)
    before = frozenset(action.id for action in report.actions_of(api, day))
    report.show_night(api, run_night(stack, day), before=before)


def _done(instance: Instance, asked: argparse.Namespace) -> None:
    stack = running_stack(instance)
    api = signed_in(stack)
    action = api.get(f"/actions/{asked.id}")
    usual = CompletionResult.POSTED if "letter" in action["channel"] else CompletionResult.DONE
    body: dict[str, Any] = {"result": asked.result or usual.value}
    if asked.note:
        body["note"] = asked.note
    if asked.due:
        body["promise"] = {"due": str(asked.due)}
    if asked.reason:
        body["dispute"] = {"reason": asked.reason}
    ended = api.post(f"/actions/{asked.id}/completion", body)
    say(f"{ended['step_name']}: {ended['state']} on {ended['completed_on']} ({ended['result']})")


def _approve(instance: Instance, asked: argparse.Namespace) -> None:
    stack = running_stack(instance)
    api = signed_in(stack)
    waiting = approvals.waiting(api) if asked.all else [asked.id]
    if not approvals.approve(stack, api, waiting, title="Approving"):
        raise CommandError("None was approved.")


def _outbox(instance: Instance, asked: argparse.Namespace) -> None:
    stack = running_stack(instance)
    if asked.number is None:
        actions = signed_in(stack).every("/actions")
        outbox.show_list(stack, {each["id"]: each["state"] for each in actions})
    else:
        outbox.show(stack, asked.number)


def _logs(instance: Instance, asked: argparse.Namespace) -> None:
    show_logs(running_stack(instance), asked.function)


def _status(instance: Instance, _: argparse.Namespace) -> None:
    for name, up, address in (
        ("local AWS", engine.is_up(instance), instance.endpoint),
        ("mailbox", mailbox.is_up(instance), instance.mailbox_page),
    ):
        say(f"{name:<10} {'up' if up else 'down':<5} {address}")
    if not engine.is_up(instance):
        raise CommandError(NOT_UP)
    stack = running_stack(instance)
    say(f"{'API':<10} {'':<5} {stack.api_address}/v1/docs")
    say(f"{'last night':<16} {stored_day(stack) or 'none yet'}")
    dead = dead_letters(stack)
    for queue in WORK_QUEUES:
        failed = f", {dead[queue]} FAILED (dead letters)" if dead[queue] else ""
        say(f"{'queue ' + queue.lower():<16} {stack.waiting(queue)} waiting{failed}")
    if saved_user(instance) is None:
        return
    api = signed_in(stack)
    waiting = report.waiting_actions(api)
    say(f"{'waiting actions':<16} {len(waiting)}")
    if waiting:
        known = report.names(api)
        for action in waiting:
            say(f"  {report.action_line(action, known)}")


def _reset(instance: Instance, asked: argparse.Namespace) -> None:
    if not asked.yes and not _confirmed(f"Forget everything in {instance.folder}?"):
        raise CommandError("Nothing was forgotten. To forget without being asked: make reset YES=1")
    _down(instance, asked)
    with step(f"Removing {instance.folder}"):
        shutil.rmtree(instance.folder, ignore_errors=True)


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: write YYYY-MM-DD") from None


def forget_own_aws(environment: MutableMapping[str, str]) -> None:
    """Leave the person's own AWS accounts and profiles out of whatever this process does."""
    for name in [each for each in environment if each.startswith("AWS_")]:
        del environment[name]
    environment["AWS_CONFIG_FILE"] = environment["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    environment["AWS_EC2_METADATA_DISABLED"] = "true"


if __name__ == "__main__":
    sys.exit(main())
