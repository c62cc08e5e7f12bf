"""The layers of the functions: our package, what it needs, and the PDF engine."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.assets import shared_code, weasyprint_code, wheels_code
from infra.constructs.python_function import ARCHITECTURES, LayerSet
from infra.settings import StageSettings

# Where Lambda's own Python looks for libraries, after those of the layer: Debian's libraries fit
# each other, and half of them with half of Amazon's might not.
LIBRARIES = (
    "/opt/lib:/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib"
)
# Else the first model of a process has every installed package asked for plugins; there are none.
USUAL_ENVIRONMENT = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}
PDF_ENVIRONMENT = {
    "LD_LIBRARY_PATH": LIBRARIES,
    "FONTCONFIG_FILE": "/opt/fonts/fonts.conf",
    "XDG_CACHE_HOME": "/tmp",  # noqa: S108 — the one folder a function may write to
}


class Layers(Construct):
    """`usual` is what every function takes; `with_pdf` is that and WeasyPrint.

    On AWS the latter brings native libraries and fonts; the local stage uses this machine's.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        here = settings.is_local
        runs_on = None if here else settings.architecture
        shared = self._layer("Shared", shared_code())
        deps = self._layer("Deps", wheels_code("runtime.txt", architecture=runs_on))
        engine = self._layer(
            "Weasyprint",
            wheels_code("weasyprint.txt", architecture=None)
            if here
            else weasyprint_code(settings.architecture),
        )
        self.usual = LayerSet(layers=(shared, deps), environment=USUAL_ENVIRONMENT)
        self.with_pdf = LayerSet(
            layers=(shared, deps, engine),
            environment=USUAL_ENVIRONMENT | ({} if here else PDF_ENVIRONMENT),
        )

    def _layer(self, name: str, code: lambda_.Code) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=code,
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[ARCHITECTURES[self._settings.architecture]],
        )
