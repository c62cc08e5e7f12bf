"""`make layer`: build the PDF engine's layer for AWS, and tell which packages have moved."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.settings import ARCHITECTURES
from infra.weasyprint_layer import manifest
from infra.weasyprint_layer.build import build
from infra.weasyprint_layer.recipe import HERE, MANIFEST, LayerError


def main(words: Sequence[str] | None = None) -> int:
    """Build for the processor that is asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="make layer", description=__doc__)
    parser.add_argument("--architecture", choices=ARCHITECTURES, default="arm64")
    parser.add_argument(
        "--keep-versions",
        action="store_true",
        help="write the versions built with into the tree, to compare with next time",
    )
    asked = parser.parse_args(words)
    try:
        folder = build(asked.architecture, say=lambda text: _tell(f"→ {text}"))
        report(folder, keep=asked.keep_versions)
    except (LayerError, RuntimeError) as error:
        _tell(str(error))
        return 1
    return 0


def report(folder: Path, *, keep: bool, tree: Path = HERE) -> None:
    """Tell what was built, and what moved since the versions in the tree were written."""
    built = json.loads((folder / MANIFEST).read_text())
    architecture = built["architecture"]
    lines = manifest.moved(manifest.known(architecture, folder=tree), built["packages"])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    _tell(f"Built {folder.name}: {size / 1024**2:.0f} MB, needs glibc {built['newest_glibc']}.")
    if lines:
        _tell("Debian's packages have moved since they were looked at last:")
        _tell("".join(f"  {line}\n" for line in lines).rstrip())
    if keep:
        manifest.write(manifest.known_file(architecture, folder=tree), built["packages"])
    elif lines:
        _tell("The layer has the new ones. KEEP_VERSIONS=1 writes them into the tree.")


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
