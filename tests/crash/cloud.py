"""An AWS that fails on cue.

microburst strikes before a call is taken; the door behind it spoils the answer after a call was
done. Calls are told apart by the worker that makes them, so that several workers can be struck,
each in its own way, at the same time.
"""

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.crash.engine import BROKEN, THROTTLED, Door, Late, running_door
from tests.crash.harm import Call, Harm
from tests.crash.ses_endpoint import ALWAYS, Fault, Ses, running_ses
from tests.fakes import postal
from tests.fakes.local_engine import wait_for
from tests.fakes.postal import Maileva, Step
from tests.fakes.postal_server import running_maileva

# Seconds that a worker waits for an answer, and that a timeout lasts.
PATIENCE = 2.0
SILENCE = 1.5 * PATIENCE
_AT_THE_POST = {
    Harm.THROTTLED: postal.Harm.THROTTLED,
    Harm.TIMEOUT: postal.Harm.TIMEOUT,
    Harm.RESET: postal.Harm.RESET,
    Harm.SERVER_ERROR: postal.Harm.ERROR,
}


@dataclass
class Cloud:
    """The running services: `address` fails as told, the door's own never before the call."""

    ses: Ses
    door: Door
    address: str
    maileva: Maileva = field(default_factory=Maileva)
    posting: threading.RLock = field(default_factory=threading.RLock)
    """Held by whoever posts a letter: the post's failures are of no one worker."""

    def strike(
        self, lane: str, call: Call, harm: Harm, *, after: bool, times: int = ALWAYS
    ) -> None:
        """Let such calls of this worker fail, as many as told, until it is left alone."""
        if call.service == "sesv2":
            self.ses.strike(lane, Fault(harm, after=after, times=times))
        elif call.service == "maileva":
            self.maileva.fail(Step(call.operation), _AT_THE_POST[harm], after=after, times=times)
        elif after:
            self.door.late[lane] = Late(call, harm, times)
        else:
            self._ask("PATCH", "rules", [{**_rule(lane, call, harm), "times": times}])

    def leave_alone(self, lane: str) -> int:
        """Let all calls of this worker succeed again; return how many were struck."""
        mine = {"Authorization": lane}
        rules = [each for each in self._ask("GET", "rules") if each.get("headers") == mine]
        if rules:
            self._ask("DELETE", "rules", [{"headers": mine}])
        self.door.late.pop(lane, None)
        self.ses.faults.pop(lane, None)
        struck = sum(int(each["fired_count"]) for each in rules)
        return struck + self.door.struck.pop(lane, 0) + self.ses.struck.pop(lane, 0)

    def leave_the_post_alone(self) -> int:
        """Let all calls of the post succeed again; return how many were struck."""
        struck = sum(ALWAYS - each.times for each in self.maileva.faults)
        self.maileva.faults.clear()
        return struck

    def texts(self) -> dict[str, int]:
        """Return how many text messages SNS took for which phone number."""
        address = f"http://{self.door.upstream}/_ministack/sns/sms-messages"
        with urllib.request.urlopen(address) as answer:
            taken = json.load(answer)["sms_messages"]
        return {number: len(sent) for number, sent in taken.items()}

    def _ask(self, method: str, what: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own proxy
            f"{self.address}/_microburst/{what}", method=method, data=data
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.load(answer)


def _rule(lane: str, call: Call, harm: Harm) -> dict[str, Any]:
    """Return microburst's rule that strikes this call of this worker before it is taken."""
    rule: dict[str, Any] = {
        "service": call.service,
        "operation": call.operation,
        "headers": {"Authorization": lane},
    }
    if call.words:
        rule["body"] = f"contains(to_string(@), '{call.words}')"
    if harm is Harm.TIMEOUT:
        return {**rule, "timeout_ms": SILENCE * 1000}
    if harm is Harm.RESET:
        return {**rule, "reset": True}
    code, status = (THROTTLED if harm is Harm.THROTTLED else BROKEN)[call.service]
    return {**rule, "error": {"code": code, "status": status}}


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    """Run the local engine, its door, microburst and SES for the length of a test."""
    with (
        running_door(silence=SILENCE) as door,
        running_ses(silence=SILENCE) as ses,
        running_maileva() as maileva,
        _running_microburst(door.address) as address,
    ):
        maileva.silence = SILENCE
        yield Cloud(ses=ses, door=door, address=address, maileva=maileva)


@contextmanager
def _running_microburst(upstream: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "microburst", "--upstream", upstream, "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    silence = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=silence, stderr=silence) as process:
        try:
            wait_for(f"{address}/_microburst/health")
            yield address
        finally:
            process.kill()  # asked nicely it waits a minute for open connections
