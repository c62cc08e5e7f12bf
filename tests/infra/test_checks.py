"""The templates pass cdk-nag's AwsSolutions and cfn-lint; each exception has its reason."""

import json
from itertools import chain
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from cdk_nag import AwsSolutionsChecks
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from tests.infra.assembly import Assembly

# The CDK writes DependsOn beside references that imply it already: it says the same thing twice.
REDUNDANT_DEPENDENCY = "W3005"
# The local engine has an action for batches on a queue that AWS does not have.
ACTION_UNKNOWN_TO_AWS = "W3037"
IGNORED = {
    "local": [REDUNDANT_DEPENDENCY, ACTION_UNKNOWN_TO_AWS],
    "dev": [REDUNDANT_DEPENDENCY],
    "prod": [REDUNDANT_DEPENDENCY],
}


def test_aws_solutions_finds_nothing_that_has_no_reason(stack: Assembly) -> None:
    report = json.loads((stack.folder / "validation-report.json").read_text())
    found = [
        (violation["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]  # warnings too, which do not stop a synthesis
        for construct in violation["violatingConstructs"]
    ]
    assert found == []
    assert not stack.complaint


def test_aws_solutions_is_really_asked(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    sns.Topic(cdk.Stack(app, "Careless"), "OpenTopic")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="The SNS Topic does not require publishers to use SSL"):
        app.synth()


def test_every_acknowledged_finding_says_why(stack: Assembly) -> None:
    entries = json.loads((stack.folder / f"Relance-{stack.stage}.metadata.json").read_text())
    reasons = [
        reason
        for entry in chain.from_iterable(entries.values())
        if entry["type"] == cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
        for reason in entry["data"].values()
    ]
    assert reasons
    assert all(len(reason.split()) >= 6 for reason in reasons), reasons


def test_cfn_lint_finds_nothing(stack: Assembly) -> None:
    found = lint_file(
        stack.template_file,
        config=ManualArgs(ignore_checks=IGNORED[stack.stage], regions=["eu-west-3"]),
    )
    assert [str(match) for match in found] == []
