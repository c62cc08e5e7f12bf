"""Templates of the tenant's own, in memory."""

from dataclasses import replace

from relance.app.errors import MovedMeanwhile
from relance.app.ports.tenant import Tenant
from relance.domain.wording import OwnTemplate
from tests.fakes.memory.bound import Bound, moved


class Templates(Bound):
    """What the tenant wrote, by id."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._templates: dict[str, OwnTemplate] = {}

    def templates(self) -> tuple[OwnTemplate, ...]:
        return tuple(self._templates[key] for key in sorted(self._templates))

    def template(self, template: str) -> OwnTemplate | None:
        return self._templates.get(template)

    def save_template(self, template: OwnTemplate) -> OwnTemplate:
        stored = self._templates.get(template.id)
        if (stored.version if stored else 0) != template.version:
            raise moved(f"template {template.id}", template.version)
        self._templates[template.id] = replace(template, version=template.version + 1)
        return self._templates[template.id]

    def delete_template(self, template: str, *, version: int) -> None:
        stored = self._templates.get(template)
        if stored is None or stored.version != version:
            raise MovedMeanwhile(f"template {template} changed since it was read")
        del self._templates[template]
