"""What the local AWS is started with."""

from pathlib import Path

import pytest

from relance.cli import engine, mailbox
from relance.cli.errors import CommandError
from relance.cli.instance import Instance, Ports
from relance.cli.stack import running_stack


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(name="a", folder=tmp_path, ports=Ports(engine=4777, mailbox=4778, smtp=4779))


def test_permissions_are_enforced_and_nothing_listens_outside(instance: Instance) -> None:
    environment = engine.environment(instance)
    assert environment["AUTH"] == "true"
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["IOT_MTLS_ENABLED"] == environment["SFTP_ENABLED"] == "0"


def test_all_state_lies_in_the_instance_folder(instance: Instance) -> None:
    environment = engine.environment(instance)
    for name in ("STATE_DIR", "S3_DATA_DIR", "TMPDIR", "HOME"):
        assert Path(environment[name]).is_relative_to(instance.folder)


def test_mail_goes_to_the_mailbox_of_the_same_instance(instance: Instance) -> None:
    assert engine.environment(instance)["SMTP_HOST"] == "127.0.0.1:4779"


def test_functions_inherit_nothing_of_the_person_who_starts_it(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SOME_SECRET", "x")
    environment = engine.environment(instance)
    assert not {"AWS_PROFILE", "SOME_SECRET"} & environment.keys()


def test_what_was_never_started_is_not_up_and_can_be_stopped(instance: Instance) -> None:
    assert not engine.is_up(instance)
    assert not mailbox.is_up(instance)
    engine.stop(instance)
    mailbox.stop(instance)


def test_a_command_on_a_stage_that_is_not_up_says_how_to_start_it(instance: Instance) -> None:
    with pytest.raises(CommandError, match="make run"):
        running_stack(instance)
