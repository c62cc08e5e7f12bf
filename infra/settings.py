"""What differs between the stages, read from the CDK context and checked first."""

import platform
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

Architecture = Literal["x86_64", "arm64"]

STAGES = ("local", "dev", "prod")
ARCHITECTURES: tuple[Architecture, ...] = ("x86_64", "arm64")
BARE_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
HTTPS_HOST = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/?")
LOCAL_SENDER = "relance@relance.example"
ON_THIS_MACHINE = re.compile(r"http://(localhost|127\.0\.0\.1):[0-9]{1,5}")
LOCAL_POSTAL_API = "http://localhost:4590"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one function may use: memory in MB and its longest run in seconds.

    A queue shows a message that failed again after six times these seconds, so they are kept short.
    """

    memory: int
    seconds: int


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "planner": Size(memory=256, seconds=60),
        "plan_tenant": Size(memory=512, seconds=120),
        "send_email": Size(memory=1024, seconds=60),  # it may draw statements of account
        "send_sms": Size(memory=256, seconds=30),
        "render_letter": Size(memory=1024, seconds=120),  # a slow post is waited for
        "sync_ledger": Size(memory=2048, seconds=600),
        "record_feedback": Size(memory=256, seconds=30),
        "api": Size(memory=512, seconds=29),  # an HTTP API gives up after 30
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """How many requests a tenant may send to the API in a minute, unless it has limits of its own.

    `heavy` are simulations, previews and exports.
    """

    reads: int
    writes: int
    heavy: int


# Sixty people at work, or a program that reads a page of customers twenty times a second.
USUAL_LIMITS = RequestLimits(reads=1200, writes=600, heavy=60)
# Tests and demos are never in the way of themselves.
LOCAL_LIMITS = RequestLimits(reads=100_000, writes=100_000, heavy=100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSettings:
    """One stage.

    `platform_sender` is the address that writes for tenants without a domain of their own, `domain`
    the mail domain to verify in SES with this stack (None: verified elsewhere), `plan_customers`
    how many customers one planning message handles, `keep_data` whether data outlives the stack.
    `link_address` is a short way to the API that links in messages begin with (None: the API's own
    address), `sms_logs` whether the account's delivery logs of text messages exist and are read.
    `postal_api` is where letters go: `production`, `sandbox` (nothing is ever posted), or the
    address of a stand-in on this machine; `postal_version` is the version of the provider's API.
    `open_sign_up` lets anybody make an account and sign a company up; else the operator makes them.
    """

    stage: str
    platform_sender: str
    domain: str | None
    architecture: Architecture
    plan_customers: int
    log_days: int
    keep_data: bool
    link_address: str | None = None
    sms_logs: bool = False
    postal_api: str = "sandbox"
    postal_version: str = "v2"
    open_sign_up: bool = False
    requests_a_minute: RequestLimits = USUAL_LIMITS

    @property
    def is_local(self) -> bool:
        """Tell whether this is the stage that runs on one machine."""
        return self.stage == "local"

    @property
    def tls_only(self) -> bool:
        """Tell whether buckets and queues refuse plain HTTP, all that the local engine speaks."""
        return not self.is_local


def read_settings(context: Callable[[str], Any]) -> StageSettings:
    """Return the settings that the context asks for (`-c key=value`).

    Raises ValueError with a sentence that says what to pass.
    """
    stage = context("stage")
    if stage not in STAGES:
        raise ValueError(f"Say which stage to build: -c stage={'|'.join(STAGES)} (got {stage!r}).")
    sender = _sender(context("platformSender"), local=stage == "local")
    domain = context("mailDomain") or None
    if domain and not sender.lower().endswith(("@" + domain.lower(), "." + domain.lower())):
        raise ValueError(f"platformSender {sender} is not an address of mailDomain {domain}.")
    return StageSettings(
        stage=stage,
        platform_sender=sender,
        domain=domain,
        architecture=_architecture(context("architecture"), local=stage == "local"),
        plan_customers=_positive(context("planCustomers"), name="planCustomers", default=100),
        log_days={"local": 7, "dev": 30, "prod": 365}[stage],
        keep_data=stage == "prod",
        link_address=_link_address(context("linkAddress")),
        sms_logs=_yes(context("smsLogs"), name="smsLogs") and stage != "local",
        postal_api=_postal_api(context("postalApi"), stage=stage),
        postal_version=_postal_version(context("postalVersion")),
        open_sign_up=_yes(context("openSignUp"), name="openSignUp"),
        requests_a_minute=LOCAL_LIMITS if stage == "local" else USUAL_LIMITS,
    )


def _sender(value: Any, *, local: bool) -> str:
    if value is None and local:
        return LOCAL_SENDER
    if value is None:
        raise ValueError(
            "Say which address sends for tenants without a domain of their own: "
            "-c platformSender=reminders@your-domain (SES must have verified it or its domain)."
        )
    if not BARE_ADDRESS.fullmatch(str(value)):
        raise ValueError(f"platformSender must be a bare e-mail address (got {value!r}).")
    return str(value)


def this_machine() -> Architecture:
    """Return the processor that this program runs on."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def _architecture(value: Any, *, local: bool) -> Architecture:
    """Return the processor to build for: this machine's on the local stage, else arm64."""
    if local:
        return this_machine()
    for known in ARCHITECTURES:
        if value == known:
            return known
    if value is None:
        return "arm64"
    raise ValueError(f"architecture must be {' or '.join(ARCHITECTURES)} (got {value!r}).")


def _link_address(value: Any) -> str | None:
    if value is None:
        return None
    if not HTTPS_HOST.fullmatch(str(value)):
        raise ValueError(f"linkAddress must be https:// and a host name (got {value!r}).")
    return str(value).rstrip("/")


def _yes(value: Any, *, name: str) -> bool:
    if value not in (None, "yes", "no"):
        raise ValueError(f"{name} must be yes or no (got {value!r}).")
    return bool(value == "yes")


def _postal_api(value: Any, *, stage: str) -> str:
    """Return where letters go: only the prod stage posts any, and none leaves the local one.

    Where nobody stands in for the provider there, letters are printed by hand, or fail.
    """
    if stage == "local":
        if value is not None and not ON_THIS_MACHINE.fullmatch(str(value)):
            raise ValueError(f"postalApi must be http://localhost:<port> (got {value!r}).")
        return str(value or LOCAL_POSTAL_API)
    usual = "production" if stage == "prod" else "sandbox"
    if value not in (None, usual, "sandbox"):
        raise ValueError(f"postalApi must be sandbox, or production in prod (got {value!r}).")
    return str(value or usual)


def _postal_version(value: Any) -> str:
    version = str(value or "v2")
    if not re.fullmatch(r"v[0-9]{1,3}", version):
        raise ValueError(f"postalVersion must be a version such as v2 (got {value!r}).")
    return version


def _positive(value: Any, *, name: str, default: int) -> int:
    if value is None:
        return default
    if not str(value).isdecimal() or int(value) < 1:
        raise ValueError(f"{name} must be a whole number from 1 (got {value!r}).")
    return int(value)
