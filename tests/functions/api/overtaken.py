"""Somebody else is first, between what a request reads and what it writes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from functions.api.app import build_app
from tests.fakes.memory.tenant_store import MemoryStore
from tests.functions.api.site import Site


class Overtaken:
    """A company's store in which somebody else is always first when `write` is to be done."""

    def __init__(self, store: MemoryStore, write: str, first: Callable[[], object]) -> None:
        self._store = store
        self._write = write
        self._first = first

    def __getattr__(self, name: str) -> Any:
        if name == self._write:
            self._first()
        return getattr(self._store, name)


def overtaken(site: Site, write: str, first: Callable[[], object]) -> None:
    """Let `first` happen between what a request reads and the `write` that it ends with."""

    def store_for(tenant: str) -> Any:
        return Overtaken(site.store(tenant), write, first)

    site.app = build_app(lambda: replace(site.dependencies(), store_for=store_for))
