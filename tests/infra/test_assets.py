"""Code is put together without Docker: function folders under their path, wheels by their lock."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.constructs.assets import FunctionFolder, Wheels
from infra.wheels import ROOT
from tests.infra.assembly import FUNCTIONS, Assembly


def wheel_lock(folder: Path) -> Path:
    """Write a wheel of one module and the lock that names it by its hash."""
    wheel = folder / "trifle-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("trifle.py", "SIZE = 1\n")
        archive.writestr(
            "trifle-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: trifle\nVersion: 1.0\n"
        )
        archive.writestr(
            "trifle-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(
            "trifle-1.0.dist-info/RECORD",
            "trifle.py,,\ntrifle-1.0.dist-info/METADATA,,\ntrifle-1.0.dist-info/WHEEL,,\n"
            "trifle-1.0.dist-info/RECORD,,\n",
        )
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = folder / "lock.txt"
    lock.write_text(f"trifle @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    return lock


def test_a_functions_folder_keeps_its_path(tmp_path: Path) -> None:
    assert FunctionFolder("planner").try_bundle(str(tmp_path))
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {"functions/__init__.py", "functions/planner/handler.py"} <= found
    assert all(name.startswith(("functions/planner/", "functions/__init__")) for name in found)
    assert not [name for name in found if "__pycache__" in name]


def test_wheels_are_installed_where_a_layer_wants_them(tmp_path: Path) -> None:
    wheels = Wheels(wheel_lock(tmp_path), architecture=None, store=tmp_path / "store")
    assert wheels.try_bundle(str(tmp_path / "out"))
    assert (tmp_path / "out" / "python" / "trifle.py").read_text() == "SIZE = 1\n"


def test_the_same_lock_is_installed_once(tmp_path: Path) -> None:
    lock = wheel_lock(tmp_path)
    Wheels(lock, architecture=None, store=tmp_path / "store").try_bundle(str(tmp_path / "a"))
    (tmp_path / "trifle-1.0-py3-none-any.whl").unlink()
    Wheels(lock, architecture=None, store=tmp_path / "store").try_bundle(str(tmp_path / "b"))
    assert (tmp_path / "b" / "python" / "trifle.py").exists()


def test_wheels_that_are_not_the_locked_ones_are_refused(tmp_path: Path) -> None:
    lock = wheel_lock(tmp_path)
    lock.write_text(lock.read_text().rsplit(":", 1)[0] + ":" + "0" * 64 + "\n")
    wheels = Wheels(lock, architecture=None, store=tmp_path / "store")
    with pytest.raises(RuntimeError, match=r"pip could not install lock\.txt"):
        wheels.try_bundle(str(tmp_path / "out"))
    assert list((tmp_path / "store").iterdir()) == []


def test_a_layer_changes_name_with_its_lock_and_what_it_runs_on(tmp_path: Path) -> None:
    lock = wheel_lock(tmp_path)
    here, arm, intel = (
        Wheels(lock, architecture=each).fingerprint for each in (None, "arm64", "x86_64")
    )
    lock.write_text(lock.read_text() + "# one more line\n")
    assert len({here, arm, intel, Wheels(lock, architecture="arm64").fingerprint}) == 4


def test_the_shared_layer_is_our_package_without_the_command_line(
    stages: Mapping[str, Assembly],
) -> None:
    stack = stages["dev"]
    files = json.loads((stack.folder / "Relance-dev.assets.json").read_text())["files"]
    [shared] = (
        stack.folder / asset["source"]["path"]
        for asset in files.values()
        if (stack.folder / asset["source"]["path"] / "python" / "relance").is_dir()
    )
    ours = {path.name for path in (ROOT / "layers/shared/python/relance").iterdir()}
    packed = {path.name for path in (shared / "python" / "relance").iterdir()}
    assert packed == ours - {"cli", "__pycache__"}
    assert not list(shared.rglob("*.pyc"))


def test_every_function_is_uploaded_by_itself(stack: Assembly) -> None:
    keys = [json.dumps(f["Code"]["S3Key"]) for f in stack.functions().values()]
    assert len(set(keys)) == len(FUNCTIONS)
