"""Put the stack on the local AWS with the CDK command; nothing to do when nothing changed."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import boto3
from botocore.exceptions import ClientError

from relance.cli.background import last_lines
from relance.cli.clients import client_options
from relance.cli.errors import CommandError
from relance.cli.instance import ACCOUNT, REGION, ROOT, Instance
from relance.cli.progress import Tick, step, wait_until

STACK = "Relance-local"
_CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
_DEPLOY_SECONDS = 900
# What the deployed stack is made of; the commands themselves are not part of it.
_SOURCES = ("cdk.json", "infra", "functions", "layers", "requirements", "package-lock.json")
_NOT_DEPLOYED = {"__pycache__", "cli", "build"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What was deployed last: a digest of its sources and the stack's outputs."""

    digest: str
    outputs: Mapping[str, str]


def deploy(
    instance: Instance, *, context: Mapping[str, str] = MappingProxyType({})
) -> Mapping[str, str]:
    """Deploy what is in the work tree unless that was done already; return the stack's outputs.

    `context` is handed to the CDK beside the stage. Raises CommandError with the end of the log
    when the CDK command fails.
    """
    digest = sources_digest(instance)
    last = deployed(instance)
    if last and last.digest == digest and _stands(instance):
        return last.outputs
    if shutil.which("node") is None or not _CDK.exists():
        raise CommandError("The CDK command is not installed here. Type: make setup")
    if not (ROOT / "cdk.json").exists():
        raise CommandError(f"There is no cdk.json in {ROOT}: nothing to deploy.")
    with step("Preparing the local AWS for deployments (cdk bootstrap)") as tick:
        # From a folder without an app: there is nothing to build for it.
        _cdk(instance, "bootstrap", f"aws://{ACCOUNT}/{REGION}", tick=tick, folder=instance.folder)
    outputs_file = instance.folder / "outputs.json"
    outputs_file.unlink(missing_ok=True)
    with step("Deploying the stack (cdk deploy; layers are built the first time)") as tick:
        _cdk(
            instance,
            *("deploy", STACK, "--context", "stage=local", "--require-approval", "never"),
            *(word for name in context for word in ("--context", f"{name}={context[name]}")),
            *("--outputs-file", str(outputs_file), "--progress", "events"),
            tick=tick,
        )
    outputs = json.loads(outputs_file.read_text())[STACK]
    _record(instance).write_text(json.dumps({"digest": digest, "outputs": outputs}, indent=2))
    return dict(outputs)


def deployed(instance: Instance) -> Deployed | None:
    """Return what was deployed last, None when nothing was."""
    try:
        return Deployed(**json.loads(_record(instance).read_text()))
    except (OSError, ValueError, TypeError):  # never deployed, or half-written: deploy again
        return None


def sources_digest(instance: Instance, *, root: Path = ROOT) -> str:
    """Return a digest of all that the deployed stack depends on, the instance's port included."""
    digest = hashlib.sha256(f"{instance.ports.engine}\n".encode())
    for path in _source_files(root):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def cdk_environment(instance: Instance, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the CDK command: the person's own, with this local AWS only."""
    kept = {name: text for name, text in environment.items() if not name.startswith("AWS_")}
    passed_by = "localhost,127.0.0.1"
    return kept | {
        "PATH": f"{ROOT / '.venv' / 'bin'}:{environment.get('PATH', '/usr/bin:/bin')}",
        "AWS_ENDPOINT_URL": instance.endpoint,
        "AWS_ENDPOINT_URL_S3": instance.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": passed_by,
        "no_proxy": passed_by,
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NODE_NO_WARNINGS": "1",
        "PYTHON_COLORS": "0",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    }


def _source_files(root: Path) -> Iterator[Path]:
    for source in _SOURCES:
        start = root / source
        found = sorted(start.rglob("*")) if start.is_dir() else [start]
        yield from (
            path
            for path in found
            if path.is_file() and not set(path.relative_to(root).parts) & _NOT_DEPLOYED
        )


def _stands(instance: Instance) -> bool:
    cloudformation = boto3.client("cloudformation", **client_options(instance))
    try:
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError:  # there is no such stack: the state was lost or never there
        return False
    return stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def _record(instance: Instance) -> Path:
    return instance.folder / "deployed.json"


def _cdk(instance: Instance, *arguments: str, tick: Tick, folder: Path = ROOT) -> None:
    log = instance.folder / f"cdk-{arguments[0]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *("node", str(_CDK), *arguments, "--output", str(instance.folder / "cdk.out")),
                *("--no-notices", "--no-version-reporting", "--no-color"),
            ],
            cwd=folder,
            env=cdk_environment(instance, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:

            def ended() -> int | None:
                tick(_last_line(log))
                return process.poll()

            status = wait_until(ended, seconds=_DEPLOY_SECONDS)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if status != 0:
        trouble = "did not end in time" if status is None else f"ended with status {status}"
        raise CommandError(
            f"cdk {arguments[0]} {trouble}. The end of {log}:\n{last_lines(log, count=30)}"
        )


def _last_line(log: Path) -> str:
    """Return the last line that says something; Node's notices come as Python bytes."""
    said = (line.strip()[:110] for line in reversed(log.read_text(errors="replace").split("\n")))
    return next((line for line in said if line and not line.startswith("b'")), "starting")
