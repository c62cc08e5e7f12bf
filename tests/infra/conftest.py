"""All three stages, synthesized once, with the AwsSolutions checks."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.infra.assembly import Assembly

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "1"  # before the first import

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.app import build_app
from infra.wheels import ROOT

SENDER = "reminders@mail.example.com"


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Assembly]:
    """Return what each stage synthesizes to; nothing is bundled."""
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    wanted = {
        "local": {},
        "dev": {"platformSender": SENDER},
        "prod": {
            "platformSender": SENDER,
            "mailDomain": "mail.example.com",
            "linkAddress": "https://r.example.com",
            "smsLogs": "yes",
        },
    }
    return {
        stage: synthesize(
            {**flags, **context, "stage": stage}, folder=tmp_path_factory.mktemp(stage)
        )
        for stage, context in wanted.items()
    }


@pytest.fixture(params=["local", "dev", "prod"])
def stack(request: pytest.FixtureRequest, stages: Mapping[str, Assembly]) -> Assembly:
    """Return each stage in turn."""
    return stages[request.param]


@pytest.fixture(params=["dev", "prod"])
def aws_stack(request: pytest.FixtureRequest, stages: Mapping[str, Assembly]) -> Assembly:
    """Return each stage that runs on AWS."""
    return stages[request.param]


def synthesize(context: Mapping[str, str], *, folder: Path) -> Assembly:
    """Synthesize one stage with the checks; a refusal of theirs is kept for the test of it."""
    app = build_app({**context, "aws:cdk:bundling-stacks": []}, outdir=str(folder))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    complaint = ""
    try:
        app.synth()
    except RuntimeError as refused:
        complaint = str(refused)
    stage = context["stage"]
    template = json.loads((folder / f"Relance-{stage}.template.json").read_text())
    return Assembly(stage=stage, folder=folder, template=template, complaint=complaint)
