"""The tenant's own settings over HTTP."""

from datetime import date, time
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from relance.contracts.http.codes import KnownCountry, KnownLanguage
from relance.contracts.http.reading import ReadingBody
from relance.contracts.http.retention import RetentionBody
from relance.contracts.http.text_settings import TextSettingsBody
from relance.contracts.http.texts import (
    Bic,
    Day,
    Email,
    Footer,
    Iban,
    Line,
    Name,
    Prose,
    Timezone,
)
from relance.contracts.http.values import (
    Body,
    GivenMoney,
    Money,
    Patch,
    TermsBody,
    least_amounts,
)
from relance.domain.scenario import Channel
from relance.domain.windows import EVERY_DAY, Hours
from relance.domain.windows import Windows as DomainWindows


class EntryBody(Body):
    """On the first ledger, an item overdue for at least `days` enters at reminder `level`."""

    days: Annotated[int, Field(ge=1, le=3650, strict=True)]
    level: Annotated[int, Field(ge=1, le=5, strict=True)]


Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"])]


class WindowBody(Body):
    """When a channel is open: weekdays, Monday is 0, and hours of the tenant's day.

    Holidays close every channel. From `opens` until just before `closes` what leaves by itself may
    leave; without them a channel keeps its usual hours, which only text messages have.
    """

    channel: Channel
    weekdays: Annotated[frozenset[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1)]
    opens: Hour | None = None
    closes: Hour | None = None

    @model_validator(mode="after")
    def _an_opening(self) -> Self:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("give both opens and closes, or neither")
        if self.opens is not None and self.closes is not None and self.opens >= self.closes:
            raise ValueError("opens must be before closes, on the same day")
        return self

    @classmethod
    def all_of(cls, windows: DomainWindows) -> tuple[Self, ...]:
        """Build from the domain's value, for each channel that isn't always open."""
        return tuple(
            cls(
                channel=channel,
                weekdays=frozenset(windows.weekdays.get(channel, EVERY_DAY)),
                opens=_hour(windows.hours[channel].opens) if channel in windows.hours else None,
                closes=_hour(windows.hours[channel].closes) if channel in windows.hours else None,
            )
            for channel in sorted({*windows.weekdays, *windows.hours})
        )

    def hours(self) -> Hours | None:
        """Return the hours given, None for the usual ones."""
        if self.opens is None or self.closes is None:
            return None
        return Hours(time.fromisoformat(self.opens), time.fromisoformat(self.closes))


def _hour(at: time) -> str:
    return at.isoformat(timespec="minutes")


Entries = Annotated[tuple[EntryBody, ...], Field(max_length=20)]
Windows = Annotated[tuple[WindowBody, ...], Field(max_length=7)]
Tolerances = Annotated[tuple[GivenMoney, ...], Field(max_length=50)]
Mappings = Annotated[dict[Name, dict[str, Any]], Field(max_length=50)]


PaymentLink = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500),
    Field(examples=["https://pay.example.com/?amount={amount}&account={customer}"]),
]


class TenantBody(Body):
    """The company that signed up: how it presents itself and its rules.

    Mail leaves from `verified_sender`, which the operator sets, else from the platform's address.
    `has_logo` tells whether letters carry the picture put at `/v1/tenant/logo`.

    `ledger_day` is the last day on which a ledger was taken in whole; `sending_waits_since` the day
    since which what leaves by itself waits for a newer one, by `freshness_days`. `automatic` is
    what your subscription says; when it is false, no message leaves without a person's yes.
    """

    id: str
    name: str
    sender_email: str
    sender_name: str
    signature: str
    iban: str
    bic: str
    address: tuple[str, ...]
    phone: str
    payment_link: str
    footer: str
    has_logo: bool
    verified_sender: str
    texts: TextSettingsBody
    timezone: str
    country: str
    language: str
    terms: TermsBody | None
    tolerances: tuple[Money, ...]
    default_tolerance: str
    late_task_days: int
    automatic: bool
    paused: bool
    resume_on: date | None
    freshness_days: int | None
    entries: tuple[EntryBody, ...]
    first_wave_cap: int
    hold_share: int
    hold_items: int
    windows: tuple[WindowBody, ...]
    reading: ReadingBody
    retention: RetentionBody
    mappings: dict[str, dict[str, Any]]
    default_mapping: str | None
    first_sync_on: date | None
    planned_through: date | None
    ledger_day: date | None
    sending_waits_since: date | None
    version: int


