"""Plain values ↔ DynamoDB attribute values, without the detour over Decimal."""

from collections.abc import Mapping
from typing import Any

type Record = dict[str, Any]


def encode(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attribute values of a record; None is left out at the top."""
    return {name: _encoded(value) for name, value in record.items() if value is not None}


def decode(attributes: Mapping[str, Any]) -> Record:
    """Return the record that these attribute values hold."""
    return {name: _decoded(value) for name, value in attributes.items()}


def _encoded(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(value)}
        case list() | tuple():
            return {"L": [_encoded(each) for each in value]}
        case Mapping():
            return {"M": {str(name): _encoded(each) for name, each in value.items()}}
    raise TypeError(f"a {type(value).__name__} can't be stored")


def _decoded(attribute: Mapping[str, Any]) -> Any:
    [(kind, value)] = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "L":
            return [_decoded(each) for each in value]
        case "M":
            return {name: _decoded(each) for name, each in value.items()}
        case "NULL":
            return None
    raise TypeError(f"an attribute of type {kind} is not ours")
