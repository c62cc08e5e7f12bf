"""Ports that misbehave on cue: a process that dies at a call, something else that comes between."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Killed(BaseException):
    """The process is gone: no `except Exception` sees it."""


@dataclass
class Fate:
    """Kills at one call of the process, before or after its effect; at none for 0."""

    at: int
    after: bool
    calls: int = 0
    last: str = ""

    def run(self, name: str, effect: Callable[[], Any]) -> Any:
        self.calls += 1
        if self.calls == self.at:
            self.last = f"{'after' if self.after else 'before'} call {self.at}, {name}"
            if not self.after:
                raise Killed(self.last)
        result = effect()
        if self.calls == self.at:
            raise Killed(self.last)
        return result


class Mortal:
    """A port whose calls are numbered by a fate, together with those of the other ports."""

    def __init__(self, port: Any, fate: Fate) -> None:
        self._port = port
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)

        def call(*args: Any, **keywords: Any) -> Any:
            return self._fate.run(name, lambda: found(*args, **keywords))

        return call if callable(found) else found


class Crossed:
    """A port before one of whose calls something else happens.

    `number` counts the calls of `method`, or all calls when it names none; `calls` is how many
    there were.
    """

    def __init__(
        self, port: Any, event: Callable[[], object], *, method: str = "", number: int = 1
    ) -> None:
        self._port = port
        self._event = event
        self._method = method
        self._number = number
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **keywords: Any) -> Any:
            if self._method in ("", name):
                self.calls += 1
                if self.calls == self._number:
                    self._event()
            return getattr(self._port, name)(*args, **keywords)

        return call
