"""Plans: for each target token, the source rows that its row is made of."""

import ctypes
import json
import os
from typing import Any, NamedTuple, Optional, Union

from ._arrays import Layout, empty_like, layout
from ._calls import Watcher, failure, make, problem, taken, work
from ._errors import FocusError
from ._inputs import Corpus, OpenCorpus, OpenTokenizer, Path
from ._library import OK, Apply, Arrays, PlanJob, Setting, Table, library, string
from ._options import pairs

KINDS = ("copy", "combine", "sample", "mean", "pieces", "mix", "prompt", "blend", "given")
"""What the numbers of `PlanArrays.kinds` mean."""


class PlanArrays(NamedTuple):
    """A plan as a sparse matrix in compressed rows: NumPy arrays, or memoryviews where there is no NumPy."""

    kinds: Any
    """uint8 [rows]: indices of `KINDS`."""
    offsets: Any
    """int64 [rows + 1]: where the terms of each row begin."""
    sources: Any
    """int32 [terms]: source rows."""
    weights: Any
    """float64 [terms]: 1 in each row together, and in each part of a mixed one."""


class Plan:
    """How the rows of a new vocabulary are made; `plan` makes one, `Plan.load` reads one.

    One plan holds for every tensor that has a row a token: the table, an untied head, biases.
    """

    def __init__(self, handle: int, all_rows: bool = False) -> None:
        self._handle = handle
        self._all_rows = all_rows
        self._description: "dict[str, Any]" = json.loads(taken(make(library.focus_plan_describe, handle)))

    def __del__(self) -> None:
        library.focus_plan_close(getattr(self, "_handle", None))

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """A plan that was saved here, or by `focus specialize --save-plan`."""
        return cls(make(library.focus_plan_open, string(os.fspath(path))))

    def save(self, path: Path) -> None:
        """Writes the plan, as `focus specialize --save-plan` does."""
        found = problem()
        if library.focus_plan_save(self._handle, string(os.fspath(path)), ctypes.byref(found)) != OK:
            raise failure(found)

    def __len__(self) -> int:
        return int(self._description["rows"])

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {kind}" for kind, count in self.counts.items() if count)
        return f"<swiftfocus.Plan of {len(self)} rows: {counts}>"

    @property
    def metadata(self) -> "dict[str, str]":
        """What a plan file says of itself: method, seed, temperature."""
        return dict(self._description["metadata"])

    @property
    def counts(self) -> "dict[str, int]":
        """The number of rows of each of `KINDS`."""
        return dict(self._description["kinds"])

    @property
    def tensors(self) -> "list[str]":
        """The tensors for which the model itself made rows; none by most methods."""
        return list(self._description["tensors"])

    def apply(self, array: Any, *, out: Any = None, dtype: Optional[str] = None, rows: Optional[int] = None,
              tensor: str = "", threads: Optional[int] = None, progress: Union[None, bool, Watcher] = None) -> Any:
        """The new rows of `array`: a table or head [rows, columns], or a bias [rows].

        Copied rows have the same bits; all else is summed in double precision and rounded once. Nothing is copied on
        the way in.

        `array`: torch, NumPy, or anything with DLPack or the buffer protocol; float32, float64, float16 or bfloat16.
        `out`: where to; else an array of the same kind is made. `dtype`: its type, "float32" say; the source's by
        default. `rows`: more rows than the plan's, as padding, which are drawn. `tensor`: the tensor of the model that
        it is, where `tensors` lists some. `progress`: a function of (stage, completed, total), or True for tqdm.
        """
        source = layout(array)
        columns = source.shape[1:]
        if out is None:
            out = empty_like(array, (max(len(self), rows or 0), *columns), dtype)
        target = layout(out)
        if _is_read_only(out):
            raise FocusError("out is read-only", "option")
        if len(target.shape) != len(source.shape):
            raise FocusError(f"out has {len(target.shape)} axes, and the array {len(source.shape)}", "option")
        tables = (source.table(), target.table())
        name = string(tensor)
        job = Apply(ctypes.sizeof(Apply), int(self._all_rows), ctypes.pointer(tables[0]), ctypes.pointer(tables[1]),
                    name, threads or 0)
        work(lambda monitor, found: library.focus_plan_apply(self._handle, ctypes.byref(job), monitor, found),
             progress)
        return out

    def explain(self, token: Union[str, int]) -> "dict[str, Any]":
        """Where the row of a token comes from: kind, and source tokens with their weights. A token is named as its
        tokenizer writes it, or by its id."""
        name = f"#{token}" if isinstance(token, int) else token
        found: "dict[str, Any]" = json.loads(taken(make(library.focus_plan_explain, self._handle, string(name))))
        return found

    def to_arrays(self) -> PlanArrays:
        """Copies of the plan's kinds, offsets, source rows and weights."""
        arrays, found = Arrays(struct_size=ctypes.sizeof(Arrays)), problem()
        if library.focus_plan_arrays(self._handle, ctypes.byref(arrays), ctypes.byref(found)) != OK:
            raise failure(found)
        terms = arrays.offsets[arrays.rows]
        return PlanArrays(
            _copied(arrays.kinds, arrays.rows, "B", "uint8"), _copied(arrays.offsets, arrays.rows + 1, "q", "int64"),
            _copied(arrays.sources, terms, "i", "int32"), _copied(arrays.weights, terms, "d", "float64"))


