"""What a tenant's template may do: name fields, choose, and go through lists (M1).

The list is short on purpose. Nothing in it can make text grow faster than what is written and what
the facts hold, so the work of a template is bounded by its length: no arithmetic, no variables, no
calls, no macros, nothing from another file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from relance.messages.context import MessageContext
from relance.messages.fields import Loop, element_of, fields_of

LONGEST_SEPARATOR = 20
MOST_NODES = 1_000
_DEEPEST = 20
_DEEPEST_BLOCKS = 5
_TO_TEXT = frozenset({"upper", "lower", "capitalize", "title", "trim"})
_OF_A_LIST = frozenset({"first", "last", "length", "join"})
FILTERS = _TO_TEXT | _OF_A_LIST
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")

# The type of what was found wrong: said once, and not once more for what is made of it.
_WRONG = object()


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a template, and on which line of its text (0: the whole of it)."""

    line: int
    message: str


def check(tree: nodes.Template) -> tuple[Trouble, ...]:
    """Return everything in a parsed template that may not be there, in the order of its lines."""
    if too_much := _size(tree):
        return (too_much,)
    checker = _Checker()
    checker.statements(tree.body, fields_of(MessageContext), depth=0)
    return tuple(sorted(set(checker.found), key=lambda each: each.line))


def _size(tree: nodes.Template) -> Trouble | None:
    """Return what is wrong when there is too much to look at, before looking deeper."""
    seen = 0
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if seen > MOST_NODES or depth > _DEEPEST:
            return Trouble(node.lineno or 0, "this is too complicated: say it with less")
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())
    return None


