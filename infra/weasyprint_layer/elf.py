"""What a shared object asks for, read from its file; and whether a layer's folder has it all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection

from infra.settings import Architecture
from infra.weasyprint_layer.recipe import GLIBC_LIBRARIES, NEWEST_GLIBC

MACHINE_OF: dict[str, Architecture] = {"EM_X86_64": "x86_64", "EM_AARCH64": "arm64"}
UNVERSIONED = 2  # below it an index names no version
HIDDEN = 0x8000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A symbol that must come from elsewhere; `library` and `version` are '' when not told."""

    name: str
    version: str
    library: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedObject:
    """One file: what it needs, where it looks first, what it wants and what it gives."""

    path: Path
    machine: str
    soname: str
    needed: tuple[str, ...]
    looks_in: tuple[Path, ...]
    wanted: frozenset[Wanted]
    given: frozenset[tuple[str, str]]
    glibc_versions: frozenset[str]

    @property
    def newest_glibc(self) -> tuple[int, ...]:
        """Return the newest glibc that a symbol asks for: (2, 34)."""
        return max((number(version) for version in self.glibc_versions), default=(0,))


def number(version: str) -> tuple[int, ...]:
    """Return GLIBC_2.34 as (2, 34); what is no number, such as GLIBC_PRIVATE, is newer than all."""
    parts = version.removeprefix("GLIBC_").split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else (999,)


def shared_objects(folder: Path) -> list[SharedObject]:
    """Return every ELF file below the folder, whatever its name."""
    return [read(path) for path in sorted(folder.rglob("*")) if _is_elf(path)]


def read(path: Path) -> SharedObject:
    """Return what a file's dynamic section says."""
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        tags: dict[str, list[str]] = {}
        dynamic = elf.get_section_by_name(".dynamic")
        if isinstance(dynamic, DynamicSection):
            for tag in dynamic.iter_tags():
                for kind in ("needed", "soname", "rpath", "runpath"):
                    if hasattr(tag, kind):
                        tags.setdefault(kind, []).append(getattr(tag, kind))
        versions = _versions(elf)
        wanted, given = _symbols(elf, versions)
        looks_in = [
            Path(part.replace("$ORIGIN", str(path.parent))).resolve()
            for text in [*tags.get("rpath", []), *tags.get("runpath", [])]
            for part in text.split(":")
        ]
        return SharedObject(
            path=path,
            machine=str(elf["e_machine"]),
            soname=next(iter(tags.get("soname", [])), ""),
            needed=tuple(tags.get("needed", [])),
            looks_in=tuple(looks_in),
            wanted=frozenset(wanted),
            given=frozenset(given),
            glibc_versions=frozenset(
                version
                for library, version in versions.values()
                if library in GLIBC_LIBRARIES and version.startswith("GLIBC_")
            ),
        )


def glibc_names(libraries: Iterable[Path]) -> frozenset[str]:
    """Return the names that Lambda's glibc gives, read from files of a glibc as new or newer."""
    return frozenset(
        name
        for library in libraries
        for name, version in read(library).given
        if version.startswith("GLIBC_") and number(version) <= NEWEST_GLIBC
    )


def complaints(
    found: Sequence[SharedObject],
    *,
    layer: Path,
    architecture: Architecture,
    glibc: frozenset[str],
) -> list[str]:
    """Return, in sentences, why what was found in a layer would not load on Lambda; none is good.

    `glibc` are the names that glibc gives: Python's own modules ask for some without saying of
    which library, as the interpreter has loaded it already.
    """
    by_path = {each.path.resolve(): each for each in found}
    return [
        f"{each.path.relative_to(layer)} {said}"
        for each in found
        for said in _complaints(
            each, layer=layer, by_path=by_path, architecture=architecture, glibc=glibc
        )
    ]


def _complaints(
    each: SharedObject,
    *,
    layer: Path,
    by_path: Mapping[Path, SharedObject],
    architecture: Architecture,
    glibc: frozenset[str],
) -> Iterator[str]:
    if MACHINE_OF.get(each.machine) != architecture:
        yield f"is for {each.machine}, not for {architecture}"
    for version in sorted(each.glibc_versions):
        if number(version) > NEWEST_GLIBC:
            yield f"asks for {version}"
    libraries = {}
    for name in each.needed:
        at = find(name, asked_by=each, layer=layer, known=by_path)
        if at is not None:
            libraries[name] = by_path[at]
        elif name not in GLIBC_LIBRARIES:
            yield f"needs {name}, which is neither in the layer nor of glibc"
    for wanted in sorted(each.wanted, key=lambda each: each.name):
        if not _is_there(wanted, libraries=libraries, glibc=glibc):
            yield f"wants {wanted.name} {wanted.version} {wanted.library}".rstrip()


def find(name: str, *, asked_by: SharedObject, layer: Path, known: Iterable[Path]) -> Path | None:
    """Return where the loader finds a needed library: the object's own path, then `lib`."""
    places = (*asked_by.looks_in, (layer / "lib").resolve())
    return next((place / name for place in places if place / name in known), None)


def _is_there(
    wanted: Wanted, *, libraries: Mapping[str, SharedObject], glibc: frozenset[str]
) -> bool:
    if wanted.library in GLIBC_LIBRARIES:
        return True  # its version was looked at by itself
    if wanted.library:
        giver = libraries.get(wanted.library)
        return giver is not None and (wanted.name, wanted.version) in giver.given
    if wanted.name.startswith(("Py", "_Py")) or wanted.name in glibc:
        return True  # the interpreter's, and what it has loaded
    return any(wanted.name == name for library in libraries.values() for name, _ in library.given)


def _is_elf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _versions(elf: ELFFile) -> dict[int, tuple[str, str]]:
    """Return (library, version) by index; the library is '' for a version of the file's own."""
    found: dict[int, tuple[str, str]] = {}
    for section in elf.iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for library, entries in section.iter_versions():
                for entry in entries:
                    found[entry["vna_other"] & ~HIDDEN] = (library.name or "", entry.name or "")
        elif isinstance(section, GNUVerDefSection):
            for definition, names in section.iter_versions():
                found[definition["vd_ndx"] & ~HIDDEN] = ("", next(iter(names)).name or "")
    return found


def _symbols(
    elf: ELFFile, versions: Mapping[int, tuple[str, str]]
) -> tuple[set[Wanted], set[tuple[str, str]]]:
    """Return the symbols wanted from elsewhere, weak ones left out, and those given."""
    table = elf.get_section_by_name(".dynsym")
    marks = elf.get_section_by_name(".gnu.version")
    wanted: set[Wanted] = set()
    given: set[tuple[str, str]] = set()
    if not isinstance(table, SymbolTableSection):
        return wanted, given
    for index, symbol in enumerate(table.iter_symbols()):
        binding = symbol["st_info"]["bind"]
        if not symbol.name or binding == "STB_LOCAL":
            continue
        library, version = "", ""
        if isinstance(marks, GNUVerSymSection):
            mark = marks.get_symbol(index)["ndx"]
            if isinstance(mark, int) and mark & ~HIDDEN >= UNVERSIONED:
                library, version = versions[mark & ~HIDDEN]
        if symbol["st_shndx"] != "SHN_UNDEF":
            given.add((symbol.name, version))
        elif binding != "STB_WEAK":
            wanted.add(Wanted(name=symbol.name, version=version, library=library))
    return wanted, given
