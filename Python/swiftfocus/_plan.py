"""Plans: for each target token, the source rows that its row is made of."""

import ctypes
import operator
import os
from typing import Any, NamedTuple, Optional, Union

from ._arrays import as_kind_of, empty_like, layout, target, type_name
from ._calls import Progress, check, made, problem, text, work
from ._errors import FocusError
from ._inputs import Corpus, Folder, OpenCorpus, OpenTokenizer, Path
from ._library import Handle, library, settings, string
from ._options import pairs
from ._structures import Apply, Arrays, PlanJob, Table

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

    One plan holds for every tensor that has a row a token: the table, an untied head, biases. It never changes, can be
    used by several threads at once, and can be pickled.
    """

    _handle: Handle
    _all_rows: bool
    _description: "dict[str, Any]"

    def __init__(self) -> None:
        raise TypeError("swiftfocus.plan makes a plan, and Plan.load reads one")

    @classmethod
    def _of(cls, handle: Handle, all_rows: bool = False) -> "Plan":
        import json

        found = object.__new__(cls)
        found._handle, found._all_rows = handle, all_rows
        found._description = json.loads(text(library().focus_plan_describe, handle.value))
        return found

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """A plan that was saved here, or by `focus specialize --save-plan`."""
        return cls._of(made(library().focus_plan_close, library().focus_plan_open, string(os.fspath(path))))

    def save(self, path: Path) -> None:
        """Writes the plan, as `focus specialize --save-plan` does."""
        found = problem()
        check(library().focus_plan_save(self._handle.value, string(os.fspath(path)), ctypes.byref(found)), found)

    def __copy__(self) -> "Plan":
        return self

    def __deepcopy__(self, _: object) -> "Plan":
        return self

    def __reduce__(self) -> Any:
        folder = Folder()
        path = os.path.join(folder.path, "plan")
        self.save(path)
        with open(path, "rb") as file:
            return _restored, (file.read(), self._all_rows)

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

    def apply(self, array: Any, *, out: Any = None, dtype: Any = None, rows: Optional[int] = None,
              tensor: str = "", threads: Optional[int] = None, progress: Progress = None) -> Any:
        """The new rows of `array`: a table or head [rows, columns], or a bias [rows].

        Copied rows have the same bits; all else is summed in double precision and rounded once. Nothing is copied on
        the way in.

        `array`: torch, NumPy, or anything with DLPack or the buffer protocol; float32, float64, float16 or bfloat16.
        `out`: where to; else an array of the same kind is made, on the same device. `dtype`: its type, "float32" say;
        the source's by default. `rows`: more rows than the plan's, as padding, which are drawn. `tensor`: the tensor of
        the model that it is, where `tensors` lists some. `threads`: all cores by default. `progress`: a function of
        (stage, completed, total), or True for tqdm.
        """
        source = layout(array)
        given = source.table()
        count = len(self) if rows is None else operator.index(rows)
        if out is None:
            if count < len(self):
                raise FocusError(f"rows is {count}, and the plan makes {len(self)}: it adds padding only", "option")
            if given.rows == 0 or given.columns == 0:
                raise FocusError(f"the array is empty: its shape is {source.shape}", "option")
            made_rows = empty_like(array, (count, *source.shape[1:]), type_name(dtype) or source.dtype)
        elif dtype is not None or rows is not None:
            raise FocusError("out has a type and rows of its own: leave out dtype and rows", "option")
        else:
            made_rows = out
        place = target(made_rows)
        if len(place.shape) != len(source.shape):
            raise FocusError(f"out has {len(place.shape)} axes, and the array {len(source.shape)}", "option")
        tables, name = (given, place.table("out")), string(tensor)
        job = Apply(ctypes.sizeof(Apply), int(self._all_rows), ctypes.pointer(tables[0]), ctypes.pointer(tables[1]),
                    name, _threads(threads))
        held = self._handle, source, place, job, name

        def call(monitor: int, found: Any) -> int:
            return int(library().focus_plan_apply(held[0].value, ctypes.byref(held[3]), monitor, found))

        work(call, progress)
        return as_kind_of(array, made_rows) if out is None else out

    def explain(self, token: Union[str, int]) -> "dict[str, Any]":
        """Where the row of a token comes from: kind, and source tokens with their weights. A token is named as its
        tokenizer writes it, or by its id."""
        import json

        name = token if isinstance(token, str) else f"#{operator.index(token)}"
        found: "dict[str, Any]" = json.loads(
            text(library().focus_plan_explain, self._handle.value, string(name.encode("utf-8", "surrogatepass"))))
        return found

    def to_arrays(self) -> PlanArrays:
        """Copies of the plan's kinds, offsets, source rows and weights."""
        arrays, found = Arrays(struct_size=ctypes.sizeof(Arrays)), problem()
        check(library().focus_plan_arrays(self._handle.value, ctypes.byref(arrays), ctypes.byref(found)), found)
        terms = arrays.offsets[arrays.rows]
        return PlanArrays(
            _copied(arrays.kinds, arrays.rows, "B", "uint8"), _copied(arrays.offsets, arrays.rows + 1, "q", "int64"),
            _copied(arrays.sources, terms, "i", "int32"), _copied(arrays.weights, terms, "d", "float64"))


