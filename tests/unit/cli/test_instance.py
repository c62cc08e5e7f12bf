"""Which local stage a command speaks of."""

from pathlib import Path

import pytest

from relance.cli.errors import CommandError
from relance.cli.instance import (
    Instance,
    Ports,
    default_instance,
    instance_on_free_ports,
)


def test_the_usual_ports_serve_when_nothing_is_said(tmp_path: Path) -> None:
    instance = default_instance({}, root=tmp_path)
    assert instance.ports == Ports(engine=4566, mailbox=1080, smtp=1025)
    assert instance.folder == tmp_path / "var" / "local"


def test_other_ports_can_be_asked_for_one_by_one(tmp_path: Path) -> None:
    instance = default_instance({"RELANCE_ENGINE_PORT": "4666"}, root=tmp_path)
    assert instance.ports == Ports(engine=4666)
    assert instance.endpoint == "http://127.0.0.1:4666"


def test_an_empty_variable_is_as_good_as_none(tmp_path: Path) -> None:
    # make exports its variables even when they are empty
    assert default_instance({"RELANCE_SMTP_PORT": ""}, root=tmp_path).ports == Ports()


def test_later_commands_find_the_ports_of_the_start(tmp_path: Path) -> None:
    default_instance({"RELANCE_MAILBOX_PORT": "2080"}, root=tmp_path).remember()
    assert default_instance({}, root=tmp_path).mailbox_page == "http://127.0.0.1:2080"


def test_a_damaged_port_file_means_the_usual_ports(tmp_path: Path) -> None:
    instance = default_instance({}, root=tmp_path)
    instance.remember()
    (instance.folder / "ports.json").write_text('{"engine": 1, "what": 2}')
    assert default_instance({}, root=tmp_path).ports == Ports()


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "4566 "])
def test_what_is_not_a_port_is_refused_by_its_variable(tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError, match="RELANCE_ENGINE_PORT"):
        default_instance({"RELANCE_ENGINE_PORT": text}, root=tmp_path)


@pytest.mark.parametrize("name", ["../up", "a/b", ".", " "])
def test_an_instance_never_leaves_the_var_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="RELANCE_INSTANCE"):
        default_instance({"RELANCE_INSTANCE": name}, root=tmp_path)


def test_instances_on_free_ports_share_none(tmp_path: Path) -> None:
    ports = instance_on_free_ports(tmp_path).ports
    assert len({ports.engine, ports.mailbox, ports.smtp}) == 3


def test_instances_are_told_apart_by_folder_and_ports(tmp_path: Path) -> None:
    assert Instance(name="a", folder=tmp_path) != Instance(name="a", folder=tmp_path / "b")
