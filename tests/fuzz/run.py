"""Requests made up from the API's own document: `python -m tests.fuzz.run --examples 50`.

It deploys a stack of its own, sends thousands of requests as a signed-in admin and as a program
with every scope, and prints what schemathesis found.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from relance.app.limits import BUDGETS
from relance.app.tenants import set_request_limits
from relance.cli import stage
from relance.cli.instance import instance_on_free_ports
from relance.cli.stack import LocalStack
from tests.local.company import Company

PHASES = ("examples", "coverage", "fuzzing", "stateful")
SCOPES = ("read", "collect", "import", "settings")
_COUNTED = re.compile(r"(\d+) generated")
_REQUEST_SECONDS = "30"
_HOOKS = Path(__file__).with_name("passed_on.py")
_CONFIG = Path(__file__).with_name("schemathesis.toml")
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Found:
    """How a run went: `passed`, how many `cases` were sent, and what schemathesis says of it."""

    passed: bool
    cases: int
    report: str


def fuzz(
    url: str,
    token: str,
    *,
    headers: Mapping[str, str] = NO_HEADERS,
    examples: int,
    phases: tuple[str, ...] = PHASES,
    mode: str = "all",
    seed: int | None = None,
) -> Found:
    """Send made-up requests of every operation to the API at `url`.

    `examples` bounds the cases an operation, and the walks along links. Without a `seed` the cases
    are the same each time. No answer may be a 5xx, outside its schema or undescribed; nor may one
    be had without the token, or after its thing was deleted.
    """
    sent = {**headers, "Authorization": f"Bearer {token}"}
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_CONFIG)),
        *("run", f"{url}/v1/openapi.json", "--phases", ",".join(phases)),
        *(part for name, text in sent.items() for part in ("--header", f"{name}: {text}")),
        *(
            "--continue-on-failure",
            "--max-examples",
            str(examples),
            "--mode",
            mode,
            "--request-timeout",
            _REQUEST_SECONDS,
        ),
        *("--suppress-health-check", "all", "--no-color", "--warnings", "off"),
        *(("--generation-deterministic",) if seed is None else ("--seed", str(seed))),
    ]
    with tempfile.TemporaryDirectory() as folder:  # it leaves files where it runs
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "SCHEMATHESIS_HOOKS": str(_HOOKS)},
            capture_output=True,
            text=True,
            check=False,
        )
    counted = _COUNTED.search(done.stdout)
    return Found(
        passed=done.returncode == 0,
        cases=int(counted[1]) if counted else 0,
        report=done.stdout + done.stderr,
    )


def unlimited(company: Company) -> Company:
    """Let a company send what requests it likes; return it."""
    set_request_limits(dict.fromkeys(BUDGETS, 10**6), store=company.store)
    return company


def program_key(company: Company) -> str:
    """Return a key with every scope."""
    made = company.http.post("/v1/program-keys", json={"name": "Fuzz", "scopes": SCOPES})
    key: str = made.raise_for_status().json()["key"]
    return key


def fill(company: Company) -> None:
    """Give a company a customer, a scenario, a template and a group, so that ids exist."""
    company.add_customer("C1")
    for path, body in (
        ("/scenarios", {"profile": "standard", "preset": "regular"}),
        ("/templates", {"copy_of": "reminder_1", "name": "Friendly"}),
        ("/groups", {"id": "recovery", "name": "Recovery"}),
        ("/profiles", {"name": "Export"}),
        ("/opt-outs", {"number": "+33612345678"}),
        ("/customers/C1/stops", {"reason": "talks"}),
        ("/invitations", {"email": "paul@example.com", "role": "viewer"}),
        ("/imports", {"file_name": "a.csv"}),
    ):
        company.api.post(path, body)


@contextmanager
def _own_stack() -> Iterator[LocalStack]:
    with (
        tempfile.TemporaryDirectory() as folder,
        stage.running(instance_on_free_ports(Path(folder))) as stack,
    ):
        yield stack


def fuzz_company(company: Company, token: str, **how: Any) -> Found:
    """Fuzz the deployed API, which is told from others of its engine by the Host header."""
    client = company.http
    url, host = str(client.base_url).rstrip("/"), client.headers["Host"]
    return fuzz(url, token, headers={"Host": host}, **how)


def _targets(stack: LocalStack) -> Iterator[tuple[str, Company, str]]:
    """Yield who asks, their company and its token; each works in a company of its own."""
    for who in ("an admin", "a program"):
        company = Company(stack)
        with company.http:
            fill(unlimited(company))
            token = company.token if who == "an admin" else program_key(company)
            yield who, company, token


def main() -> int:
    """Run and print; the exit status tells whether anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20, help="cases an operation")
    parser.add_argument("--seed", type=int, help="other cases than every time")
    parser.add_argument("--phases", default=",".join(PHASES))
    asked = parser.parse_args()
    phases, passed = tuple(asked.phases.split(",")), True
    with _own_stack() as stack:
        for who, company, token in _targets(stack):
            found = fuzz_company(
                company, token, examples=asked.examples, phases=phases, seed=asked.seed
            )
            passed &= found.passed
            sys.stdout.write(f"{found.report}\n{found.cases} requests as {who}\n")
            sys.stdout.flush()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
