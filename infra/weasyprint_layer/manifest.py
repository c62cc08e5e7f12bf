"""Which packages a layer was made of; and how that differs from what was looked at last."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.settings import Architecture
from infra.weasyprint_layer.apt import Package
from infra.weasyprint_layer.recipe import HERE, LayerError

Versions = Mapping[str, Mapping[str, str]]


def versions(packages: Sequence[Package]) -> dict[str, dict[str, str]]:
    """Return version and SHA-256 of each package by its name."""
    return {
        each.name: {"version": each.version, "sha256": each.sha256}
        for each in sorted(packages, key=lambda each: each.name)
    }


def known_file(architecture: Architecture, *, folder: Path = HERE) -> Path:
    """Return the file, kept with the source, of the packages looked at last."""
    return folder / f"packages.{architecture}.json"


def known(architecture: Architecture, *, folder: Path = HERE) -> Versions:
    """Return the packages looked at last; none before the first time."""
    path = known_file(architecture, folder=folder)
    found: Versions = json.loads(path.read_text()) if path.exists() else {}
    return found


def moved(before: Versions, now: Versions) -> list[str]:
    """Return, one line a package, what has another version than before, is new or is gone.

    Raises LayerError for another file under a version that was seen: Debian never does that.
    """
    lines = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old is None and new is not None:
            lines.append(f"{name} {new['version']} is new")
        elif new is None and old is not None:
            lines.append(f"{name} {old['version']} is no longer used")
        elif old and new and old["version"] != new["version"]:
            lines.append(f"{name} {old['version']} → {new['version']}")
        elif old and new and old["sha256"] != new["sha256"]:
            raise LayerError(
                f"{name} {new['version']} is another file than the one seen before under this "
                "version. Find out why before building with it."
            )
    return lines


def write(path: Path, value: Any) -> None:
    """Write JSON that reads well in a diff."""
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
