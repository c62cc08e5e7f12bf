"""The local AWS: started with a clean environment, kept state, IAM enforced; stopped gently."""

import shutil

from relance.cli.background import Program, answers_ok, await_answer, require_free_port
from relance.cli.errors import CommandError
from relance.cli.instance import ACCOUNT, LOOPBACK, REGION, ROOT, Instance
from relance.cli.progress import say, step

_START_SECONDS = 90
_STOP_SECONDS = 60
_PYTHON = ROOT / ".venv-aws" / "bin" / "python"


def program(instance: Instance) -> Program:
    """Return the local AWS of this instance as a background program."""
    return Program(name="engine", folder=instance.folder)


def is_up(instance: Instance) -> bool:
    """Whether it runs and answers."""
    return program(instance).pid() is not None and _answers(instance)


def start(instance: Instance) -> None:
    """Start the local AWS unless it runs, and wait until it answers.

    Raises CommandError when its port is taken, its software is missing or it ends at once.
    """
    engine = program(instance)
    if is_up(instance):
        say(f"The local AWS is up on {instance.endpoint}")
        return
    if engine.pid() is None:
        if not _PYTHON.exists():
            raise CommandError("The local AWS is not installed here. Type: make setup")
        require_free_port(instance.ports.engine, purpose="the local AWS", variable="ENGINE_PORT")
        shutil.rmtree(instance.folder / "tmp", ignore_errors=True)  # functions unpacked last time
        for part in ("state", "s3", "tmp"):
            (instance.folder / part).mkdir(parents=True, exist_ok=True)
        engine.start([str(_PYTHON), "-m", "ministack"], environment=environment(instance))
    await_answer(
        engine,
        title=f"Starting the local AWS on {instance.endpoint}",
        answers=lambda: _answers(instance),
        seconds=_START_SECONDS,
    )


def stop(instance: Instance) -> None:
    """Stop the local AWS so that it saves its state; nothing when it does not run."""
    engine = program(instance)
    if engine.pid() is None:
        return
    with step("Stopping the local AWS and saving its state"):
        if not engine.stop(seconds=_STOP_SECONDS):
            raise CommandError(
                f"The local AWS did not end in {_STOP_SECONDS} s and was killed: what happened "
                "since it was last started may be lost. If it misbehaves, type: make reset"
            )


def environment(instance: Instance) -> dict[str, str]:
    """Return the whole environment of the local AWS, which functions inherit: nothing of ours."""
    folder = instance.folder
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "AUTH": "true",
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(instance.ports.engine),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "SMTP_HOST": f"{LOOPBACK}:{instance.ports.smtp}",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Containers of whoever uses Docker on this machine are none of its business.
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
    }


def _answers(instance: Instance) -> bool:
    return answers_ok(f"{instance.endpoint}/_ministack/ready")
