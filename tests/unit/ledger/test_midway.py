"""What a sync tells the plan: moved due dates, levels by age, kept promises (D13, D30, D37)."""

from dataclasses import replace
from datetime import date

from relance.app.new_blocks import newly_kept
from relance.domain.blocks import Promise
from relance.domain.items import FieldChange, ItemEdit, ItemStatus, LevelSet, PaymentMethod
from relance.domain.tenant_rules import Entry
from relance.domain.terms import Terms
from relance.ledger.reconcile import reconcile
from tests.unit.ledger.test_reconcile import FIRST, INVOICE, OTHER, TODAY, first, of, sync

LATER, EARLIER = date(2025, 6, 30), date(2025, 2, 1)


def test_d37_a_due_date_moved_to_a_later_one_keeps_the_one_before() -> None:
    before = first(INVOICE)
    (known,) = before.put
    account = of(INVOICE)
    on_file = account.items[0]
    was = date(2025, 5, 31)
    dated = replace(before, put=(replace(known, due=was),))

    def moved(due: date | None, *, start: date | None = None) -> date | None:
        items = (replace(known, due=was, due_was=start),)
        result = sync(replace(account, items=(replace(on_file, due=due),)), dated, items=items)
        return result.put[0].due_was if result.put else items[0].due_was

    assert moved(LATER) == was
    assert moved(EARLIER, start=EARLIER) is None
    assert moved(was, start=EARLIER) == EARLIER
    assert moved(None) is None


def test_what_people_set_on_an_item_survives_a_sync() -> None:
    before = first(INVOICE)
    (known,) = before.put
    ours = replace(
        known,
        rejected_on=FIRST,
        not_before=LATER,
        level_set=LevelSet(level=2, on=FIRST, reason="r", author="a"),
        status=ItemStatus.WRITTEN_OFF,
        method=PaymentMethod.CARD,
        edits=(
            ItemEdit(
                on=FIRST, author="a", reason="r", changes=(FieldChange("status", "active", "x"),)
            ),
        ),
        label="to be read again",
    )
    (item,) = sync(of(INVOICE), before, items=(ours,)).put
    assert item == replace(ours, label=known.label)


def test_d31_new_invoices_of_a_customer_are_paid_as_it_pays() -> None:
    before = first(INVOICE)
    by_debit = replace(before.customer, method=PaymentMethod.DIRECT_DEBIT)
    result = sync(of(INVOICE, OTHER), replace(before, customer=by_debit))
    (new,) = [item for item in result.put if item.id in result.created]
    assert new.method is PaymentMethod.DIRECT_DEBIT
    assert result.changed == ()


def test_d13_items_overdue_on_the_first_sync_enter_by_age() -> None:
    def entry(*, first_sync: bool, terms: Terms | None) -> LevelSet | None:
        result = reconcile(
            None,
            (),
            of(INVOICE),
            on=date(2025, 12, 31),
            import_id="i",
            first_sync=first_sync,
            closes_absent=True,
            whole=True,
            doubtful=False,
            archived={},
            entries=(Entry(90, 3),),
            terms=terms,
        )
        return result.put[0].level_set

    found = entry(first_sync=True, terms=Terms(30))
    assert found is not None
    assert (found.level, found.on) == (2, date(2025, 12, 31))
    assert entry(first_sync=True, terms=None) is None
    assert entry(first_sync=False, terms=Terms(30)) is None


def test_d30_a_promise_is_kept_on_the_day_that_enough_is_matched() -> None:
    one, other = first(INVOICE, OTHER).put
    promise = Promise(
        id="KERV-p",
        items=(one.id, other.id),
        currency="EUR",
        amount=10000,
        due=TODAY,
        made_on=FIRST,
        open_when_made=17000,
    )

    def kept(residual: int, **more: object) -> list[date | None]:
        items = (replace(one, residual=residual), other)
        changed = replace(promise, **more)  # type: ignore[arg-type]
        return [each.kept_on for each in newly_kept([changed], items, on=TODAY)]

    assert kept(2001) == []
    assert kept(2000) == [TODAY]
    assert kept(0, kept_on=FIRST) == []
    assert kept(0, cancelled_on=FIRST) == []
    assert [each.kept_on for each in newly_kept([promise], [other], on=TODAY)] == [TODAY]
