"""The PDF engine's layer for AWS: what is in it loads on Lambda, and draws a letter by itself."""

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from infra.constructs.assets import NOT_SHIPPED, WeasyprintLayer
from infra.settings import Architecture, this_machine
from infra.weasyprint_layer import elf
from infra.weasyprint_layer.recipe import (
    GLIBC_LIBRARIES,
    LOCK,
    MANIFEST,
    OPENED,
    UNZIPPED_LIMIT,
)
from infra.wheels import ROOT, LockedWheels
from tests.infra.assembly import Assembly
from tests.infra.built_layers import layer_for

SHARED = ROOT / "layers" / "shared" / "python"
DRAW = """
import base64, io, sys
from PIL import Image
from weasyprint import HTML

page = sys.stdin.read()
for kind in ("PNG", "JPEG"):
    picture = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(picture, format=kind)
    link = base64.b64encode(picture.getvalue()).decode()
    page = page.replace(f"the {kind}", f"<img src='data:image/{kind.lower()};base64,{link}'>")
sys.stdout.buffer.write(HTML(string=page).write_pdf())
with open("/proc/self/maps") as maps:
    loaded = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
sys.stderr.write("\\n".join(sorted(name for name in loaded if ".so" in name)))
"""
LETTER = """<html lang="fr"><style>body { font: 10pt "Liberation Sans", sans-serif }</style>
<p>the PNG the JPEG</p><p>Établissements Dupont & Fils, 12 rue de l’Église</p>
<table><tr><th>Facture<th>Échéance<th>Reste dû</tr>
<tr><td>F-2025-001<td>31 janvier 2025<td>1 234,56 €</tr></table>
<p><b>À régler sous huit jours.</b> <i>Nos salutations distinguées</i></p>"""


@pytest.fixture(params=["x86_64", "arm64"], scope="module")
def architecture(request: pytest.FixtureRequest) -> Architecture:
    """Return each processor in turn."""
    found: Architecture = request.param
    return found


@pytest.fixture(scope="module")
def layer(architecture: Architecture) -> Path:
    """Return the folder of its layer."""
    return layer_for(architecture)


def glibc_here() -> frozenset[str]:
    """Return the names that glibc gives, from the libraries this very process runs on."""
    maps = Path("/proc/self/maps").read_text().split()
    return elf.glibc_names(
        {Path(word) for word in maps if word.endswith(("libc.so.6", "libm.so.6"))}
    )


