"""A new vocabulary for a pretrained model: FOCUS and what came after it, from Python.

    import swiftfocus
    swiftfocus.specialize("multilingual-e5-small", "german-tokenizer", "german-e5", corpus="german.txt")

or, with arrays of your own,

    plan = swiftfocus.plan(source_tokenizer, target_tokenizer, corpus=texts)
    table, bias = plan.apply(embeddings), plan.apply(bias)

`swiftfocus.compat.FOCUS` is the function of the package `deepfocus`.
"""

from ._commands import convert, diff, inspect, specialize, verify
from ._errors import FocusError
from ._library import library as _library
from ._plan import KINDS, Plan, PlanArrays, plan

__version__: str = _library.focus_library_version().decode()
__all__ = ["KINDS", "FocusError", "Plan", "PlanArrays", "convert", "diff", "inspect", "plan", "specialize", "verify"]
