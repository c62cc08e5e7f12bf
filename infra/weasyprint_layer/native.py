"""The native libraries that WeasyPrint opens, out of Debian's packages."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.settings import Architecture, this_machine
from infra.weasyprint_layer import elf
from infra.weasyprint_layer.apt import Apt, Package
from infra.weasyprint_layer.link import Linker, link_again
from infra.weasyprint_layer.recipe import (
    FONT_PACKAGES,
    GLIBC_LIBRARIES,
    LIBRARY_PACKAGES,
    MACHINES,
    NEWEST_GLIBC,
    OPENED,
    RELINKED,
    LayerError,
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """The libraries by the name they are loaded by; the packages that something came from.

    `unpacked` has each package's folder by its name, `linked_again` the names of what was, `glibc`
    the libraries of libc6, which stay out of the layer.
    """

    libraries: Mapping[str, Path]
    packages: Sequence[Package]
    tools: Sequence[Package]
    unpacked: Mapping[str, Path]
    linked_again: Sequence[str]
    glibc: Sequence[Path]


def collect(architecture: Architecture, *, work: Path, say: Say) -> Native:
    """Return libraries that Lambda's glibc suffices for, and the fonts' packages.

    `work` is a folder to fill. Raises LayerError when this machine's Debian sources don't do.
    """
    machine = MACHINES[architecture]
    say(f"Reading Debian's lists for {machine.debian}")
    apt = Apt(work / "apt", debian=machine.debian)
    say("Fetching the packages")
    archives = [relinking.package for relinking in RELINKED.values()]
    packages = apt.packages([*LIBRARY_PACKAGES, *FONT_PACKAGES, *archives])
    unpacked = {each.name: each.unpack(work / "packages") for each in packages}
    found = {
        path.name: path
        for folder in unpacked.values()
        for place in ("lib", "usr/lib")
        for path in (folder / place / machine.triplet).glob("*.so.*")
    }
    libraries = closure(OPENED, found=found)
    used = {*FONT_PACKAGES, *_packages_of(libraries.values(), unpacked=unpacked)}
    again = too_new(libraries)
    tools: list[Package] = []
    if again:
        tools = _fetch_linker(architecture, apt=apt, work=work, say=say)
        linker = Linker(machine=machine, tools=work / "tools", glibc=unpacked["libc6"])
        libraries |= _linked_again(again, linker=linker, unpacked=unpacked, say=say)
        used -= _packages_of((found[name] for name in again), unpacked=unpacked)
        used |= {"libc6", *(RELINKED[name].package for name in again)}
    return Native(
        libraries=libraries,
        packages=[each for each in packages if each.name in used],
        tools=tools,
        unpacked=unpacked,
        linked_again=again,
        glibc=[found[name] for name in ("libc.so.6", "libm.so.6")],
    )


def _packages_of(files: Iterable[Path], *, unpacked: Mapping[str, Path]) -> set[str]:
    """Return the names of the packages that these files were unpacked from."""
    places = list(files)
    return {
        name
        for name, folder in unpacked.items()
        if any(path.is_relative_to(folder) for path in places)
    }


def _linked_again(
    names: Iterable[str], *, linker: Linker, unpacked: Mapping[str, Path], say: Say
) -> dict[str, Path]:
    made = {}
    for name in names:
        say(f"Linking {name} for Lambda's glibc")
        relinking = RELINKED[name]
        package = unpacked[relinking.package]
        into = package.parent / "linked-again"
        made[name] = link_again(name, relinking, linker=linker, package=package, into=into)
    return made


def closure(opened: Iterable[str], *, found: Mapping[str, Path]) -> dict[str, Path]:
    """Return what is opened and all that it needs, except glibc, by the name it is loaded by.

    Raises LayerError for a library that none of the packages has.
    """
    chosen: dict[str, Path] = {}
    waiting = list(opened)
    while waiting:
        name = waiting.pop()
        if name in chosen or name in GLIBC_LIBRARIES:
            continue
        if name not in found:
            raise LayerError(f"None of the fetched packages has {name}. Add one to recipe.py.")
        chosen[name] = found[name]
        waiting.extend(elf.read(found[name]).needed)
    return chosen


def too_new(libraries: Mapping[str, Path]) -> list[str]:
    """Return the libraries to link again.

    Raises LayerError naming those that need a newer glibc than Lambda has and can't be linked
    again.
    """
    newer = {
        name: read
        for name, path in sorted(libraries.items())
        if (read := elf.read(path)).newest_glibc > NEWEST_GLIBC
    }
    refused = [
        f"  {name} asks for {max(read.glibc_versions, key=elf.number)}"
        for name, read in newer.items()
        if name not in RELINKED
    ]
    if refused:
        newest = ".".join(map(str, NEWEST_GLIBC))
        raise LayerError(
            f"Lambda has glibc {newest}, and these libraries of this machine's Debian want more; "
            "build on Debian 12, or say in recipe.py how to link them again:\n" + "\n".join(refused)
        )
    return list(newer)


def _fetch_linker(architecture: Architecture, *, apt: Apt, work: Path, say: Say) -> list[Package]:
    """Unpack a linker that runs here and links for the machine; return the packages it is from."""
    here = this_machine()
    say("Fetching the linker")
    if here != architecture:
        apt = Apt(work / "apt-here", debian=MACHINES[here].debian)
    name = "binutils-" + MACHINES[architecture].triplet.replace("_", "-")
    # The machine's own glibc runs them: another beside it would not fit its loader.
    needs = [each for each in apt.packages([name]) if each.name != "libc6"]
    for each in needs:
        unpacked = each.unpack(work / "unpacked-tools")
        shutil.copytree(unpacked, work / "tools", symlinks=True, dirs_exist_ok=True)
    return [each for each in needs if each.name == name]
