"""The code that is uploaded, put together without Docker."""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from infra.settings import Architecture

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / "build" / "layers"
NOT_SHIPPED = ("__pycache__", "*.pyc", ".DS_Store")
PYTHON_VERSION = "3.13"
WHEEL_TAGS = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
MACHINES: dict[Architecture, str] = {"x86_64": "x86_64", "arm64": "aarch64"}


def function_code(name: str) -> lambda_.Code:
    """Return the code of `functions/<name>`, under that same path, for its handler's full name."""
    return lambda_.Code.from_asset(
        str(ROOT / "functions" / name),
        asset_hash_type=cdk.AssetHashType.OUTPUT,
        exclude=list(NOT_SHIPPED),
        bundling=_without_docker(FunctionFolder(name)),
    )


def shared_code() -> lambda_.Code:
    """Return our package as it lies in the tree, without the command line."""
    return lambda_.Code.from_asset(
        str(ROOT / "layers" / "shared"),
        exclude=["python/relance/cli", *(f"**/{name}" for name in NOT_SHIPPED)],
    )


def wheels_code(lock: str, *, architecture: Architecture | None) -> lambda_.Code:
    """Return the wheels of `requirements/<lock>`, as a layer wants them.

    `architecture` is what AWS will run on; None means this machine (the local stage).
    """
    wheels = Wheels(ROOT / "requirements" / lock, architecture=architecture)
    return lambda_.Code.from_asset(
        str(ROOT / "requirements"),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        asset_hash=wheels.fingerprint,
        bundling=_without_docker(wheels),
    )


def _without_docker(bundling: cdk.ILocalBundling) -> cdk.BundlingOptions:
    """Wrap it; an image must be named, but is never used since the local way never declines."""
    return cdk.BundlingOptions(image=cdk.DockerImage.from_registry("unused"), local=bundling)


@jsii.implements(cdk.ILocalBundling)
class FunctionFolder:
    """Copies one function's folder, and the package file above it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def try_bundle(self, output_dir: str, _options: object = None, **_named: object) -> bool:
        """Fill the folder; always done here, so Docker is never asked."""
        package = Path(output_dir) / "functions"
        shutil.copytree(
            ROOT / "functions" / self._name,
            package / self._name,
            ignore=shutil.ignore_patterns(*NOT_SHIPPED),
        )
        shutil.copyfile(ROOT / "functions" / "__init__.py", package / "__init__.py")
        return True


@jsii.implements(cdk.ILocalBundling)
class Wheels:
    """Installs locked wheels into a layer's `python/` folder, kept for the next time by content."""

    def __init__(
        self, lock: Path, *, architecture: Architecture | None, store: Path = WHEELS
    ) -> None:
        self._lock = lock
        self._store = store
        self._target = _target_of(architecture)
        runs_on = self._target or (sysconfig.get_platform(), sys.version)
        recipe = "\n".join(runs_on).encode()
        self.fingerprint = hashlib.sha256(recipe + lock.read_bytes()).hexdigest()

    def try_bundle(self, output_dir: str, _options: object = None, **_named: object) -> bool:
        """Fill the folder from the store, which is filled first when this lock is new to it."""
        kept = self._store / f"{self._lock.stem}-{self.fingerprint[:16]}"
        if not kept.exists():
            self._install(kept)
        shutil.copytree(kept, output_dir, dirs_exist_ok=True)
        return True

    def _install(self, kept: Path) -> None:
        """Install beside, then rename: a run that is cut short leaves nothing that looks whole."""
        self._store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._store) as beside:
            fresh = Path(beside) / "layer"
            self._run_pip(fresh / "python")
            shutil.rmtree(fresh / "python" / "bin", ignore_errors=True)
            try:
                fresh.rename(kept)
            except OSError:
                if not kept.exists():  # another run was first otherwise, with the same content
                    raise

    def _run_pip(self, folder: Path) -> None:
        command = [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:"),
            *("--target", str(folder), *self._target, "--requirement", str(self._lock)),
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError(f"pip could not install {self._lock.name}:\n{ended.stderr}")


def _target_of(architecture: Architecture | None) -> tuple[str, ...]:
    """Return pip's options for the machine that will run the wheels."""
    if architecture is None:
        return ()
    machine = MACHINES[architecture]
    platforms = [f"--platform={tag}_{machine}" for tag in WHEEL_TAGS]
    return (*platforms, f"--python-version={PYTHON_VERSION}", "--implementation=cp")
