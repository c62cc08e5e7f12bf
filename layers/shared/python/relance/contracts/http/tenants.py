"""The tenant's own settings over HTTP."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from relance.contracts.http.texts import (
    Bic,
    Country,
    Email,
    Iban,
    Language,
    Line,
    Name,
    Prose,
    Timezone,
)
from relance.contracts.http.values import Body, Money, Patch, TermsBody, least_amounts

Mappings = Annotated[dict[Name, dict[str, Any]], Field(max_length=50)]


class TenantBody(Body):
    """The company that signed up: how it presents itself and its rules."""

    id: str
    name: str
    sender_email: str
    sender_name: str
    signature: str
    iban: str
    bic: str
    address: tuple[str, ...]
    phone: str
    timezone: str
    country: str
    language: str
    terms: TermsBody | None
    tolerances: tuple[Money, ...]
    default_tolerance: int
    late_task_days: int
    paused: bool
    mappings: dict[str, dict[str, Any]]
    default_mapping: str | None
    first_sync_on: date | None
    planned_through: date | None
    version: int


class TenantPatch(Patch):
    """What may change of a tenant.

    `tolerances` are the amounts below which nothing is sent, one a currency; a currency without
    one uses `default_tolerance`, in minor units. `mappings` replaces all saved CSV column mappings.
    """

    clearable: ClassVar[frozenset[str]] = frozenset({"terms", "default_mapping"})

    name: Name | SkipJsonSchema[None] = None
    sender_email: Email | SkipJsonSchema[None] = None
    sender_name: Line | SkipJsonSchema[None] = None
    signature: Prose | SkipJsonSchema[None] = None
    iban: Iban | SkipJsonSchema[None] = None
    bic: Bic | SkipJsonSchema[None] = None
    address: Annotated[tuple[Line, ...], Field(max_length=6)] | SkipJsonSchema[None] = None
    phone: Line | SkipJsonSchema[None] = None
    timezone: Timezone | SkipJsonSchema[None] = None
    country: Country | SkipJsonSchema[None] = None
    language: Language | SkipJsonSchema[None] = None
    terms: TermsBody | None = None
    tolerances: Annotated[tuple[Money, ...], Field(max_length=50)] | SkipJsonSchema[None] = None
    default_tolerance: (
        Annotated[int, Field(ge=0, le=10**12, strict=True)] | SkipJsonSchema[None]
    ) = None
    late_task_days: Annotated[int, Field(ge=1, le=60, strict=True)] | SkipJsonSchema[None] = None
    paused: Annotated[bool, Field(strict=True)] | SkipJsonSchema[None] = None
    mappings: Mappings | SkipJsonSchema[None] = None
    default_mapping: Name | None = None

    @field_validator("tolerances")
    @classmethod
    def _one_a_currency(cls, amounts: tuple[Money, ...]) -> tuple[Money, ...]:
        least_amounts(amounts)
        return amounts
