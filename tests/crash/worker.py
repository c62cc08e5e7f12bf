"""A worker's process, as Lambda keeps one: it runs handlers when told to, and can really die.

It is forked from a process that has loaded the product and has no thread and no connection; its
clients are its own. It learns the time with each order, so that all processes have one clock.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import boto3
import botocore.httpsession
import time_machine
import urllib3
import weasyprint  # noqa: F401 - loaded once, before the processes are forked
from botocore.awsrequest import AWSPreparedRequest

from functions.plan_tenant.handler import lambda_handler as plan_tenant
from functions.planner.handler import lambda_handler as planner
from functions.render_letter.handler import lambda_handler as render_letter
from functions.send_email.handler import lambda_handler as send_email
from functions.send_sms.handler import lambda_handler as send_sms
from tests.crash.harm import Call
from tests.functions.workers.events import FakeLambdaContext

HANDLERS = {
    "planner": planner,
    "plan": plan_tenant,
    "email": send_email,
    "sms": send_sms,
    "letter": render_letter,
}
_KILLED = 86
# The library looks at all processes when it starts one: two threads would read one exit code.
_PROCESSES = threading.Lock()
_SERVICES: tuple[Any, ...] = ("dynamodb", "s3", "sqs", "sns", "sesv2", "secretsmanager", "kms")


@dataclass(frozen=True)
class Death:
    """At which call the process ends: before the request leaves, or when its answer came."""

    call: Call
    after: bool


@dataclass(frozen=True)
class Order:
    """What to run, on what, and when that is."""

    function: str
    event: dict[str, Any]
    now: datetime
    death: Death | None = None


class Killed(Exception):
    """The process died before it answered."""


class Worker:
    """One process; a new one takes its place when it died."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._start()

    def run(self, order: Order) -> Any:
        """Return what the handler returned; raise Killed when the process died over it."""
        self._pipe.send(order)
        try:
            answer = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            with _PROCESSES:
                self._process.join()
                code = self._process.exitcode
                self._start()
            if code != _KILLED:
                raise RuntimeError(f"a worker ended with {code}") from None
            raise Killed from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self) -> None:
        self._pipe.close()
        with _PROCESSES:
            self._process.join()

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=_serve, args=(theirs, dict(self._environment)), daemon=True
        )
        self._process.start()
        theirs.close()


@dataclass
class _Doom:
    """Ends the process at the call it was given."""

    death: Death | None = None
    met: bool = field(default=False)

    def before(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> None:
        service, operation = event_name.split(".")[1:]
        body = request.body if isinstance(request.body, bytes) else b""
        death = self.death
        self.met = death is not None and (
            (service, operation) == (death.call.service, death.call.operation)
            and death.call.words.encode() in body
        )
        if death is not None and self.met and not death.after:
            os._exit(_KILLED)

    def posting(self, urlopen: Any) -> Any:
        """Return how to call the post, which is no service of AWS."""

        def call(pool: Any, method: str, url: str, *args: Any, **keywords: Any) -> Any:
            step = "submit" if url.endswith("/submit") else "create"
            made = method == "POST" and url.endswith(("/submit", "/sendings"))
            self.met = made and self.death is not None and self.death.call == Call("maileva", step)
            if self.met and self.death is not None and not self.death.after:
                os._exit(_KILLED)
            answer = urlopen(pool, method, url, *args, **keywords)
            self.after()
            return answer

        return call

    def after(self, **_: Any) -> None:
        if self.met:
            os._exit(_KILLED)


def _serve(pipe: Connection, environment: dict[str, str]) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.environ.clear()
    os.environ.update(environment)
    _be_impatient(float(environment["PATIENCE"]))
    doom = _Doom()
    events = _session().events
    events.register("before-send", doom.before)
    events.register("before-parse", doom.after)
    urllib3.PoolManager.urlopen = doom.posting(urllib3.PoolManager.urlopen)  # type: ignore[method-assign]
    while True:
        try:
            order: Order = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        doom.death = order.death
        answer: Any
        with time_machine.travel(order.now, tick=False):
            try:
                answer = HANDLERS[order.function](order.event, FakeLambdaContext())
            except Exception as error:  # Lambda would report it and go on
                answer = RuntimeError(f"{order.function}: {type(error).__name__}: {error}")
        pipe.send(answer)


def _be_impatient(seconds: float) -> None:
    """Give no answer more time than this: the product's own patience would fill an afternoon."""
    original = botocore.httpsession.URLLib3Session.__init__

    def patched(self: Any, *args: Any, **keywords: Any) -> None:
        original(self, *args, **{**keywords, "timeout": (seconds, seconds)})

    botocore.httpsession.URLLib3Session.__init__ = patched  # type: ignore[method-assign]


def _session() -> Any:
    """Return the default session, which has read what describes the services."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
        for service in _SERVICES:
            boto3.client(
                service,
                region_name="eu-west-3",
                aws_access_key_id="nobody",
                aws_secret_access_key="nothing",
            )
    return boto3.DEFAULT_SESSION


_session()
