"""The layer: wheels, native libraries, fonts, their licences, and a manifest of it all."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from infra.settings import Architecture
from infra.weasyprint_layer import elf, manifest
from infra.weasyprint_layer.native import Native, Say, collect
from infra.weasyprint_layer.recipe import (
    FONTS,
    HERE,
    LEFT_OUT,
    LOCK,
    MANIFEST,
    RELINKED,
    LayerError,
    layer_folder,
    recipe_fingerprint,
)
from infra.wheels import STORE, LockedWheels


def build(architecture: Architecture, *, say: Say, store: Path = STORE) -> Path:
    """Build the layer and return its folder, which takes the place of an older one at the end.

    Raises LayerError when it can't be built here, would not load on Lambda, or has another file
    under a version that was seen before.
    """
    store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store) as beside:
        work, fresh = Path(beside), Path(beside) / "layer"
        native = collect(architecture, work=work, say=say)
        say("Installing the wheels")
        LockedWheels(LOCK, architecture=architecture, store=store).copy_to(fresh)
        leave_out(fresh / "python")
        _put(native, fresh)
        say("Checking every shared object")
        found = elf.shared_objects(fresh)
        names = elf.glibc_names(native.glibc)
        wrong = elf.complaints(found, layer=fresh, architecture=architecture, glibc=names)
        if wrong:
            raise LayerError("The layer would not load on Lambda:\n  " + "\n  ".join(wrong))
        made_of = {
            "architecture": architecture,
            "newest_glibc": ".".join(map(str, max(each.newest_glibc for each in found))),
            **_made_of(native),
        }
        manifest.moved(manifest.known(architecture), made_of["packages"])
        manifest.write(fresh / MANIFEST, made_of)
        kept = layer_folder(architecture, store=store)
        if kept.exists():
            kept.rename(work / "older")
        fresh.rename(kept)
    return kept


def leave_out(python: Path) -> None:
    """Take away what letters never use and what would need libraries that are not here."""
    for pattern in LEFT_OUT:
        for path in python.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _put(native: Native, layer: Path) -> None:
    """Lay out libraries and fonts, and the terms of those who made them."""
    for name in ("lib", "fonts", "licenses"):
        (layer / name).mkdir()
    for name, path in native.libraries.items():
        shutil.copyfile(path, layer / "lib" / name)
    shutil.copyfile(HERE / "fonts.conf", layer / "fonts" / "fonts.conf")
    for package in native.packages:
        folder = native.unpacked[package.name]
        for pattern in FONTS:
            for path in folder.glob(pattern):
                shutil.copyfile(path, layer / "fonts" / path.name)
        terms = folder / "usr/share/doc" / package.name / "copyright"
        if terms.is_file():
            shutil.copyfile(terms, layer / "licenses" / package.name)


def _made_of(native: Native) -> dict[str, Any]:
    return {
        "recipe": recipe_fingerprint(),
        "wheels": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "packages": manifest.versions([*native.packages, *native.tools]),
        "linked_again": {
            name: {"from": RELINKED[name].package, **RELINKED[name].exchanged}
            for name in native.linked_again
        },
    }
