"""Locked wheels, installed into a layer's `python/` folder and kept for the next time."""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from infra.settings import Architecture

ROOT = Path(__file__).parents[1]
STORE = ROOT / "build" / "layers"
PYTHON_VERSION = "3.13"
WHEEL_TAGS = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
MACHINES: dict[Architecture, str] = {"x86_64": "x86_64", "arm64": "aarch64"}


class LockedWheels:
    """The wheels of one lock file for one processor; None means this machine as it is."""

    def __init__(
        self, lock: Path, *, architecture: Architecture | None, store: Path = STORE
    ) -> None:
        self._lock = lock
        self._store = store
        self._target = _target_of(architecture)
        runs_on = self._target or (sysconfig.get_platform(), sys.version)
        recipe = "\n".join(runs_on).encode()
        self.fingerprint = hashlib.sha256(recipe + lock.read_bytes()).hexdigest()

    def copy_to(self, folder: Path) -> None:
        """Fill `folder/python` from the store, which is filled first when this lock is new to it.

        Raises RuntimeError with pip's own words when a wheel is missing or is not the locked one.
        """
        kept = self._store / f"{self._lock.stem}-{self.fingerprint[:16]}"
        if not kept.exists():
            self._install(kept)
        shutil.copytree(kept, folder, dirs_exist_ok=True)

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
