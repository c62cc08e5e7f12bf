"""The scripts of calls and tasks: texts in which a tenant may name the fields of messages (A2)."""

from collections.abc import Iterator

from relance.domain.scenario import Scenario, Step
from relance.domain.wording import Wording
from relance.messages.context import MessageContext
from relance.messages.own import OwnText, TemplateFailure, render_own, troubles


def script_problems(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield what forbids saving the scripts of a scenario, each with its JSON pointer."""
    for place, step in enumerate(scenario.steps):
        for trouble in troubles(step.script or ""):
            where = f"line {trouble.line}: " if trouble.line else ""
            yield f"/steps/{place}/script", f"{where}{trouble.message}"


def filled(step: Step, context: MessageContext) -> str | None:
    """Return a step's script with facts in it; as it is written when it can't be filled."""
    if step.script is None:
        return None
    text = OwnText(step.name, Wording(opening=step.script))
    try:
        return render_own(text, "opening", context=context)
    except TemplateFailure:  # saved before scripts were looked through
        return step.script
