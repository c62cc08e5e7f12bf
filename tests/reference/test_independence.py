"""The slow reading of the rules shares nothing with the engine but value types."""

import ast
from collections.abc import Iterator

from tests.reference.mutations import ROOT

_VALUES = {
    "relance.domain.actions",
    "relance.domain.blocks",
    "relance.domain.decision",
    "relance.domain.facts",
    "relance.domain.items",
    "relance.domain.scenario",
    "relance.domain.terms",
}


def _imports(module: str) -> Iterator[str]:
    """Yield the modules of ours that a module imports."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "tests.reference":
                yield from (f"tests.reference.{name.name}" for name in node.names)
            else:
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_the_reference_imports_value_types_and_itself_only() -> None:
    seen: set[str] = set()
    left = ["tests.reference.reference"]
    while left:
        module = left.pop()
        if module not in seen and module.startswith("tests."):
            assert module.startswith("tests.reference."), module
            left += _imports(module)
        seen.add(module)
    assert {each for each in seen if each.startswith("relance")} == _VALUES
    assert len([each for each in seen if each.startswith("tests.")]) >= 10
