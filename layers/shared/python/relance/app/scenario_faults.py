"""Why a scenario can't be saved: every reason at once (S4, S7, S9)."""

from collections.abc import Iterator, Mapping

from relance.app.errors import BadInput
from relance.app.people import people_of, unknown_people
from relance.app.ports.tenant_store import TenantStore
from relance.app.scripts import script_problems
from relance.app.templates import step_problems
from relance.domain.people import People
from relance.domain.scenario import Scenario
from relance.domain.scenario_check import problems
from relance.domain.wording import OwnTemplate


class BadScenario(BadInput):
    """Scenarios can't be saved as they are: every reason at once, each with a JSON pointer."""

    def __init__(
        self,
        found: tuple[tuple[str, str], ...],
        message: str = "the scenario can't be saved as it is",
    ) -> None:
        super().__init__(message)
        self.found = found


def checked(scenario: Scenario, *, store: TenantStore, within: str = "") -> Scenario:
    """Return the scenario if it can be saved; raises BadScenario with all that is wrong.

    `within` is the JSON pointer to the plan in what was sent.
    """
    own = {template.id: template for template in store.templates()}
    found = tuple(faults(scenario, own=own, people=people_of(store), within=within))
    if found:
        raise BadScenario(found)
    return scenario


def faults(
    scenario: Scenario, *, own: Mapping[str, OwnTemplate], people: People, within: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a scenario, each behind its JSON pointer.

    `own` are the templates of the tenant's own, by id.
    """
    for pointer, message in (
        *((_written(pointer, scenario), message) for pointer, message in problems(scenario)),
        *step_problems(scenario, own),
        *script_problems(scenario),
        *unknown_people(scenario, people),
    ):
        yield f"{within}{pointer}", message


def _written(pointer: str, scenario: Scenario) -> str:
    """Return the pointer into a plan as it is written: amounts in a list, one a currency."""
    for name, amounts in (("minimums", scenario.minimums), ("ceilings", scenario.ceilings)):
        currency = pointer.removeprefix(f"/{name}/")
        if currency in amounts:
            return f"/{name}/{list(amounts).index(currency)}"
    return pointer
