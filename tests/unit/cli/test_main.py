"""Commands as they are typed."""

from datetime import date

import pytest

from relance.cli import main, outbox
from relance.cli.progress import say, step


def run(*typed: str, **environment: str) -> int:
    """Type a command where no stage was ever started."""
    own = {"RELANCE_INSTANCE": "never-started"} | environment
    return main.main(typed, environment=own)


@pytest.mark.parametrize(
    "typed",
    [
        ["night"],
        ["upload", "ledger.txt"],
        ["done", "411A-0123456789abcdef"],
        ["outbox"],
        ["outbox", "1"],
        ["status"],
        ["demo"],
    ],
)
def test_a_command_before_the_stage_is_up_says_how_to_start_it(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*typed) == 1
    assert "Type: make run" in capsys.readouterr().err


def test_a_night_has_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.parser().parse_args(["night", "--date", "2025-03-09"]).date == date(2025, 3, 9)
    with pytest.raises(SystemExit):
        main.parser().parse_args(["night", "--date", "9/3/2025"])
    assert "write YYYY-MM-DD" in capsys.readouterr().err


def test_how_a_call_ended_is_one_of_the_known_results(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["done", "x", "--result", "promise", "--note", "paie vendredi"]
    assert main.parser().parse_args(typed).result == "promise"
    with pytest.raises(SystemExit):
        main.parser().parse_args(["done", "x", "--result", "perhaps"])
    assert "voicemail" in capsys.readouterr().err


def test_forgetting_all_state_is_not_done_without_being_told_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("reset") == 1
    assert "Nothing was forgotten" in capsys.readouterr().err


def test_stopping_what_does_not_run_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("down") == 0
    assert "Nothing runs." in capsys.readouterr().out


def test_a_port_that_is_none_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("down", RELANCE_ENGINE_PORT="lots") == 1
    assert "RELANCE_ENGINE_PORT=lots" in capsys.readouterr().err


def test_a_command_leaves_the_persons_own_aws_alone() -> None:
    environment = {"AWS_PROFILE": "production", "AWS_CA_BUNDLE": "/x", "HOME": "/home/a"}
    main.forget_own_aws(environment)
    assert "AWS_PROFILE" not in environment
    assert environment["AWS_CONFIG_FILE"] == "/dev/null"
    assert environment["HOME"] == "/home/a"


def test_a_name_from_a_ledger_can_not_steer_the_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say("Garage \x1b[2J\x9b31m‮ Le Goff\r\n")
    printed = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "‮", "\r"} & set(printed)
    assert "Le Goff" in printed


def test_a_step_tells_only_news_and_not_too_often() -> None:
    told: list[str] = []
    with step("Working", out=told.append) as tick:
        for count in range(100):
            tick(f"{count} of 100")
    assert told[0] == "→ Working"
    assert told[-1].startswith("  done in ")
    assert len(told) == 2


def test_a_mail_is_shown_by_headers_text_and_names_of_attachments() -> None:
    mime = (
        b"Subject: =?utf-8?q?Facture_=C3=A9chue?=\r\nTo: a@example.com\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour\r\n"
        b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="f.pdf"'
        b"\r\n\r\n%PDF\r\n--b--\r\n"
    )
    shown = outbox.readable(mime)
    assert "Subject: Facture échue" in shown
    assert "Bonjour" in shown
    assert "[attached: f.pdf]" in shown
