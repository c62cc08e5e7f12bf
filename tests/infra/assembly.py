"""Reading synthesized templates: resources by type, and what a reference points to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FUNCTIONS = (
    "planner",
    "plan_tenant",
    "send_email",
    "send_sms",
    "render_letter",
    "sync_ledger",
    "record_feedback",
    "api",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """One stage, synthesized: its template, where it lies, and what the checks said of it."""

    stage: str
    folder: Path
    template: Mapping[str, Any]
    complaint: str

    @property
    def template_file(self) -> Path:
        """Return where the template lies."""
        return self.folder / f"Relance-{self.stage}.template.json"

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all resources of a type, by logical id."""
        return {
            id_: resource.get("Properties", {})
            for id_, resource in self.template["Resources"].items()
            if resource["Type"] == f"AWS::{kind}"
        }

    def functions(self) -> dict[str, dict[str, Any]]:
        """Return the functions' properties by the name of their folder."""
        return {
            function["Handler"].split(".")[1]: function
            for function in self.of_type("Lambda::Function").values()
        }

    def function_id(self, name: str) -> str:
        """Return the logical id of a function."""
        [found] = (
            id_
            for id_, function in self.of_type("Lambda::Function").items()
            if function["Handler"].split(".")[1] == name
        )
        return found

    def queue_id(self, name: str) -> str:
        """Return the logical id of a queue by the name it has in the outputs."""
        return target(self.template["Outputs"][f"{name}QueueUrl"]["Value"])

    def statements(self, name: str) -> list[dict[str, Any]]:
        """Return what the role of a function allows."""
        role = self.of_type("IAM::Role")[target(self.functions()[name]["Role"])]
        return [
            statement
            for policy in role.get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
        ]


def target(value: Any) -> str:
    """Return the logical id that a Ref or GetAtt points to, '' for anything else."""
    if isinstance(value, Mapping):
        if "Ref" in value:
            return str(value["Ref"])
        if "Fn::GetAtt" in value:
            return str(value["Fn::GetAtt"][0])
    return ""


def as_list(value: Any) -> list[Any]:
    """Return a list: IAM writes a single entry bare."""
    return value if isinstance(value, list) else [value]


def texts(value: Any) -> Iterator[str]:
    """Yield every text inside a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
