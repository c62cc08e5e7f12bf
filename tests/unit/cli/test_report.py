"""What a night did, in words, from an API of a few lines."""

from datetime import date
from typing import Any

import httpx
import pytest

from relance.cli.api import Api
from relance.cli.logs import readable
from relance.cli.night import Night
from relance.cli.report import show_night

DAY = date(2025, 3, 9)


def action(identifier: str, **changed: Any) -> dict[str, Any]:
    """An action as the API lists it."""
    usual: dict[str, Any] = {
        "id": identifier,
        "customer": "A",
        "currency": "EUR",
        "step": "r1",
        "step_name": "Rappel",
        "channel": "email",
        "state": "sent",
        "sends": [{"item": "A-1", "step": "r1", "cycle": 0}],
        "day": str(DAY),
        "completed_on": None,
        "scenario": "standard",
        "scenario_version": 1,
        "responsible": [],
        "reference": None,
        "result": None,
        "note": None,
        "author": None,
        "reason": None,
        "customer_name": "Garage Blanc",
        "in_charge": [],
        "late_from": None,
        "late": False,
    }
    return usual | changed


def api(
    *actions: dict[str, Any],
    held: dict[str, Any] | None = None,
    sending_waits_since: str | None = None,
) -> Api:
    """An API with one customer without items, these actions, and one held item at most."""
    explained = {
        "item": "A-2",
        "due": "2025-02-14",
        "number": "F2",
        "level": 0,
        "next_step": "r1",
        "hold": "not_yet",
        "rule": "D14",
        "detail": "R1 comes later",
        "until": "2025-03-12",
    }
    customer = {"id": "A", "code": "A", "name": "Garage Blanc", "profile": "standard"}
    rest: dict[str, Any] = {
        "language": None,
        "country": "FR",
        "terms": None,
        "usual_term": None,
        "method": "manual",
        "address": None,
        "contacts": [],
        "account_manager": None,
        "sector": None,
        "region": None,
        "tags": [],
        "siren": None,
        "vat": None,
    }
    flags = {"has_email": True, "incomplete_since": None, "erased_on": None, "version": 1}
    answers: dict[str, Any] = {
        "/v1/customers": {"items": [customer | rest | flags]},
        "/v1/items": {"items": []},
        "/v1/tenant": {
            "ledger_day": "2025-03-01",
            "sending_waits_since": sending_waits_since,
        },
        "/v1/actions": {"items": list(actions)},
        "/v1/customers/A/explanation": {
            "on": str(DAY),
            "next_date": None,
            "items": [explained | held] if held is not None else [],
        },
    }
    transport = httpx.MockTransport(lambda asked: httpx.Response(200, json=answers[asked.url.path]))
    return Api(client=httpx.Client(base_url="http://x", transport=transport))


def shown(capsys: pytest.CaptureFixture[str], where: Api, **options: Any) -> str:
    show_night(where, Night(day=DAY, dead=options.pop("dead", {})), **options)
    return capsys.readouterr().out


def test_a_night_tells_what_was_sent_and_to_whom(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, api(action("A-a"), action("A-old", day="2025-03-01")))
    assert "Sunday 09 March 2025: 1 e-mail sent" in text
    assert text.count("Garage Blanc") == 1


def test_d32_a_ledger_too_old_for_sending_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, api(sending_waits_since="2025-03-05"))
    assert "Nothing was sent by itself since 2025-03-05" in text
    assert "is of 2025-03-01" in text
    assert "sent by itself" not in shown(capsys, api())


def test_what_waits_for_a_person_comes_with_the_line_to_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys, api(action("A-c", channel="call", state="open")))
    assert "1 call to do" in text
    assert "relance done A-c" in text


def test_what_waits_for_too_long_is_said_to_be_late(
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = action("A-a", state="open", channel="call", late=True, late_from="2025-03-08")
    assert "LATE since 2025-03-08  → relance done A-a" in shown(capsys, api(late))


def test_a_message_that_waits_for_a_yes_comes_with_the_line_to_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys, api(action("A-e", state="to_confirm")))
    assert "1 e-mail to confirm" in text
    assert "relance approve A-e" in text
    approved = action("A-e", state="to_confirm", approved_on="2025-03-10")
    text = shown(capsys, api(approved))
    assert "approved on 2025-03-10" in text
    assert "relance approve" not in text


def test_d22_a_matching_task_is_told_and_its_items_stay_among_the_held(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sends = [{"item": each, "step": "matching", "cycle": 0} for each in ("A-1", "A-2")]
    task = action(
        "A-m",
        step="matching",
        step_name="Lettrage à faire",
        channel="task",
        state="open",
        sends=sends,
    )
    text = shown(capsys, api(task, held={"rule": "D22", "detail": "match them", "until": None}))
    assert "1 task to do" in text
    assert "Lettrage à faire" in text
    assert "relance done A-m" in text
    assert "F2: match them [D22]" in text


def test_a_night_run_again_says_that_nothing_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, api(action("A-a")), before=frozenset({"A-a"}))
    assert ": nothing new\n" in text
    assert "Run before, on the same day: 1 e-mail sent" in text


def test_what_is_held_comes_with_its_rule_and_day(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, api(held={}))
    assert "F2: R1 comes later, not before 2025-03-12 [D14]" in text


def test_a_day_that_the_reason_names_is_not_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, api(held={"detail": "planned for 2025-03-12"}))
    assert text.count("2025-03-12") == 1


def test_what_just_moved_is_not_told_as_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert "(0)" in shown(capsys, api(action("A-a"), held={"item": "A-1"}))


def test_messages_given_up_are_never_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    assert "! 2 message(s) of the email queue" in shown(capsys, api(), dead={"Email": 2})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Task timed out\n", "Task timed out"),
        ('{"_aws": {}, "sent": [1.0]}', ""),
        (
            '{"level":"INFO","timestamp":"T","message":"done","verdict":"sent"}',
            "T INFO done verdict=sent",
        ),
        (
            '{"level":"ERROR","message":"x","exception":"Traceback\\nKeyError"}',
            "ERROR x\nTraceback\nKeyError",
        ),
    ],
)
def test_a_log_line_reads_as_a_sentence(line: str, expected: str) -> None:
    assert readable(line) == expected
