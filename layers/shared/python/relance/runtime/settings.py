"""How a function is told by its environment; what each is told stands in `wiring`.

A field `plan_queue` is read from `RELANCE_PLAN_QUEUE`. A test compares these classes with the
environment in the synthesized templates, both ways.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache

PREFIX = "RELANCE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every function is told. `clock_parameter` is set on the local stage only (D1)."""

    stage: str
    table: str
    clock_parameter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingSettings(Settings):
    """What whoever tells other services is told: the bus, None to tell nobody."""

    event_bus: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings(TellingSettings):
    """What whoever plans or approves is told: the queue of plans, and one for each channel."""

    plan_queue: str
    email_queue: str
    sms_queue: str
    letter_queue: str


def read[S: Settings](kind: type[S], environment: Mapping[str, str]) -> S:
    """Build `kind` from environment variables.

    Raises RuntimeError that names every variable missing or empty, or not a whole number above
    zero where one is due.
    """
    values: dict[str, object] = {}
    wrong: list[str] = []
    for field in fields(kind):
        name = PREFIX + field.name.upper()
        text = environment.get(name)
        if not text:
            if field.default is MISSING:
                wrong.append(f"{name} is not set")
        elif field.type is int:
            if text.isdecimal() and int(text) > 0:
                values[field.name] = int(text)
            else:
                wrong.append(f"{name} must be a whole number above zero, not {text!r}")
        else:
            values[field.name] = text
    if wrong:
        raise RuntimeError(f"{kind.__name__}: " + "; ".join(wrong))
    return kind(**values)  # type: ignore[arg-type] # checked against the fields just above


@cache
def load[S: Settings](kind: type[S]) -> S:
    """Read this process's settings, once."""
    return read(kind, os.environ)
