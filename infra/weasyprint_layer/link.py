"""A library linked again from its own package's archive, for a glibc older than Debian's.

Nothing is compiled: functions that the older glibc lacks are exchanged by name for ones it has, in
the object code that Debian signed.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.settings import this_machine
from infra.weasyprint_layer.recipe import MACHINES, LayerError, Machine, Relinking


@dataclass(frozen=True, slots=True, kw_only=True)
class Linker:
    """Links for `machine` with the unpacked `tools`, against the unpacked package of libc6."""

    machine: Machine
    tools: Path
    glibc: Path

    def run(self, program: str, *words: str) -> None:
        """Run one of the tools; raise LayerError with its words when it fails."""
        libraries = self.tools / "usr/lib" / MACHINES[this_machine()].triplet
        _run(
            [str(self.tools / "usr/bin" / f"{self.machine.triplet}-{program}"), *words],
            libraries=libraries,
        )


def link_again(
    soname: str, relinking: Relinking, *, linker: Linker, package: Path, into: Path
) -> Path:
    """Return the new library, in `into`; `package` is the unpacked package of the archive.

    Raises LayerError with the linker's words.
    """
    into.mkdir(parents=True, exist_ok=True)
    machine = linker.machine
    archive = package / "usr/lib" / machine.triplet / relinking.archive
    changed, made = into / relinking.archive, into / soname
    exchanges = [f"--redefine-sym={old}={new}" for old, new in relinking.exchanged.items()]
    linker.run("objcopy", *exchanges, str(archive), str(changed))
    folder = linker.glibc / "lib" / machine.triplet
    linker.run(
        *("ld", "-shared", "-soname", soname, "--build-id=sha1", "-o", str(made)),
        # `defs`: a name that nobody gives is refused here, not at the first letter.
        *("-Bsymbolic", "-z", "defs", "-z", "relro", "-z", "now", "-z", "noexecstack"),
        *("--whole-archive", str(changed), "--no-whole-archive", "--as-needed"),
        *(str(folder / name) for name in ("libc.so.6", machine.loader)),
    )
    return made


def _run(command: Sequence[str], *, libraries: Path) -> None:
    environment = {**os.environ, "LD_LIBRARY_PATH": str(libraries), "LC_ALL": "C"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if ended.returncode:
        raise LayerError(f"{Path(command[0]).name} failed:\n{ended.stderr.strip()}")
