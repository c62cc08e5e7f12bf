"""The code that is uploaded, put together without Docker."""

import shutil
from pathlib import Path

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from infra.settings import Architecture
from infra.weasyprint_layer.recipe import built_layer
from infra.wheels import ROOT, STORE, LockedWheels

NOT_SHIPPED = ("__pycache__", "*.pyc", ".DS_Store")


def function_code(name: str) -> lambda_.Code:
    """Return the code of `functions/<name>`, under that same path, for its handler's full name."""
    return lambda_.Code.from_asset(
        str(ROOT / "functions" / name),
        asset_hash_type=cdk.AssetHashType.OUTPUT,
        exclude=list(NOT_SHIPPED),
        bundling=_without_docker(FunctionFolder(name)),
    )


def shared_code() -> lambda_.Code:
    """Return our package as it lies in the tree, without the command line."""
    return lambda_.Code.from_asset(
        str(ROOT / "layers" / "shared"),
        exclude=["python/relance/cli", *(f"**/{name}" for name in NOT_SHIPPED)],
    )


def wheels_code(lock: str, *, architecture: Architecture | None) -> lambda_.Code:
    """Return the wheels of `requirements/<lock>`, as a layer wants them.

    `architecture` is what AWS will run on; None means this machine (the local stage).
    """
    wheels = Wheels(ROOT / "requirements" / lock, architecture=architecture)
    return lambda_.Code.from_asset(
        str(ROOT / "requirements"),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        asset_hash=wheels.fingerprint,
        bundling=_without_docker(wheels),
    )


def weasyprint_code(architecture: Architecture) -> lambda_.Code:
    """Return the PDF engine's layer for AWS, which `make layer` built for this processor."""
    return lambda_.Code.from_asset(
        str(ROOT / "infra" / "weasyprint_layer"),
        asset_hash_type=cdk.AssetHashType.OUTPUT,
        exclude=list(NOT_SHIPPED),
        bundling=_without_docker(WeasyprintLayer(architecture)),
    )


def _without_docker(bundling: cdk.ILocalBundling) -> cdk.BundlingOptions:
    """Wrap it; an image must be named, but is never used since the local way never declines."""
    return cdk.BundlingOptions(image=cdk.DockerImage.from_registry("unused"), local=bundling)


@jsii.implements(cdk.ILocalBundling)
class FunctionFolder:
    """Copies one function's folder, and the package file above it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def try_bundle(self, output_dir: str, _options: object = None, **_named: object) -> bool:
        """Fill the folder; always done here, so Docker is never asked."""
        package = Path(output_dir) / "functions"
        shutil.copytree(
            ROOT / "functions" / self._name,
            package / self._name,
            ignore=shutil.ignore_patterns(*NOT_SHIPPED),
        )
        shutil.copyfile(ROOT / "functions" / "__init__.py", package / "__init__.py")
        return True


@jsii.implements(cdk.ILocalBundling)
class Wheels:
    """Puts locked wheels where a layer wants them."""

    def __init__(
        self, lock: Path, *, architecture: Architecture | None, store: Path = STORE
    ) -> None:
        self._wheels = LockedWheels(lock, architecture=architecture, store=store)
        self.fingerprint = self._wheels.fingerprint

    def try_bundle(self, output_dir: str, _options: object = None, **_named: object) -> bool:
        """Fill the folder; raise RuntimeError when the lock can't be installed."""
        self._wheels.copy_to(Path(output_dir))
        return True


@jsii.implements(cdk.ILocalBundling)
class WeasyprintLayer:
    """Copies the layer that `make layer` built: WeasyPrint, its native libraries and the fonts."""

    def __init__(self, architecture: Architecture) -> None:
        self._architecture = architecture

    def try_bundle(self, output_dir: str, _options: object = None, **_named: object) -> bool:
        """Fill the folder; raise LayerError, which says what to type, when it was not built."""
        shutil.copytree(built_layer(self._architecture), output_dir, dirs_exist_ok=True)
        return True
