"""The CDK app: `cdk deploy -c stage=local|dev|prod` (see docs/operations.md)."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk

from infra.settings import read_settings
from infra.stack import RelanceStack


def build_app(context: Mapping[str, Any] | None = None, *, outdir: str | None = None) -> cdk.App:
    """Return the app with the one stack of the stage that the context names.

    `context` adds to what the CDK command line passes. Raises ValueError on a context that is
    missing something.
    """
    app = cdk.App(context=dict(context or {}), outdir=outdir)
    settings = read_settings(app.node.try_get_context)
    RelanceStack(app, f"Relance-{settings.stage}", settings=settings)
    return app


def main() -> None:
    """Synthesize; a wrong context ends with its sentence and no stack trace."""
    try:
        app = build_app()
    except ValueError as wrong:
        raise SystemExit(str(wrong)) from None
    app.synth()


if __name__ == "__main__":
    main()
