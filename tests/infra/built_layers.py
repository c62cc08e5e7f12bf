"""The PDF engine's layers, built when no earlier run left them."""

from functools import cache
from pathlib import Path

from infra.settings import Architecture
from infra.weasyprint_layer.build import build
from infra.weasyprint_layer.recipe import LayerError, built_layer


@cache
def layer_for(architecture: Architecture) -> Path:
    """Return the folder of the layer for a processor; building it takes half a minute."""
    try:
        return built_layer(architecture)
    except LayerError:
        return build(architecture, say=print)