def _is_read_only(out: Any) -> bool:
    if hasattr(out, "flags") and hasattr(out.flags, "writeable"):
        return not out.flags.writeable
    return isinstance(out, (bytes, memoryview)) and memoryview(out).readonly


def _copied(pointer: Any, count: int, code: Any, dtype: str) -> Any:
    size = ctypes.sizeof(pointer._type_) * count
    data = bytearray(ctypes.string_at(pointer, size)) if count else bytearray()
    try:
        import numpy
    except ImportError:
        return memoryview(data).cast(code)
    return numpy.frombuffer(data, dtype)


def plan(source_tokenizer: Any = None, target_tokenizer: Any = None, *, corpus: Optional[Corpus] = None,
         text_field: str = "text", auxiliary: Optional[Path] = None, model: Optional[Path] = None,
         embeddings: Any = None, causal: bool = False, method: Optional[str] = None,
         progress: Union[None, bool, Watcher] = None, **options: Any) -> Plan:
    """Makes a plan from two tokenizers and text of the target language.

    `source_tokenizer`, `target_tokenizer`: a folder or a file, `tokenizers.Tokenizer`, or a tokenizer of transformers.
    `corpus`: a path, several, or an iterable of str, which is streamed to a temporary file; of JSON lines,
    `text_field` holds the text. `auxiliary`: ready vectors, fastText's .bin or .vec. `model`: the checkpoint, for
    methods that run it; the plan is then the command's. `embeddings`: without a model, its table, so that rows which
    were never trained lend nothing. `causal`: without a model, whether it predicts the next token. `method` and all
    other keywords are the options of `focus specialize`: `seed=7`, `match=["exact", "fuzzy"]`, `rare="normal"`.
    """
    if target_tokenizer is None:
        raise FocusError("target_tokenizer is missing", "option")
    source = None if source_tokenizer is None else OpenTokenizer(source_tokenizer)
    target = OpenTokenizer(target_tokenizer)
    text = None if corpus is None else OpenCorpus(corpus, text_field)
    more = {name: options.pop(name) for name in ("extend_with",) if options.get(name) is not None}
    opened = {name: OpenTokenizer(value) for name, value in more.items()}
    named = {"auxiliary": auxiliary, "method": method, **options,
             **{name: tokenizer.path for name, tokenizer in opened.items()}}
    found = pairs(named)
    settings = (Setting * len(found))()
    texts = [(string(name), string(value)) for name, value in found]
    for setting, (name, value) in zip(settings, texts):
        setting.name, setting.value = name, value
    table: Optional[Table] = None
    held: Optional[Layout] = None
    if embeddings is not None:
        held = layout(embeddings)
        table = held.table()
    where = string("" if model is None else os.fspath(model))
    job = PlanJob(ctypes.sizeof(PlanJob), int(causal), source.handle if source else None, target.handle,
                  text.handle if text else None, where, ctypes.pointer(table) if table else None,
                  settings, len(found))
    handle = ctypes.c_void_p()
    work(lambda monitor, place: library.focus_plan_make(ctypes.byref(job), monitor, ctypes.byref(handle), place),
         progress)
    del held, texts
    return Plan(handle.value or 0, all_rows=bool(options.get("match_like_reference")))