class TenantPatch(Patch):
    """What may change of a tenant.

    `payment_link` is an https address behind whose host {amount}, {currency}, {customer} and
    {invoices} stand for those of the message; empty for none. `footer` stands small below letters:
    legal form, capital, registration.

    `tolerances` are the amounts below which nothing is sent, one a currency; a currency without
    one uses `default_tolerance`, as an amount of its own: "5.00" is five euros or five yen.
    `mappings` replaces all saved CSV column mappings.
    A pause ends by itself on `resume_on`. On a ledger older than `freshness_days` nothing leaves by
    itself. `entries` say at which reminder what is overdue on the first ledger begins, by its age;
    `first_wave_cap` messages of it are put up for confirmation a day. A full ledger that no longer
    has at least `hold_items` open items, and more than `hold_share` percent of all by number or
    amount, is held until it is confirmed; 100 for never. `windows` replaces when
    channels are open; one that is left out is open on all days, at its usual hours. Of `texts`,
    `reading` and `retention`, too, what is left out stays: how text messages are sent, how ledger
    files are read, and how long files are kept.
    """

    clearable: ClassVar[frozenset[str]] = frozenset(
        {"terms", "default_mapping", "resume_on", "freshness_days"}
    )

    name: Name | SkipJsonSchema[None] = None
    sender_email: Email | SkipJsonSchema[None] = None
    sender_name: Line | SkipJsonSchema[None] = None
    signature: Prose | SkipJsonSchema[None] = None
    iban: Iban | SkipJsonSchema[None] = None
    bic: Bic | SkipJsonSchema[None] = None
    address: Annotated[tuple[Line, ...], Field(max_length=6)] | SkipJsonSchema[None] = None
    phone: Line | SkipJsonSchema[None] = None
    payment_link: PaymentLink | SkipJsonSchema[None] = None
    footer: Footer | SkipJsonSchema[None] = None
    texts: TextSettingsBody | SkipJsonSchema[None] = None
    timezone: Timezone | SkipJsonSchema[None] = None
    country: KnownCountry | SkipJsonSchema[None] = None
    language: KnownLanguage | SkipJsonSchema[None] = None
    terms: TermsBody | None = None
    tolerances: Tolerances | SkipJsonSchema[None] = None
    default_tolerance: (
        Annotated[str, Field(pattern=r"^[0-9]{1,10}(\.[0-9]{1,2})?$", examples=["5.00"])]
        | SkipJsonSchema[None]
    ) = None
    late_task_days: Annotated[int, Field(ge=1, le=60, strict=True)] | SkipJsonSchema[None] = None
    paused: Annotated[bool, Field(strict=True)] | SkipJsonSchema[None] = None
    resume_on: Day | None = None
    freshness_days: Annotated[int, Field(ge=1, le=365, strict=True)] | None = None
    entries: Entries | SkipJsonSchema[None] = None
    first_wave_cap: Annotated[int, Field(ge=1, le=10_000, strict=True)] | SkipJsonSchema[None] = (
        None
    )
    hold_share: Annotated[int, Field(ge=1, le=100, strict=True)] | SkipJsonSchema[None] = None
    hold_items: Annotated[int, Field(ge=1, le=100_000, strict=True)] | SkipJsonSchema[None] = None
    windows: Windows | SkipJsonSchema[None] = None
    reading: ReadingBody | SkipJsonSchema[None] = None
    retention: RetentionBody | SkipJsonSchema[None] = None
    mappings: Mappings | SkipJsonSchema[None] = None
    default_mapping: Name | None = None

    @field_validator("tolerances")
    @classmethod
    def _one_a_currency(cls, amounts: tuple[GivenMoney, ...]) -> tuple[GivenMoney, ...]:
        least_amounts(amounts)
        return amounts

    @field_validator("windows")
    @classmethod
    def _one_a_channel(cls, windows: tuple[WindowBody, ...]) -> tuple[WindowBody, ...]:
        if len({window.channel for window in windows}) != len(windows):
            raise ValueError("a channel is given twice")
        return windows
