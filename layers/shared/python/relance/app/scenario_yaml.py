"""Documents of scenarios as YAML: plain data only, read the one way that can't surprise.

`no` and `2025-01-01` are texts, a name given twice or an alias is refused: what a reader sees is
what is taken.
"""

import re
from typing import Any

import yaml
from pydantic import ValidationError

from relance.app.scenario_faults import BadScenario
from relance.contracts.http.scenario_documents import ScenarioDocument

_POINTER = "/yaml"
# A file of another kind is wrong everywhere.
_MOST_TOLD = 100
_TAG = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    """What YAML 1.2 calls its JSON types, and no others."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 # PyYAML's own class attribute

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias can't be taken: write it out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"line {line}: a field is named twice below")
        return found


_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"(true|false)\Z"), ["t", "f"])
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"(null|~|)\Z"), ["n", "~", ""])
_Loader.add_implicit_resolver(
    f"{_TAG}int", re.compile(r"-?(0|[1-9][0-9]{0,14})\Z"), list("-0123456789")
)


def to_yaml(document: ScenarioDocument) -> str:
    """Return the document as YAML."""
    plain = document.model_dump(mode="json", exclude_none=True)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)


def from_yaml(text: str) -> ScenarioDocument:
    """Return the document; raises BadScenario with all that is wrong, by its path in the YAML."""
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 # a SafeLoader that knows less
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _bad([f"this can't be read: {_said(error)}"]) from None
    try:
        return ScenarioDocument.model_validate(value)
    except ValidationError as error:
        raise _bad(_places(error)) from None


def _places(error: ValidationError) -> list[str]:
    return [
        f"{'/'.join(map(str, each['loc'])) or 'the document'}: {each['msg']}"
        for each in error.errors()[:_MOST_TOLD]
    ]


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    mark = getattr(error, "problem_mark", None)
    message = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {message}" if mark is not None else message


def _bad(messages: list[str]) -> BadScenario:
    found = tuple((_POINTER, message) for message in messages)
    return BadScenario(found, "the document can't be taken in as it is")
