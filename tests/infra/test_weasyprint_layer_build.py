"""How the PDF engine's layer is built: what is refused, what is only told, what to type."""

import json
import shutil
from pathlib import Path

import pytest

from infra.settings import this_machine
from infra.weasyprint_layer import elf, manifest
from infra.weasyprint_layer.__main__ import main, report
from infra.weasyprint_layer.build import leave_out
from infra.weasyprint_layer.native import closure, too_new
from infra.weasyprint_layer.recipe import (
    MANIFEST,
    LayerError,
    built_layer,
    layer_folder,
    recipe_fingerprint,
)
from tests.infra.built_layers import layer_for

PANGO = {"version": "1.50.12+ds-1", "sha256": "a" * 64}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the libraries of this machine's layer, to do harm to."""
    shutil.copytree(layer_for(this_machine()) / "lib", tmp_path / "lib")
    return tmp_path


def said_of(layer: Path) -> list[str]:
    found = elf.shared_objects(layer)
    return elf.complaints(found, layer=layer, architecture=this_machine(), glibc=frozenset())


def write_over(path: Path, old: bytes, new: bytes) -> None:
    """Change bytes in a file without moving any."""
    assert len(old) == len(new)
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def test_the_libraries_as_built_are_not_complained_of(copied: Path) -> None:
    assert said_of(copied) == []


def test_a_library_that_is_missing_is_named_with_who_needs_it(copied: Path) -> None:
    (copied / "lib" / "libdatrie.so.1").unlink()
    said = "lib/libthai.so.0 needs libdatrie.so.1, which is neither in the layer nor of glibc"
    assert said in said_of(copied)


def test_a_name_that_nobody_gives_is_told_with_who_wants_it(copied: Path) -> None:
    write_over(copied / "lib" / "libdatrie.so.1", b"trie_state_walk\0", b"trie_state_wolk\0")
    assert any(
        said.startswith("lib/libthai.so.0 wants trie_state_walk") for said in said_of(copied)
    )


def test_a_newer_glibc_than_lambdas_is_told(copied: Path) -> None:
    write_over(copied / "lib" / "libglib-2.0.so.0", b"GLIBC_2.34\0", b"GLIBC_2.35\0")
    assert said_of(copied) == ["lib/libglib-2.0.so.0 asks for GLIBC_2.35"]


def test_what_is_private_to_glibc_counts_as_newer_than_any() -> None:
    assert elf.number("GLIBC_PRIVATE") > elf.number("GLIBC_2.99") > elf.number("GLIBC_2.4")


def test_a_library_for_another_processor_is_told(copied: Path) -> None:
    other = "arm64" if this_machine() == "x86_64" else "x86_64"
    shutil.copyfile(layer_for(other) / "lib" / "libz.so.1", copied / "lib" / "libz.so.1")
    assert any(said.startswith("lib/libz.so.1 is for EM_") for said in said_of(copied))


def test_a_library_too_new_that_cannot_be_linked_again_is_refused_by_name(copied: Path) -> None:
    glib = copied / "lib" / "libglib-2.0.so.0"
    write_over(glib, b"GLIBC_2.34\0", b"GLIBC_2.38\0")
    with pytest.raises(LayerError, match=r"build on Debian 12(.|\n)*libglib-2.0.so.0 .*2\.38"):
        too_new({glib.name: glib})


def test_what_is_needed_comes_with_what_needs_it_and_nothing_more(copied: Path) -> None:
    found = {path.name: path for path in (copied / "lib").iterdir()}
    assert set(closure(["libthai.so.0"], found=found)) == {"libthai.so.0", "libdatrie.so.1"}
    del found["libdatrie.so.1"]
    with pytest.raises(LayerError, match=r"has libdatrie\.so\.1"):
        closure(["libthai.so.0"], found=found)


def test_wheels_without_use_in_letters_are_left_out(tmp_path: Path) -> None:
    for name in ("zopfli/__init__.py", "PIL/_avif.abi3.so", "PIL/_imaging.abi3.so"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    leave_out(tmp_path)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["_imaging.abi3.so"]


def test_a_package_that_moved_is_told_and_not_refused() -> None:
    before = {"libpango": PANGO, "libgone": PANGO}
    now = {"libpango": {"version": "1.50.13", "sha256": "b" * 64}, "libnew": PANGO}
    assert manifest.moved(before, now) == [
        "libgone 1.50.12+ds-1 is no longer used",
        "libnew 1.50.12+ds-1 is new",
        "libpango 1.50.12+ds-1 → 1.50.13",
    ]
    assert manifest.moved(now, now) == []


def test_another_file_under_a_version_seen_before_is_refused() -> None:
    now = {"libpango": {**PANGO, "sha256": "b" * 64}}
    with pytest.raises(LayerError, match=r"libpango 1\.50\.12.* is another file"):
        manifest.moved({"libpango": PANGO}, now)


def test_moved_versions_are_told_and_written_into_the_tree_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = tmp_path / "weasyprint-aws-arm64"
    built.mkdir()
    manifest.write(
        built / MANIFEST,
        {"architecture": "arm64", "newest_glibc": "2.34", "packages": {"libpango": PANGO}},
    )
    older = {"libpango": {"version": "1.50.11", "sha256": "b" * 64}}
    manifest.write(manifest.known_file("arm64", folder=tmp_path), older)
    report(built, keep=False, tree=tmp_path)
    told = capsys.readouterr().out
    assert "libpango 1.50.11 → 1.50.12+ds-1" in told
    assert "KEEP_VERSIONS=1" in told
    assert manifest.known("arm64", folder=tmp_path) == older
    report(built, keep=True, tree=tmp_path)
    assert manifest.known("arm64", folder=tmp_path) == {"libpango": PANGO}
    capsys.readouterr()
    report(built, keep=False, tree=tmp_path)
    assert "moved" not in capsys.readouterr().out


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_versions_in_the_tree_are_of_the_packages_that_are_used(architecture: str) -> None:
    known = manifest.known("arm64" if architecture == "arm64" else "x86_64")
    assert {"libpango-1.0-0", "libharfbuzz-subset0", "libexpat1-dev", "libc6"} <= set(known)
    for package in known.values():
        assert set(package) == {"version", "sha256"}
        assert len(bytes.fromhex(package["sha256"])) == 32


def test_a_layer_that_was_not_built_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"arm64 is not built.*make layer ARCHITECTURE=arm64"):
        built_layer("arm64", store=tmp_path)


def test_a_layer_of_an_older_recipe_is_not_taken(tmp_path: Path) -> None:
    folder = layer_folder("x86_64", store=tmp_path)
    folder.mkdir()
    (folder / MANIFEST).write_text(json.dumps({"recipe": recipe_fingerprint()}))
    assert built_layer("x86_64", store=tmp_path) == folder
    (folder / MANIFEST).write_text(json.dumps({"recipe": "older"}))
    with pytest.raises(LayerError, match=r"another lock or recipe.*make layer"):
        built_layer("x86_64", store=tmp_path)


def test_a_machine_without_debians_packages_is_told_where_to_build(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = {path.name for path in layer_for("arm64").parent.iterdir()}
    assert main(["--architecture", "arm64"]) == 1
    assert "apt-get was not found" in capsys.readouterr().out
    assert {path.name for path in layer_for("arm64").parent.iterdir()} == before