class _Checker:
    """Walks a template; `found` is what is wrong."""

    def __init__(self) -> None:
        self.found: list[Trouble] = []
        self._statements: Mapping[type, Callable[..., None]] = {
            nodes.Output: self._output,
            nodes.If: self._if,
            nodes.For: self._for,
        }
        self._expressions: Mapping[type, Callable[..., Any]] = {
            nodes.Const: lambda node, _: type(node.value),
            nodes.TemplateData: lambda _, __: str,
            nodes.Name: self._name,
            nodes.Getattr: self._attribute,
            nodes.Getitem: self._element,
            nodes.Filter: self._filter,
            nodes.Compare: self._compare,
            nodes.And: self._either,
            nodes.Or: self._either,
            nodes.Not: self._not,
            nodes.CondExpr: self._choice,
        }

    def statements(self, body: list[nodes.Node], scope: Mapping[str, Any], *, depth: int) -> None:
        for node in body:
            found = self._statements.get(type(node))
            if found is None:
                self._wrong(node, f"{_name_of(node)} can't be used here")
            elif depth > _DEEPEST_BLOCKS:
                self._wrong(node, "this is too complicated: say it with less")
            else:
                found(node, scope, depth)

    def _output(self, node: nodes.Output, scope: Mapping[str, Any], depth: int) -> None:
        del depth
        for each in node.nodes:
            kind = self._type(each, scope)
            if kind is bool:
                self._wrong(each, f"{_written(each)} is a yes or no: ask for it in an if")
            elif element_of(kind) is not None:
                self._wrong(each, f"{_written(each)} is a list: go through it with a for")
            elif fields_of(kind):
                self._wrong(each, f"{_written(each)} is a group: name one of its fields")

    def _if(self, node: nodes.If, scope: Mapping[str, Any], depth: int) -> None:
        self._type(node.test, scope)
        self.statements(node.body, scope, depth=depth + 1)
        for other in node.elif_:
            self._if(other, scope, depth)
        self.statements(node.else_, scope, depth=depth + 1)

    def _for(self, node: nodes.For, scope: Mapping[str, Any], depth: int) -> None:
        listed = self._type(node.iter, scope)
        element = element_of(listed)
        if element is None and listed is not _WRONG:
            self._wrong(node, f"{_written(node.iter)} is no list")
        if node.recursive or node.test is not None:
            self._wrong(node, "a for has nothing behind its list: put an if into it")
        if not isinstance(node.target, nodes.Name):
            self._wrong(node, "a for gives one name to each of the list")
            return
        if node.target.name.startswith("_") or node.target.name in ("loop", *scope):
            self._wrong(node, f"{node.target.name!r} is taken: choose another name")
        inside = {**scope, node.target.name: element or _WRONG, "loop": Loop}
        self.statements(node.body, inside, depth=depth + 1)
        self.statements(node.else_, scope, depth=depth + 1)

    def _type(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """Return the type of an expression, _WRONG when something is wrong with it."""
        found = self._expressions.get(type(node))
        if found is None:
            return self._wrong(node, f"{_name_of(node)} can't be used here")
        return found(node, scope)

    def _name(self, node: nodes.Name, scope: Mapping[str, Any]) -> Any:
        if node.name in scope:
            return scope[node.name]
        return self._wrong(node, f"there is no field {node.name!r}")

    def _attribute(self, node: nodes.Getattr, scope: Mapping[str, Any]) -> Any:
        kind = self._type(node.node, scope)
        if kind is _WRONG or node.attr in fields_of(kind):
            return _WRONG if kind is _WRONG else fields_of(kind)[node.attr]
        return self._wrong(node, f"there is no field {_written(node)!r}")

    def _element(self, node: nodes.Getitem, scope: Mapping[str, Any]) -> Any:
        kind = self._type(node.node, scope)
        place = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if kind is _WRONG:
            return kind
        if isinstance(place, int) and element_of(kind) is not None:
            return element_of(kind)
        return self._wrong(node, "only a list has places, and they are numbers: invoices[0]")

    def _filter(self, node: nodes.Filter, scope: Mapping[str, Any]) -> Any:
        kind = self._type(node.node, scope) if node.node is not None else _WRONG
        if node.name not in FILTERS:
            allowed = ", ".join(sorted(FILTERS))
            return self._wrong(node, f"there is no filter {node.name!r}: there are {allowed}")
        if kind is _WRONG:
            return kind
        if not _fits(node):
            return self._wrong(node, f"the filter {node.name!r} is given what it does not take")
        element = element_of(kind)
        if (element is not None) is not (node.name in _OF_A_LIST) or (
            node.name == "join" and element is not str
        ):
            return self._wrong(node, f"the filter {node.name!r} is not for this")
        if node.name in ("first", "last"):
            return element
        return int if node.name == "length" else str

    def _compare(self, node: nodes.Compare, scope: Mapping[str, Any]) -> Any:
        kinds = [self._type(each, scope) for each in (node.expr, *(o.expr for o in node.ops))]
        ordered = any(each.op in ("gt", "gteq", "lt", "lteq") for each in node.ops)
        if ordered and any(kind not in (int, _WRONG) for kind in kinds):
            return self._wrong(node, "only numbers are greater or less than others")
        if any(each.op in ("in", "notin") for each in node.ops):
            return self._wrong(node, "'in' can't be used here")
        return bool

    def _either(self, node: nodes.And | nodes.Or, scope: Mapping[str, Any]) -> Any:
        left, right = self._type(node.left, scope), self._type(node.right, scope)
        return left if left is right else bool if _WRONG not in (left, right) else _WRONG

    def _not(self, node: nodes.Not, scope: Mapping[str, Any]) -> Any:
        self._type(node.node, scope)
        return bool

    def _choice(self, node: nodes.CondExpr, scope: Mapping[str, Any]) -> Any:
        self._type(node.test, scope)
        chosen = self._type(node.expr1, scope)
        other = self._type(node.expr2, scope) if node.expr2 is not None else chosen
        return chosen if chosen is other else str if {chosen, other} <= {str, int} else _WRONG

    def _wrong(self, node: nodes.Node, message: str) -> Any:
        self.found.append(Trouble(node.lineno or 0, message))
        return _WRONG


def _fits(node: nodes.Filter) -> bool:
    """Tell whether a filter is given nothing, or a join a short text to put between."""
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        return False
    if node.name != "join":
        return not node.args
    given = [each.value for each in node.args if isinstance(each, nodes.Const)]
    return len(given) == len(node.args) <= 1 and all(
        isinstance(each, str) and len(each) <= LONGEST_SEPARATOR for each in given
    )


def _name_of(node: nodes.Node) -> str:
    """Return how to speak of what stands there."""
    return _NAMES.get(type(node).__name__) or _WORDS.sub(" ", type(node).__name__).lower()


def _written(node: nodes.Node) -> str:
    """Return a field as it is written, as far as it is one."""
    return ".".join(reversed(list(_parts(node)))) or "this"


def _parts(node: nodes.Node) -> Iterator[str]:
    while isinstance(node, nodes.Getattr):
        yield node.attr
        node = node.node
    if isinstance(node, nodes.Name):
        yield node.name


_NAMES = {
    "Assign": "a set",
    "AssignBlock": "a set",
    "Call": "a call",
    "CallBlock": "a call",
    "Concat": "'~'",
    "Add": "'+'",
    "Sub": "'-'",
    "Mul": "'*'",
    "Div": "'/'",
    "FloorDiv": "'//'",
    "Mod": "'%'",
    "Pow": "'**'",
    "FromImport": "an import",
    "Import": "an import",
    "Include": "an include",
    "Extends": "an extends",
    "Macro": "a macro",
    "Block": "a block",
    "FilterBlock": "a filter block",
    "Test": "a test with 'is'",
}