def size_of(folder: Path, *, without: tuple[str, ...] = ()) -> int:
    """Return the bytes of all files in a folder, except below folders of these names."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not set(path.relative_to(folder).parts) & set(without)
    )


def test_every_shared_object_is_for_the_processor_and_satisfied_with_lambdas_glibc(
    architecture: Architecture, layer: Path
) -> None:
    found = elf.shared_objects(layer)
    assert len(found) > 40
    assert {each.path.name: each.machine for each in found} == {
        each.path.name: {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}[architecture]
        for each in found
    }
    newest = {each.path.name: each.newest_glibc for each in found}
    assert {name: version for name, version in newest.items() if version > (2, 34)} == {}


def test_no_shared_object_asks_for_what_is_not_there(
    architecture: Architecture, layer: Path
) -> None:
    found = elf.shared_objects(layer)
    glibc = glibc_here()
    assert elf.complaints(found, layer=layer, architecture=architecture, glibc=glibc) == []


def test_all_that_weasyprint_opens_is_in_the_layer(layer: Path) -> None:
    assert {path.name for path in (layer / "lib").iterdir()} >= set(OPENED)


def test_the_fonts_are_in_the_layer_with_the_terms_of_their_makers(layer: Path) -> None:
    fonts = {path.name for path in (layer / "fonts").glob("*.tt[fc]")}
    assert fonts >= {
        *("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf"),
        *("DejaVuSans.ttf", "wqy-microhei.ttc"),
    }
    packages = json.loads((layer / MANIFEST).read_text())["packages"]
    told = {path.name for path in (layer / "licenses").iterdir()}
    assert {name for name in packages if not name.startswith("binutils")} == told


def test_the_manifest_names_every_package_by_version_and_hash(
    architecture: Architecture, layer: Path
) -> None:
    manifest = json.loads((layer / MANIFEST).read_text())
    assert manifest["architecture"] == architecture
    assert manifest["newest_glibc"] == "2.34"
    assert manifest["linked_again"]["libexpat.so.1"]["from"] == "libexpat1-dev"
    for name in ("libpango-1.0-0", "libharfbuzz-subset0", "fonts-liberation2", "libexpat1-dev"):
        package = manifest["packages"][name]
        assert package["version"]
        assert len(bytes.fromhex(package["sha256"])) == 32


def test_letters_fit_into_lambda_with_all_their_layers(
    architecture: Architecture, layer: Path, tmp_path: Path
) -> None:
    deps = LockedWheels(LOCK.with_name("runtime.txt"), architecture=architecture)
    deps.copy_to(tmp_path)
    unzipped = (
        size_of(layer)
        + size_of(tmp_path)
        + size_of(SHARED, without=("cli", *NOT_SHIPPED))
        + size_of(ROOT / "functions" / "render_letter")
    )
    assert unzipped < UNZIPPED_LIMIT


def test_what_is_uploaded_is_the_built_layer(
    architecture: Architecture, layer: Path, tmp_path: Path
) -> None:
    assert WeasyprintLayer(architecture).try_bundle(str(tmp_path))
    files = {path.relative_to(tmp_path) for path in tmp_path.rglob("*")}
    assert files == {path.relative_to(layer) for path in layer.rglob("*")}


def test_the_template_names_the_processor_of_layer_and_function(aws_stack: Assembly) -> None:
    [processor] = aws_stack.functions()["render_letter"]["Architectures"]
    assert processor == "arm64"
    for made in aws_stack.of_type("Lambda::LayerVersion").values():
        assert made["CompatibleArchitectures"] == [processor]


def test_only_what_makes_pdfs_on_aws_is_told_where_libraries_and_fonts_are(stack: Assembly) -> None:
    told = {
        name: {
            key: text
            for key, text in function["Environment"]["Variables"].items()
            if not key.startswith(("RELANCE_", "PYDANTIC_"))
        }
        for name, function in stack.functions().items()
    }
    letters = told.pop("render_letter")
    assert told.pop("send_email") == letters
    assert set(map(str, told.values())) == {"{}"}
    if stack.stage == "local":
        assert letters == {}
    else:
        assert letters["LD_LIBRARY_PATH"].split(":")[0] == "/opt/lib"
        assert letters["FONTCONFIG_FILE"] == "/opt/fonts/fonts.conf"
        assert letters["XDG_CACHE_HOME"].split("/") == ["", "tmp"]


def drawn(
    html: str, *, stages: Mapping[str, Assembly], cache: Path
) -> tuple[PdfReader, dict[str, Path]]:
    """Draw with this machine's layer, in a process that is told of nothing else.

    Returns the letter, and each library that was loaded by the name of its file.
    """
    layer = layer_for(this_machine())
    variables = stages["prod"].functions()["render_letter"]["Environment"]["Variables"]
    environment = {
        "LD_LIBRARY_PATH": variables["LD_LIBRARY_PATH"].replace("/opt/", f"{layer}/"),
        "FONTCONFIG_FILE": variables["FONTCONFIG_FILE"].replace("/opt/", f"{layer}/"),
        "XDG_CACHE_HOME": str(cache),
        "PYTHONPATH": str(layer / "python"),
    }
    # The bare interpreter, without the packages of this environment.
    python = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
    ended = subprocess.run(
        [str(python), "-S", "-P", "-W", "error", "-c", DRAW],
        input=html.encode(),
        capture_output=True,
        env=environment,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    loaded = map(Path, ended.stderr.decode().splitlines())
    return PdfReader(io.BytesIO(ended.stdout)), {path.name: path for path in loaded}


def text_and_fonts(reader: PdfReader) -> tuple[str, set[str]]:
    """Return the words of the one page, and the names of the fonts they are set in."""
    [page] = reader.pages
    fonts: Any = page["/Resources"]
    names = {each.get_object()["/BaseFont"] for each in fonts["/Font"].values()}
    assert all("+" in name for name in names), "a font that is not embedded"
    return " ".join(page.extract_text().split()), {name.split("+")[1] for name in names}


def test_a_letter_is_drawn_with_nothing_but_the_layer(
    stages: Mapping[str, Assembly], tmp_path: Path
) -> None:
    reader, loaded = drawn(LETTER, stages=stages, cache=tmp_path)
    text, fonts = text_and_fonts(reader)
    for words in ("Établissements Dupont & Fils, 12 rue de l’Église", "1 234,56 €", "À régler"):
        assert words in text
    assert fonts == {"Liberation-Sans", "Liberation-Sans-Bold", "Liberation-Sans-Italic"}
    assert len(reader.pages[0].images) == 2
    layer = layer_for(this_machine())
    ours = {name: path for name, path in loaded.items() if path.is_relative_to(layer)}
    assert set(ours) >= set(OPENED)
    # Whatever one of the layer's libraries needs came from the layer, or is glibc.
    for path in ours.values():
        each = elf.read(path)
        for name in set(each.needed) - GLIBC_LIBRARIES:
            assert elf.find(name, asked_by=each, layer=layer, known=set(ours.values())), name
    # The rest is glibc, the interpreter, and what the interpreter's own modules ask for.
    assert set(loaded) - set(ours) <= GLIBC_LIBRARIES | of_the_interpreter(loaded)


def of_the_interpreter(loaded: Mapping[str, Path]) -> set[str]:
    """Return the file names of the interpreter's modules and of all that these need."""
    asking = [name for name, path in loaded.items() if path.is_relative_to(sys.base_prefix)]
    by_soname = {elf.read(path).soname: name for name, path in loaded.items()}
    found: set[str] = set()
    while asking:
        name = asking.pop()
        found.add(name)
        needed = elf.read(loaded[name]).needed
        asking += {by_soname[each] for each in needed if each in by_soname} - found
    return found


def test_names_in_any_script_are_drawn_with_the_layers_own_fonts(
    stages: Mapping[str, Assembly], tmp_path: Path
) -> None:
    names = ("Łódź", "Ωμέγα", "Юлия", "שלום", "東京", "简体", "서울", "Ünïcödé", "12,50 €")
    html = '<body style="font-family: Arial">' + "".join(f"<p>{name}" for name in names)
    text, fonts = text_and_fonts(drawn(html, stages=stages, cache=tmp_path)[0])
    assert [name for name in names if name not in text] == []
    assert fonts == {"Liberation-Sans", "WenQuanYi-Micro-Hei"}
