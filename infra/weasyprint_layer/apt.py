"""Packages from this machine's own Debian sources, in a folder of their own.

apt checks what it fetches against the signature of the Debian archive. Its state and cache are
private folders: nothing of the machine is changed, and no rights are needed.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from infra.weasyprint_layer.recipe import LayerError

ARCHIVE_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
UNREAD = "$(ORIGIN)"  # what apt leaves when it has not read who signs a source


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package as Debian's signed index names it, and the checked file of it."""

    name: str
    version: str
    sha256: str
    file: Path

    def unpack(self, folder: Path) -> Path:
        """Unpack beside other packages' folders, run nothing of it; return its own folder."""
        own = folder / self.name
        folder.mkdir(parents=True, exist_ok=True)
        _run(["dpkg-deb", "--extract", str(self.file), str(own)])
        return own


class Apt:
    """The packages for one processor, as this machine's Debian sources offer them now."""

    def __init__(self, folder: Path, *, debian: str) -> None:
        """Make the private folders and read the lists (about 10 MB).

        `debian` is Debian's name of the processor. Raises LayerError when this machine has no
        Debian sources, or they can't be reached, or their signature is wrong.
        """
        self._folder = folder
        self._debian = debian
        (folder / "empty" / "partial").mkdir(parents=True)
        lines = self._debian_sources()
        if not ARCHIVE_KEYS.is_file():
            raise LayerError(
                f"{ARCHIVE_KEYS} is missing, with which Debian signs its archive. "
                "Type: sudo apt-get install debian-archive-keyring"
            )
        # Debian's own alone, and signed by it whatever the machine's own list asks for.
        signed = f"deb [signed-by={ARCHIVE_KEYS}]"
        (folder / "sources.list").write_text("".join(f"{signed} {line}\n" for line in lines))
        self._sources = (
            f"Dir::Etc::sourcelist={folder / 'sources.list'}",
            f"Dir::Etc::sourceparts={folder / 'empty'}",
        )
        # Each must be read: without the one of security fixes all would look well, and be old.
        _apt("update", "--error-on=any", options=self._options(*self._sources))

    def _debian_sources(self) -> list[str]:
        """Read what the machine's own sources offer; return those of Debian, as apt writes them."""
        # A source of others may be out of order; what counts is whether Debian's were read.
        said = _run(["apt-get", *self._options(), "update"], wrong_is_fine=True).stderr.strip()
        listed = _apt(
            *("indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)"),
            "Created-By: Packages",
            options=self._options(),
        )
        sources = {tuple(line.rsplit(" ", 1)) for line in listed.splitlines()}
        found = sorted(source for source, origin in sources if origin == "Debian")
        unread = [source for source, origin in sources if origin == UNREAD and "debian" in source]
        if not found or unread:
            raise LayerError(
                "This machine's Debian sources could not be read. Build the layer on Debian 12, "
                f"with its usual /etc/apt/sources.list.d/debian.sources.\n{said}"
            )
        return found

    def packages(self, names: Sequence[str]) -> list[Package]:
        """Return these and all that they depend on, fetched and checked, by name.

        Raises LayerError when one is not offered or its file is not the one in the signed index.
        """
        options = self._options(*self._sources)
        install = ("install", "--yes", "--no-install-recommends")
        # Named as if none was here yet: apt leaves out what it has fetched before.
        nothing_yet = [*options, f"--option=Dir::Cache::archives={self._folder / 'empty'}"]
        named = _apt(*install, "--print-uris", "--quiet=2", *names, options=nothing_yet)
        files = [line.split()[1] for line in named.splitlines() if line.startswith("'")]
        _apt(*install, "--download-only", "--quiet=2", *names, options=options)
        wanted = [file.split("_")[:2] for file in files]
        pairs = [f"{name}={unquote(version)}" for name, version in wanted]
        shown = _run(["apt-cache", *options, "show", "--no-all-versions", *pairs]).stdout
        hashes = {(each["Package"], each["Version"]): each["SHA256"] for each in _records(shown)}
        return [
            self._checked(name, unquote(version), file, hashes)
            for (name, version), file in sorted(zip(wanted, files, strict=True))
        ]

    def _checked(
        self, name: str, version: str, file: str, hashes: Mapping[tuple[str, str], str]
    ) -> Package:
        path = self._folder / "archives" / file
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != hashes.get((name, version)):
            raise LayerError(f"{file} is not the file that Debian's signed index names. Try again.")
        return Package(name=name, version=version, sha256=found, file=path)

    def _options(self, *more: str) -> list[str]:
        for name in ("lists/partial", "archives/partial"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "status").touch()
        chosen = (
            f"APT::Architecture={self._debian}",
            f"APT::Architectures={self._debian}",
            f"Dir::State={self._folder}",
            f"Dir::State::status={self._folder / 'status'}",
            f"Dir::Cache={self._folder}",
            "Dir::Cache::pkgcache=packages.bin",  # containers switch it off; it saves seconds
            "Acquire::Languages=none",
            "Acquire::Retries=3",
            "Acquire::AllowInsecureRepositories=false",
            "APT::Get::AllowUnauthenticated=false",
            "APT::Sandbox::User=",  # the files are ours, and apt's own user could not write them
            *more,
        )
        return [f"--option={option}" for option in chosen]


def _records(shown: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each package that apt-cache shows."""
    for record in shown.split("\n\n"):
        lines = (line.partition(": ") for line in record.splitlines() if not line.startswith(" "))
        fields = {name: text for name, _, text in lines}
        if fields:
            yield fields


def _apt(*words: str, options: Iterable[str]) -> str:
    return _run(["apt-get", *options, *words]).stdout


def _run(
    command: Sequence[str], *, wrong_is_fine: bool = False
) -> subprocess.CompletedProcess[str]:
    """Return what a program said; raise LayerError with its own words when it fails."""
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, check=False, env=_environment()
        )
    except FileNotFoundError:
        raise LayerError(
            f"{command[0]} was not found. The layer is built from Debian's packages: build it on "
            "Debian 12."
        ) from None
    if ended.returncode and not wrong_is_fine:
        raise LayerError(f"{command[0]} failed:\n{ended.stderr.strip()}")
    return ended


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
