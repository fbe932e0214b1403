"""A new vocabulary for a pretrained model: FOCUS and what came after it, from Python.

    import swiftfocus
    swiftfocus.specialize("multilingual-e5-small", "german-tokenizer", "german-e5", corpus="german.txt")

or, with arrays of your own,

    plan = swiftfocus.plan(source_tokenizer, target_tokenizer, corpus=texts)
    table, bias = plan.apply(embeddings), plan.apply(bias)

`swiftfocus.compat.FOCUS` is the function of the package `deepfocus`, and `swiftfocus.numpy` reads and writes tensors of
any format.
"""

from typing import TYPE_CHECKING, Any

from ._commands import convert, diff, inspect, specialize, verify
from ._errors import FocusError
from ._plan import KINDS, Plan, PlanArrays, plan

if TYPE_CHECKING:
    from . import compat, numpy

    __version__: str

__all__ = ["KINDS", "FocusError", "Plan", "PlanArrays", "compat", "convert", "diff", "inspect", "numpy", "plan",
           "specialize", "verify"]


def __getattr__(name: str) -> Any:
    """What is loaded when it is first asked for."""
    if name == "__version__":
        from ._library import library

        return library().focus_library_version().decode()
    if name in ("compat", "numpy"):
        import importlib

        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
