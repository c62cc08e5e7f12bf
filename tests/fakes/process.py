"""A function's process, seen from a test: what it keeps between invocations."""

import sys

# What makes parts and keeps them: `parts`, `settings` and the modules of `wiring`.
_KEEPING = ("relance.runtime.parts", "relance.runtime.settings", "relance.runtime.wiring.")


def forget_parts() -> None:
    """Forget the clients, settings and parts that this process made, as a new process would."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_KEEPING):
            for made in vars(module).values():
                if hasattr(made, "cache_clear"):
                    made.cache_clear()
