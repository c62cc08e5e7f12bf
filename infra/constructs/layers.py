"""The layers of the functions: our package, what it needs, and the PDF engine."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.assets import shared_code, wheels_code
from infra.constructs.python_function import ARCHITECTURES
from infra.settings import StageSettings


class Layers(Construct):
    """`usual` is what every function takes; `with_pdf` is that and WeasyPrint."""

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        runs_on = None if settings.is_local else settings.architecture
        codes = {
            "Shared": shared_code(),
            "Deps": wheels_code("runtime.txt", architecture=runs_on),
            "Weasyprint": wheels_code("weasyprint.txt", architecture=runs_on),
        }
        made = {
            name: lambda_.LayerVersion(
                self,
                name,
                code=code,
                compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
                compatible_architectures=[ARCHITECTURES[settings.architecture]],
            )
            for name, code in codes.items()
        }
        self.usual = (made["Shared"], made["Deps"])
        self.with_pdf = (*self.usual, made["Weasyprint"])
