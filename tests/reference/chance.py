"""Random customers, all drawn from one seed."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from relance.domain.customer import Contact, Customer
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemKind, ItemStatus, LevelSet, PaymentMethod
from relance.domain.scenario import (
    REMINDERS,
    Anchor,
    Channel,
    Grouping,
    Interval,
    Repeat,
    Scenario,
    Step,
    StepKey,
)
from relance.domain.tenant_rules import TenantRules
from relance.domain.terms import Terms, TermsBase
from relance.domain.windows import MONDAY_TO_FRIDAY, Windows
from tests.fakes.windows import always_open

START = date(2025, 3, 1)
DAY = timedelta(days=1)
HOLIDAYS = frozenset({date(2025, 4, 21), date(2025, 5, 1), date(2025, 5, 8), date(2025, 5, 29)})

_MESSAGES = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.REGISTERED_LETTER)
# With two, no and three decimals: every customer owes in one of them now and then.
_ABROAD = ("USD", "JPY", "KWD")
_BY_HAND = (Channel.CALL, Channel.TASK, Channel.OTHER)


@dataclass(slots=True)
class Dice:
    """Draws with a likelihood in percent, so that a case reads as a list of odds."""

    seed: int
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311  # cases are replayed from their number

    def falls(self, percent: float) -> bool:
        """Tell whether something this likely happens."""
        return self.random.random() * 100 < percent

    def among[T](self, *choices: T) -> T:
        """Return one of these."""
        return self.random.choice(choices)

    def between(self, low: int, high: int) -> int:
        """Return a number from low to high, both included."""
        return self.random.randint(low, high)


def customer_facts(dice: Dice) -> Facts:
    """Return one customer on its first day."""
    items = [an_item(dice, number) for number in range(dice.between(1, 8))]
    with_email = dice.falls(70)
    contact = Contact(id="1", name="Léa", email="lea@example.fr" if with_email else None)
    return Facts(
        customer=Customer(
            id="C",
            code="C",
            name="Menuiserie Kervadec",
            contacts=(contact,),
            terms=_terms(dice) if dice.falls(20) else None,
            usual_term=dice.among(30, 60) if dice.falls(10) else None,
        ),
        items=tuple(items),
        actions=(),
        scenario=a_scenario(dice, with_email=with_email),
        rules=TenantRules(
            windows=_windows(dice),
            terms=_terms(dice) if dice.falls(70) else None,
            default_tolerance=dice.among(0, 0, 5_00, 50_00),
            tolerances={"USD": 20_00} if dice.falls(20) else {},
            freshness_days=dice.among(1, 3) if dice.falls(20) else None,
        ),
        closed_days=HOLIDAYS if dice.falls(70) else frozenset(),
        synced_on=START if dice.falls(50) else None,
        wave_room=dice.among(0, 0, 1, 2) if dice.falls(40) else None,
    )


def an_item(dice: Dice, number: int, on: date = START) -> Item:
    """Return an invoice, now and then a credit."""
    kind = ItemKind.INVOICE
    if dice.falls(15):
        kind = dice.among(ItemKind.CREDIT_NOTE, ItemKind.RECEIPT)
    amount = dice.among(1_00, 5_00, 20_00, 50_00, 50_00, 100_00, 100_00, 250_00)
    due = on + dice.among(dice.between(-60, 60), dice.between(-60, 60), -30, 10) * DAY
    method = PaymentMethod.MANUAL
    if dice.falls(6):
        method = dice.among(PaymentMethod.DIRECT_DEBIT, PaymentMethod.CARD)
    first_sync = dice.falls(30)
    seen_on = on - dice.among(0, 0, 5, 20) * DAY
    entry = LevelSet(level=dice.between(0, 3), on=seen_on, reason="first sync")
    return Item(
        id=f"C-F-{number}",
        kind=kind,
        number=f"F-{number}",
        issued=due - dice.among(0, 10, 30, 45) * DAY,
        currency=dice.among("EUR", "EUR", "EUR", _ABROAD[dice.seed % len(_ABROAD)]),
        original=amount,
        residual=amount if dice.falls(85) else amount // 2,
        due=None if dice.falls(8) else due,
        method=method,
        status=ItemStatus.ACTIVE if dice.falls(96) else dice.among(*ItemStatus),
        seen_on=seen_on,
        level_set=entry if first_sync and dice.falls(40) else None,
        first_sync=first_sync,
    )


def _terms(dice: Dice) -> Terms:
    return Terms(dice.among(0, 10, 30, 45, 60), dice.among(*TermsBase))


def _windows(dice: Dice) -> Windows:
    if dice.falls(25):
        return always_open()
    if dice.falls(40):
        return Windows(dict.fromkeys(Channel, MONDAY_TO_FRIDAY))
    if dice.falls(40):
        days = {channel: _some_days(dice) for channel in Channel}
        return Windows(days)
    return Windows()


def _some_days(dice: Dice) -> frozenset[int]:
    return frozenset({dice.between(0, 6), dice.between(0, 6), dice.between(0, 6)})


def a_scenario(dice: Dice, *, with_email: bool) -> Scenario:
    """Return a scenario of up to seven steps that may be saved."""
    places = sorted(dice.random.sample(range(5), dice.between(1, 5)))
    keys = [REMINDERS[place] for place in places]
    steps = [_reminder(dice, key, keys[:index], with_email) for index, key in enumerate(keys)]
    active = [index for index, step in enumerate(steps) if step.active]
    if active and dice.falls(20):
        every = dice.among(Repeat(1, 5), Repeat(2, 10), Repeat(2, 1, Interval.MONTHS))
        steps[active[-1]] = replace(steps[active[-1]], repeat=every)
    if dice.falls(60):
        steps.insert(0, _notice(dice, with_email))
    if dice.falls(60):
        steps.append(_plain(dice, StepKey.THANK_YOU, Anchor.PAYMENT_DATE, with_email))
    return Scenario(
        id="random",
        name="Au hasard",
        profile="standard",
        with_email=with_email,
        version=1,
        steps=tuple(steps),
        min_contact_delay=dice.among(0, 0, 3, 5, 10),
        grouping=dice.among(*Grouping),
        minimums={"EUR": 60_00} if dice.falls(15) else {},
        ceilings={"EUR": 150_00} if dice.falls(15) else {},
        usual_term=dice.among(30, 45) if dice.falls(8) else None,
    )


def _reminder(dice: Dice, key: StepKey, before: list[StepKey], with_email: bool) -> Step:
    anchor, named = dice.among(Anchor.DUE_DATE, Anchor.ISSUE_DATE), None
    if key is not StepKey.R1 and dice.falls(60):
        anchor = Anchor.PREVIOUS_REMINDER
        if before and dice.falls(30):
            anchor, named = Anchor.NAMED_REMINDER, dice.among(*before)
    if anchor in (Anchor.DUE_DATE, Anchor.ISSUE_DATE):
        offset = dice.among(0, 0, 3, 8, 15) + dice.among(2, 4, 8) * len(before)
    else:
        offset = dice.among(1, 3, 8, 8, 16)
    return _step(
        dice,
        key,
        anchor,
        offset,
        with_email,
        anchor_step=named,
        end_of_month=dice.falls(8),
        active=dice.falls(85),
    )


def _notice(dice: Dice, with_email: bool) -> Step:
    if dice.falls(20):
        return _step(dice, StepKey.PRE_DUE, Anchor.ISSUE_DATE, dice.among(0, 5, 20), with_email)
    return _step(dice, StepKey.PRE_DUE, Anchor.DUE_DATE, -dice.among(1, 3, 8, 15), with_email)


def _plain(dice: Dice, key: StepKey, anchor: Anchor, with_email: bool) -> Step:
    return _step(dice, key, anchor, dice.among(0, 3, 8, 20), with_email)


def _step(
    dice: Dice,
    key: StepKey,
    anchor: Anchor,
    offset: int,
    with_email: bool,
    *,
    anchor_step: StepKey | None = None,
    end_of_month: bool = False,
    active: bool = True,
) -> Step:
    messages = _MESSAGES if with_email else _MESSAGES[1:]
    channel = dice.among(messages[0], messages[0], *messages, *_BY_HAND)
    is_message = channel.is_message
    return Step(
        key=key,
        name=key.value,
        anchor=anchor,
        offset_days=offset,
        channel=channel,
        active=active,
        automatic=is_message and dice.falls(80),
        anchor_step=anchor_step,
        end_of_month=end_of_month,
        template="reminder_1" if is_message else None,
        script=None if is_message else "Bonjour ?",
        label="Visite" if channel is Channel.OTHER else None,
        formal_notice=channel is Channel.LETTER and key.is_reminder and dice.falls(25),
        responsible=("anna@example.com",) if dice.falls(30) else (),
        deadline_days=dice.among(5, 12) if is_message and dice.falls(12) else None,
    )
