"""Column mappings over HTTP (L2)."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from relance.contracts.http.imports import RowIssueBody
from relance.contracts.http.values import Body, Money

Mapping = Annotated[
    dict[str, Any], Field(description="columns and how they are written; see docs/ledgers.md")
]
Sample = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100_000),
    Field(description="the beginning of such a file: its header and some rows"),
]


class MappingBody(Body):
    """A mapping; `own` tells the company's from one that comes with the product."""

    name: str
    own: bool
    mapping: Mapping


class MappingWrite(Body):
    """A mapping to save; with a `sample` only if every row of it can be read."""

    mapping: Mapping
    sample: Sample | None = None


class MappingTrial(Body):
    """A mapping to try on the beginning of a file; nothing is saved."""

    mapping: Mapping
    sample: Sample


class TriedItem(Body):
    """An item as it would be read: `open` is what is still to be paid of the `amount`."""

    kind: str
    number: str
    issued: date
    due: date | None
    amount: Money
    open: Money
    paid_on: date | None
    status: str
    label: str


class TriedRow(Body):
    """How one row (1-based, titles and header counted) would be read.

    One without item and problem is passed over: a heading, a sum, a continuation or a draft.
    """

    row: int
    customer: str
    name: str
    item: TriedItem | None
    problem: RowIssueBody | None


class MappingTried(Body):
    """What a mapping makes of a sample: its first 50 rows, and every problem of all of them.

    `fits` when no row is refused. `separator`, `decimal` ("" when no amount shows one) and
    `date_formats` are what the mapping says, or what the sample tells where it does not.
    """

    fits: bool
    read: int
    refused: int
    separator: str
    decimal: str
    date_formats: tuple[str, ...]
    rows: tuple[TriedRow, ...]
    problems: tuple[RowIssueBody, ...]
    warnings: tuple[str, ...]