def _restored(data: bytes, all_rows: bool) -> Plan:
    folder = Folder()
    path = os.path.join(folder.path, "plan")
    with open(path, "wb") as file:
        file.write(data)
    found = Plan.load(path)
    found._all_rows = all_rows
    return found


def _threads(threads: Optional[int]) -> int:
    count = 0 if threads is None else operator.index(threads)
    if threads is not None and not 1 <= count <= 4096:
        raise FocusError(f"threads is a number from 1 to 4096, not {count}", "option")
    return count


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
         embeddings: Any = None, causal: bool = False, method: Optional[str] = None, progress: Progress = None,
         **options: Any) -> Plan:
    """Makes a plan from two tokenizers and text of the target language.

    `source_tokenizer`, `target_tokenizer`: a folder or a file, `tokenizers.Tokenizer`, or a tokenizer of transformers.
    `corpus`: a path, several, or an iterable of str, which is streamed to a temporary file; of JSON lines, and of
    mappings as `datasets` gives them, `text_field` holds the text. `auxiliary`: ready vectors, fastText's .bin or .vec.
    `model`: the checkpoint, for methods that run it; the plan is then the command's. `embeddings`: without a model, its
    table, so that rows which were never trained lend nothing. `causal`: without a model, whether it predicts the next
    token. `method` and all other keywords are the options of `focus specialize`: `seed=7`, `match=["exact", "fuzzy"]`,
    `rare="normal"`.
    """
    if target_tokenizer is None:
        raise FocusError("target_tokenizer is missing", "option")
    held = None if embeddings is None else layout(embeddings)
    table: Optional[Table] = held.table("embeddings") if held else None
    source = None if source_tokenizer is None else OpenTokenizer(source_tokenizer)
    wanted = OpenTokenizer(target_tokenizer)
    extension = options.pop("extend_with", None)
    extended = None if extension is None else OpenTokenizer(extension)
    found = settings(pairs({"auxiliary": auxiliary, "method": method,
                            "extend_with": extended.path if extended else None, **options}))
    opened = None if corpus is None else OpenCorpus(corpus, text_field)
    where = string("" if model is None else os.fspath(model))
    job = PlanJob(ctypes.sizeof(PlanJob), int(causal), source.handle.value if source else None, wanted.handle.value,
                  opened.handle.value if opened else None, where,
                  ctypes.pointer(table) if table else None, found, len(found))
    handle = Handle(library().focus_plan_close)
    kept = job, handle, source, wanted, extended, opened, held, found, where

    def call(monitor: int, place: Any) -> int:
        return int(library().focus_plan_make(ctypes.byref(kept[0]), monitor, ctypes.byref(kept[1].place), place))

    work(call, progress)
    return Plan._of(handle, all_rows=bool(options.get("match_like_reference")))
