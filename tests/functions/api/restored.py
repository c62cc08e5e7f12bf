"""A furnished company that can be put back as it was, and whose requests to its parts are noted."""

import pickle
from dataclasses import replace
from typing import Any

from relance.app.dependencies import ApiDependencies
from tests.functions.api.furnished import Furnished
from tests.functions.api.site import Answer, Site


class Noted:
    """A port each of whose calls is noted, by its name."""

    def __init__(self, port: Any, asked: list[str]) -> None:
        self._port = port
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if callable(found):
            self._asked.append(f"{type(self._port).__name__}.{name}")
        return found


class Restored(Furnished):
    """What the site keeps can be compared with, and put back to, what it was when marked.

    `asked` is what the last request asked of stores, files and queues, in order. Counts against
    limits are no facts: refused requests are counted too.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__()
        self.mark()

    def dependencies(self) -> ApiDependencies:
        """What the app works with, noting what is asked of it."""
        given, asked = super().dependencies(), self.asked
        return replace(
            given,
            access=Noted(given.access, asked),
            access_for=lambda tenant: Noted(given.access_for(tenant), asked),
            store_for=lambda tenant: Noted(given.store_for(tenant), asked),
            ledger_files_for=lambda tenant: Noted(given.ledger_files_for(tenant), asked),
            documents_for=lambda tenant: Noted(given.documents_for(tenant), asked),
            counter_for=lambda tenant: Noted(given.counter_for(tenant), asked),
            answers_for=lambda *whose: Noted(given.answers_for(*whose), asked),
            jobs=Noted(given.jobs, asked),
            vault_for=lambda tenant: Noted(given.vault_for(tenant), asked),
        )

    def call(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        """Send a request and compare its answer with the document."""
        self.asked.clear()
        return super().call(method, path, *args, **more)

    def quick(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        """Send a request without comparing its answer with the document."""
        self.asked.clear()
        return Site.call(self, method, path, *args, **more)

    def mark(self) -> None:
        """What is kept now is what `changed` compares with, and what `restore` puts back."""
        self._image = pickle.dumps(self._kept())
        self._then = self._facts(pickle.loads(self._image))  # noqa: S301 # our own

    def changed(self) -> set[str]:
        """Whose facts are others than when they were marked: tenants' ids, `access`, `jobs`."""
        now = self._facts(self._kept())
        return {part for part in now.keys() | self._then.keys() if self._differ(part, now)}

    def restore(self) -> None:
        """Put all facts back."""
        registry, keys, invitations, jobs = pickle.loads(self._image)  # noqa: S301 # our own
        self.registry.__dict__.update(registry)
        self.access.kept_keys = keys
        self.access.kept_invitations = invitations
        self.jobs.__dict__.update(jobs)
        self.answers.clear()

    def _differ(self, part: str, now: dict[str, Any]) -> bool:
        return bool(now.get(part) != self._then.get(part))

    def _kept(self) -> tuple[Any, ...]:
        access = self.access
        return vars(self.registry), access.kept_keys, access.kept_invitations, vars(self.jobs)

    def _facts(self, kept: tuple[Any, ...]) -> dict[str, Any]:
        registry, keys, invitations, jobs = kept
        stores = {tenant: vars(store) for tenant, store in registry["_stores"].items()}
        return {**stores, "access": (registry["_memberships"], keys, invitations), "jobs": jobs}
