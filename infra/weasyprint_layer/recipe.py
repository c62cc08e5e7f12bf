"""What goes into the layer, for which machine, and where the built layer is kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from infra.settings import Architecture
from infra.wheels import ROOT, STORE

HERE = Path(__file__).parent
LOCK = ROOT / "requirements" / "weasyprint.txt"
MANIFEST = "manifest.json"
# Lambda's python3.13 runs on Amazon Linux 2023, which has this glibc. Debian 12 has 2.36.
NEWEST_GLIBC = (2, 34)
UNZIPPED_LIMIT = 250 * 1024 * 1024  # bytes of a function with all its layers


class LayerError(Exception):
    """The layer can't be built or used; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """How Debian names a processor, its folder of libraries and the loader of its glibc."""

    debian: str
    triplet: str
    loader: str


MACHINES: Mapping[Architecture, Machine] = MappingProxyType(
    {
        "x86_64": Machine(
            debian="amd64", triplet="x86_64-linux-gnu", loader="ld-linux-x86-64.so.2"
        ),
        "arm64": Machine(
            debian="arm64", triplet="aarch64-linux-gnu", loader="ld-linux-aarch64.so.1"
        ),
    }
)

# What WeasyPrint opens by name; all that these need comes with them.
OPENED = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
LIBRARY_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
# Letters are set in Liberation Sans. DejaVu has the letters it lacks, WenQuanYi the Chinese,
# Japanese and Korean ones of a name or an address.
FONT_PACKAGES = ("fonts-liberation2", "fonts-dejavu-core", "fonts-wqy-microhei")
FONTS = (
    "usr/share/fonts/truetype/liberation2/*.ttf",
    "usr/share/fonts/truetype/dejavu/*.ttf",
    "usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
# Part of every Lambda runtime; libraries of the layer may ask for these and for nothing else.
GLIBC_LIBRARIES = frozenset(
    {
        *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"),
        *(machine.loader for machine in MACHINES.values()),
    }
)
# Never used for a letter, and in need of a C++ library that is not in the layer: packing WOFF
# fonts, and pictures in AVIF. Those who would use them look first whether they are there.
LEFT_OUT = ("zopfli", "zopfli-*.dist-info", "PIL/_avif.*", "pillow.libs/libavif-*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinking:
    """A library to link again from its package's own archive, with functions exchanged."""

    package: str
    archive: str
    exchanged: Mapping[str, str]


RELINKED: Mapping[str, Relinking] = MappingProxyType(
    {
        # The salt of its hash tables, eight bytes of it, comes from arc4random_buf (glibc 2.36).
        # getentropy (glibc 2.25) takes the same two arguments and fills up to 256 bytes.
        "libexpat.so.1": Relinking(
            package="libexpat1-dev",
            archive="libexpat.a",
            exchanged=MappingProxyType({"arc4random_buf": "getentropy"}),
        ),
    }
)


def recipe_fingerprint() -> str:
    """Return what changes with the lock of the wheels and with these programs, and no other way."""
    read = [LOCK, HERE.parent / "wheels.py", *sorted(HERE.glob("*.py")), HERE / "fonts.conf"]
    digest = hashlib.sha256()
    for path in read:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def layer_folder(architecture: Architecture, *, store: Path = STORE) -> Path:
    """Return where the built layer is kept, whether it is there or not."""
    return store / f"weasyprint-aws-{architecture}"


def built_layer(architecture: Architecture, *, store: Path = STORE) -> Path:
    """Return the folder of the built layer.

    Raises LayerError when there is none, or one that another lock or another recipe made.
    """
    folder = layer_folder(architecture, store=store)
    say = f"Type `make layer ARCHITECTURE={architecture}` (needs Debian 12; see docs/operations.md)"
    if not (folder / MANIFEST).is_file():
        raise LayerError(f"The PDF engine's layer for {architecture} is not built. {say}.")
    if json.loads((folder / MANIFEST).read_text())["recipe"] != recipe_fingerprint():
        raise LayerError(
            f"The PDF engine's layer for {architecture} was built from another lock or recipe. "
            f"{say}."
        )
    return folder
