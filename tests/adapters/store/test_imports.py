"""Import reports (L1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from relance.app.ports import RowIssue, TenantStore
from tests.adapters.store import samples

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


@pytest.mark.parametrize("state", ["awaiting_upload", "running"])
def test_an_import_that_did_not_end_may_begin_again(store: TenantStore, state: str) -> None:
    store.save_import(samples.report(state=state))
    assert store.begin_import(samples.report(format="fec"))
    assert store.begin_import(samples.report(format="fec"))
    assert store.import_report("i1") == samples.report(state="running", format="fec")


@pytest.mark.parametrize("state", ["done", "partial", "failed"])
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
