"""When the stack is deployed again, and with what environment."""

from dataclasses import replace
from pathlib import Path

import pytest

from relance.cli.deploy import cdk_environment, deployed, sources_digest
from relance.cli.instance import Instance, Ports


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(name="a", folder=tmp_path / "var")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("infra/app.py", "functions/x/handler.py", "layers/shared/python/relance/a.py"):
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_text("one")
    (root / "cdk.json").write_text("{}")
    return root


@pytest.mark.parametrize("changed", ["infra/app.py", "functions/x/handler.py", "cdk.json"])
def test_a_changed_source_is_deployed_again(tree: Path, instance: Instance, changed: str) -> None:
    before = sources_digest(instance, root=tree)
    (tree / changed).write_text("two")
    assert sources_digest(instance, root=tree) != before


def test_a_renamed_or_new_source_is_deployed_again(tree: Path, instance: Instance) -> None:
    before = sources_digest(instance, root=tree)
    (tree / "infra/app.py").rename(tree / "infra/application.py")
    renamed = sources_digest(instance, root=tree)
    (tree / "infra/new.py").write_text("")
    assert len({before, renamed, sources_digest(instance, root=tree)}) == 3


@pytest.mark.parametrize(
    "path", ["infra/__pycache__/app.pyc", "layers/shared/python/relance/cli/main.py", "README.md"]
)
def test_what_is_not_deployed_does_not_count(tree: Path, instance: Instance, path: str) -> None:
    before = sources_digest(instance, root=tree)
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text("two")
    assert sources_digest(instance, root=tree) == before


def test_another_port_is_another_deployment(tree: Path, instance: Instance) -> None:
    other = replace(instance, ports=Ports(engine=4999))
    assert sources_digest(instance, root=tree) != sources_digest(other, root=tree)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"digest": "x"}'])
def test_a_damaged_record_means_deploy_again(instance: Instance, text: str) -> None:
    instance.folder.mkdir()
    (instance.folder / "deployed.json").write_text(text)
    assert deployed(instance) is None


def test_a_persons_own_aws_account_is_never_deployed_to(instance: Instance) -> None:
    own = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_STS": "https://sts.example.com",
        "PATH": "/bin",
        "HTTPS_PROXY": "http://proxy.example.com",
    }
    environment = cdk_environment(instance, own)
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_STS"} & environment.keys()
    assert environment["AWS_ENDPOINT_URL"] == environment["AWS_ENDPOINT_URL_S3"]
    assert environment["AWS_ENDPOINT_URL"] == instance.endpoint
    assert environment["AWS_CONFIG_FILE"] == "/dev/null"
    assert environment["HTTPS_PROXY"] == "http://proxy.example.com"  # pip may need it for layers
    assert "127.0.0.1" in environment["NO_PROXY"]
