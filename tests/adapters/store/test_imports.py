"""Import reports (L1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from relance.app.ports.tenant_store import TenantStore
from relance.ledger.issues import RowIssue
from tests.adapters.store import samples

INSTANT = datetime(2025, 3, 9, 12, tzinfo=UTC)
ISSUES = tuple(
    RowIssue(row=row, column="EcritureDate", reason="not a date", value="2025-13-01")
    for row in range(2, 3000)
)


def test_a_report_is_read_as_it_was_saved(store: TenantStore) -> None:
    report = samples.report(
        state="partial", issues=ISSUES, warnings=("cut",), ended_at=datetime(2025, 3, 9, tzinfo=UTC)
    )
    store.save_import(report)
    assert store.import_report("i1") == report
    assert store.import_report("i2") is None


def test_a_report_saved_again_keeps_nothing_of_the_one_before(store: TenantStore) -> None:
    store.save_import(samples.report(issues=ISSUES))
    store.save_import(samples.report(state="done", issues=ISSUES[:1]))
    assert store.import_report("i1") == samples.report(state="done", issues=ISSUES[:1])


@pytest.mark.parametrize("state", ["awaiting_upload", "running", "confirmed"])
def test_an_import_that_did_not_end_may_begin_again(store: TenantStore, state: str) -> None:
    store.save_import(samples.report(state=state))
    assert store.begin_import(samples.report(format="fec"))
    assert store.begin_import(samples.report(format="fec"))
    assert store.import_report("i1") == samples.report(state="running", format="fec")


@pytest.mark.parametrize("state", ["done", "partial", "failed", "held", "discarded"])
def test_an_import_that_ended_does_not_begin_again(store: TenantStore, state: str) -> None:
    ended = samples.report(state=state, issues=ISSUES[:3])
    store.save_import(ended)
    assert not store.begin_import(samples.report())
    assert store.import_report("i1") == ended


def test_an_import_nobody_announced_may_begin(store: TenantStore) -> None:
    assert store.begin_import(samples.report(state="awaiting_upload"))
    assert store.import_report("i1") == samples.report(state="running")


def test_imports_are_listed_newest_first_without_their_issues(store: TenantStore) -> None:
    for minute in (5, 20, 10):
        store.save_import(samples.report(f"i{minute}", minute, issues=ISSUES[:2]))
    first = store.imports(limit=2)
    assert first.entries == (samples.report("i20", 20), samples.report("i10", 10))
    assert store.imports(limit=2, after=first.next).entries == (samples.report("i5", 5),)


def test_imports_are_ordered_by_instant_whatever_the_zone(store: TenantStore) -> None:
    early = samples.report("early", 30)
    abroad = datetime(2025, 3, 9, 3, 0, tzinfo=timezone(timedelta(hours=2)))
    earlier = replace(samples.report("earlier"), started_at=abroad)
    store.save_import(early)
    store.save_import(earlier)
    assert [each.id for each in store.imports(limit=5).entries] == ["early", "earlier"]


def test_an_import_listed_under_another_start_is_listed_once(store: TenantStore) -> None:
    store.save_import(samples.report(minute=1, state="awaiting_upload"))
    assert store.begin_import(samples.report(minute=9))
    assert store.imports(limit=5).entries == (samples.report(minute=9),)


def test_hostile_row_values_do_not_stop_a_report(store: TenantStore) -> None:
    wild = tuple(
        RowIssue(row=row, column="é" * 499, reason="\U0001f600" * 499, value="\x00" * 499)
        for row in range(1000)
    )
    store.save_import(samples.report(issues=wild))
    assert store.import_report("i1") == samples.report(issues=wild)


@pytest.mark.parametrize("state", ["running", "confirmed"])
def test_an_import_under_way_does_not_go_on_with_another_file(
    store: TenantStore, state: str
) -> None:
    first = samples.report(state=state, mark="v1")
    store.save_import(first)
    assert not store.begin_import(samples.report(mark="v2"))
    assert store.import_report("i1") == first


def test_an_import_given_up_goes_on_when_its_file_comes_again_after_all(store: TenantStore) -> None:
    store.save_import(samples.report(state="failed", mark="v1", abandoned=True))
    assert not store.begin_import(samples.report(mark="v2"))
    assert store.begin_import(samples.report(mark="v1"))


def test_a_decision_on_what_someone_else_decided_first_changes_nothing(store: TenantStore) -> None:
    held = samples.report(state="held", issues=ISSUES[:3], heard_at=INSTANT)
    store.save_import(held)
    confirmed = replace(held, state="confirmed")
    assert store.change_import(confirmed, was=held)
    assert not store.change_import(replace(held, state="discarded"), was=held)
    assert store.import_report("i1") == confirmed


def test_an_import_that_was_heard_of_since_is_not_changed(store: TenantStore) -> None:
    running = samples.report(state="running", heard_at=INSTANT)
    store.save_import(running)
    later = replace(running, heard_at=INSTANT + timedelta(hours=1))
    store.save_import(later)
    assert not store.change_import(replace(running, state="failed"), was=running)
    assert not store.change_import(replace(running, state="failed"), was=samples.report())
    assert store.import_report("i1") == later


def test_imports_in_one_state_are_listed_part_by_part(store: TenantStore) -> None:
    for minute in range(6):
        state = "held" if minute % 2 else "done"
        store.save_import(samples.report(f"i{minute}", minute, state=state))
    first = store.imports(limit=2, state="held")
    assert [each.id for each in first.entries] == ["i5", "i3"]
    rest = store.imports(limit=2, after=first.next, state="held")
    assert [each.id for each in rest.entries] == ["i1"]
    assert rest.next is None
    assert store.imports(limit=2, state="failed").entries == ()


def test_only_one_run_has_its_turn_until_it_ends_it(store: TenantStore) -> None:
    until = INSTANT + timedelta(minutes=11)
    assert store.take_turn("one", now=INSTANT, until=until)
    assert not store.take_turn("two", now=INSTANT + timedelta(minutes=5), until=until)
    assert store.take_turn("one", now=INSTANT, until=until), "a repeat after a lost answer"
    store.end_turn("two")
    assert not store.take_turn("two", now=INSTANT, until=until)
    store.end_turn("one")
    assert store.take_turn("two", now=INSTANT, until=until)


def test_the_turn_of_a_run_that_died_runs_out(store: TenantStore) -> None:
    until = INSTANT + timedelta(minutes=11)
    assert store.take_turn("dead", now=INSTANT, until=until)
    assert store.take_turn("next", now=until, until=until + timedelta(minutes=11))
    store.end_turn("dead")
    assert not store.take_turn("third", now=until, until=until + timedelta(minutes=11))


def test_old_reports_are_deleted_oldest_first_with_their_issues(store: TenantStore) -> None:
    issue = RowIssue(row=1, column="c", reason="r", value="Anne Dupont")
    for minute in range(4):
        made = samples.report(f"i{minute}", minute, state="done", issues=(issue,))
        store.save_import(made)
    before = datetime(2025, 3, 9, 1, 3, tzinfo=UTC)
    assert store.forget_imports(before=before, most=2) == 2
    assert [each.id for each in store.imports(limit=9).entries] == ["i3", "i2"]
    assert store.forget_imports(before=before, most=2) == 1
    assert store.forget_imports(before=before, most=2) == 0
    assert store.import_report("i0") is None
    kept = store.import_report("i3")
    assert kept is not None
    assert kept.issues == (issue,)
