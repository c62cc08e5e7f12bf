"""Routes are loaded when an address of theirs is first asked for, and none is ever missed."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from functions.api import routes

FOLDER = Path(routes.__file__).parent
RESOURCES = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "router"}
LOADED = """
import sys
from functions.api.app import build_app

def nobody():
    raise RuntimeError("nobody is asked")

build_app(nobody)({event}, None)
folder = "functions.api.routes."
print(*sorted(name.removeprefix(folder) for name in sys.modules if name.startswith(folder)))
"""


def served(module: str) -> set[str]:
    """Return the first names of the addresses that a module serves."""
    router = import_module(f"functions.api.routes.{module}").router
    return {rule.split("/")[2] for (rule, *_) in router._routes}


def test_every_address_is_served_by_modules_that_are_loaded_for_it() -> None:
    for module in RESOURCES - {"documentation"}:
        for name in served(module):
            assert module in routes.MODULES[name], f"/v1/{name} does not load {module}"


def test_no_module_is_loaded_for_addresses_that_it_does_not_serve() -> None:
    for name, modules in routes.MODULES.items():
        for module in modules:
            assert name in served(module)


def test_the_document_tells_of_every_module() -> None:
    assert {name for name, _ in routes.routers_for("/v1/openapi.json")} == RESOURCES


def test_a_process_loads_what_its_first_request_needs() -> None:
    event = {
        "version": "2.0",
        "rawPath": "/v1/profiles",
        "headers": {},
        "requestContext": {
            "requestId": "1",
            "stage": "$default",
            "http": {"method": "GET", "path": "/v1/profiles"},
        },
    }
    ran = subprocess.run(
        [sys.executable, "-c", LOADED.format(event=event)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.splitlines()[-1] == "profiles router"
