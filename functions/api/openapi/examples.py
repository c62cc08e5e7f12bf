"""Examples of requests, each of which is carried out by a test (`examples.json` beside this)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("examples.json")


def add_examples(document: dict[str, Any]) -> None:
    """Add to each operation its examples: one value a parameter, one body or several by title."""
    kept = json.loads(_FILE.read_text(encoding="utf-8"))
    usual, by_operation = kept["parameters"], kept["operations"]
    for operations in document["paths"].values():
        for operation in operations.values():
            given = by_operation.get(operation["operationId"], {})
            _add_parameters(operation, usual, given.get("parameters", {}))
            _add_bodies(operation, given.get("bodies", {}))


def _add_parameters(
    operation: dict[str, Any], usual: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    for parameter in operation.get("parameters", []):
        name = parameter.get("name", "")
        if name in given:
            parameter["example"] = given[name]
        elif parameter.get("in") == "path" and name in usual:
            parameter["example"] = usual[name]


def _add_bodies(operation: dict[str, Any], bodies: Mapping[str, Any]) -> None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None and bodies:
        content["examples"] = {
            title.replace(" ", "-"): {"summary": title, "value": value}
            for title, value in bodies.items()
        }
