"""A new vocabulary for a pretrained model: FOCUS and what came after it, from Python.

    import swiftfocus
    swiftfocus.specialize("multilingual-e5-small", "german-tokenizer", "german-e5", corpus="german.txt")

or, with arrays of your own,

    plan = swiftfocus.plan(source_tokenizer, target_tokenizer, corpus=texts)
    table, bias = plan.apply(embeddings), plan.apply(bias)

`swiftfocus.compat.FOCUS` is the function of the package `deepfocus`, and `swiftfocus.numpy` reads and writes tensors of
any format.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import compat, numpy
    from ._commands import convert, count, diff, inspect, merge, specialize, verify
    from ._errors import FocusError
    from ._plan import KINDS, Plan, PlanArrays, plan

    __version__: str

__all__ = ["KINDS", "FocusError", "Plan", "PlanArrays", "compat", "convert", "count", "diff", "inspect", "merge",
           "numpy", "plan", "specialize", "verify"]

_PLACES = {"FocusError": "_errors", **dict.fromkeys(("KINDS", "Plan", "PlanArrays", "plan"), "_plan"),
           **dict.fromkeys(("convert", "count", "diff", "inspect", "merge", "specialize", "verify"),
                           "_commands")}


if not TYPE_CHECKING:  # what is not there is an error to mypy

    def __getattr__(name: str) -> object:
        """What is loaded when it is first asked for, so that an import costs nothing."""
        import importlib

        if name in ("compat", "numpy"):
            return importlib.import_module(f"{__name__}.{name}")
        if name == "__version__":
            found = importlib.import_module(f"{__name__}._library").library().focus_library_version().decode()
        elif name in _PLACES:
            found = getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
        else:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        globals()[name] = found
        return found


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__, "__version__"})
