"""What a function's import costs when its process starts, beside boto3 alone.

    PYTHONPATH=layers/shared/python:. .venv/bin/python -m bench.cold_start [--rounds N]
    PYTHONPATH=layers/shared/python:. .venv/bin/python -m bench.cold_start --tree send_email

Each handler is imported by a process of its own, and so is what any function in Python on AWS has:
boto3 and a client of DynamoDB; for letters, boto3, that client and WeasyPrint. What an empty
process takes is taken off. All in CPU time and in turn, the least of some rounds, so that what else
runs matters little: the share is what can be compared. `--tree` lists what takes a function long,
by Python's own `-X importtime`.
"""

import argparse
import os
import resource
import subprocess
import sys

BARE = "import boto3; boto3.client('dynamodb')"
WITH_PDF = f"{BARE}; import weasyprint"
# The most that each may take of what it is compared with.
ALLOWED = {
    "planner": 1.5,
    "plan_tenant": 1.5,
    "send_email": 1.5,
    "send_sms": 1.5,
    "record_feedback": 1.5,
    "sync_ledger": 2.2,
    "api": 2.2,
    "render_letter": 1.2,
}
_SHOWN = 40
_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-3",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # as functions have it
}


def cpu_of(code: str) -> float:
    """Return the CPU seconds of a process that runs `code`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | _ENVIRONMENT)  # noqa: S603 - our own code
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def least(codes: dict[str, str], rounds: int) -> dict[str, float]:
    """Return the least CPU seconds of each, all run in turn."""
    return {
        name: min(times)
        for name, times in zip(
            codes,
            zip(*([cpu_of(code) for code in codes.values()] for _ in range(rounds)), strict=True),
            strict=True,
        )
    }


def importing(function: str) -> str:
    """Return the code that imports a function's handler."""
    return f"import functions.{function}.handler"


def compare(rounds: int) -> bool:
    """Print what each function costs; return whether all stay within what they may."""
    codes = {"": "pass", "boto3": BARE, "weasyprint": WITH_PDF}
    found = least(codes | {name: importing(name) for name in ALLOWED}, rounds)
    empty = found[""]
    boto3, weasyprint = (found[name] - empty for name in ("boto3", "weasyprint"))
    print(f"Python {sys.version.split()[0]}; CPU ms, least of {rounds}")
    print(f"  {'boto3 and a DynamoDB client':28} {boto3 * 1000:6.0f}")
    print(f"  {'the same and WeasyPrint':28} {weasyprint * 1000:6.0f}")
    kept = True
    for name, most in ALLOWED.items():
        own = found[name] - empty
        share = own / (weasyprint if name == "render_letter" else boto3)
        kept = kept and share <= most
        print(f"  {name:28} {own * 1000:6.0f}  {share:4.2f} of it, at most {most}")
    return kept


def tree(function: str) -> None:
    """Print what takes longest to import, with all that it imports."""
    ran = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-X", "importtime", "-c", importing(function)],
        check=True,
        env=os.environ | _ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    rows = [line.split("|") for line in ran.stderr.splitlines() if line.count("|") == 2]
    longest = sorted(rows[1:], key=lambda row: -int(row[1]))[:_SHOWN]
    for _, microseconds, name in longest:
        print(f"{int(microseconds) / 1000:8.1f} ms {name.rstrip()}")


def main() -> int:
    """Print the comparison, or one function's tree; 1 when one takes more than it may."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--tree", choices=sorted(ALLOWED))
    options = asked.parse_args()
    if options.tree:
        tree(options.tree)
        return 0
    return 0 if compare(options.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
