"""What the commands of `focus` do, in this process: their options as keywords, their JSON as Python's own types."""

import ctypes
import json
from typing import Any, Optional, Union

from ._calls import Watcher, taken, work
from ._inputs import Corpus, OpenCorpus, OpenTokenizer, Path
from ._library import library, strings
from ._options import arguments, positional

Progress = Union[None, bool, Watcher]


def run(words: "list[str]", progress: Progress = None) -> Any:
    """Does what `focus WORDS... --json` does, and returns what it answers; None where it answers nothing."""
    words = [words[0], "--json", *bundled(words[0]), *words[1:]]
    given, answer = strings(words), ctypes.c_void_p()
    work(lambda monitor, found: library.focus_run(given, len(words), monitor, ctypes.byref(answer), found), progress)
    text = taken(answer.value)
    return json.loads(text) if text else None


def bundled(command: str) -> "list[str]":
    """The plug-ins that came with the package, for the commands that read tensors."""
    if command not in ("specialize", "draft", "convert", "inspect", "diff", "verify", "compare"):
        return []
    from ._library import HERE

    return [f"--plugin={path}" for path in sorted((HERE / "lib" / "focus" / "plugins").glob("*.so"))]


def specialize(checkpoint: Path, tokenizer: Any, output: Optional[Path] = None, *, corpus: Optional[Corpus] = None,
               text_field: str = "text", source_tokenizer: Any = None, extend_with: Any = None,
               progress: Progress = None, **options: Any) -> "dict[str, Any]":
    """Writes a checkpoint whose vocabulary is that of `tokenizer`, as `focus specialize` does; returns its report.

    `output`: the new folder; else `in_place=True`, or `dry_run=True` to look only. `corpus`: a path, several, or an
    iterable of str. Tokenizers: a folder, a file, `tokenizers.Tokenizer`, or one of transformers. All other keywords
    are the command's options: `method="focus"`, `auxiliary="vectors.bin"`, `overwrite=True`, `role={"mask": "<m>"}`.
    """
    opened = {name: OpenTokenizer(value) for name, value in (
        ("tokenizer", tokenizer), ("source_tokenizer", source_tokenizer), ("extend_with", extend_with))
        if value is not None}
    words = ["specialize", positional(checkpoint), *arguments({
        **{name: value.path for name, value in opened.items()}, "output": output, **options})]
    text = None if corpus is None else OpenCorpus(corpus, text_field)
    if text is not None:
        words += [f"--text-field={text.field}", "--corpus", *map(positional, text.paths)]
    found: "dict[str, Any]" = run(words, progress)
    del opened, text
    return found


def inspect(path: Path, *, progress: Progress = None, **options: Any) -> Any:
    """What a checkpoint or tensor file holds, as `focus inspect` has it; `stats=True`, `filter="*bias"`,
    `token="the"`."""
    return run(["inspect", positional(path), *arguments(options)], progress)


def diff(first: Path, second: Path, *, progress: Progress = None, **options: Any) -> "dict[str, Any]":
    """What differs between two checkpoints of any formats: `findings` is empty where nothing does."""
    found: "dict[str, Any]" = run(["diff", positional(first), positional(second), *arguments(options)], progress)
    return found


def verify(path: Path, *, progress: Progress = None, **options: Any) -> "dict[str, Any]":
    """Checks a checkpoint against itself: `sound`, and `findings` with a sentence each."""
    found: "dict[str, Any]" = run(["verify", positional(path), *arguments(options)], progress)
    return found


def convert(source: Path, destination: Optional[Path] = None, *, progress: Progress = None,
            **options: Any) -> "dict[str, Any]":
    """Writes the same tensors in another format: `to="npz"`, `dtype="f16"`, `shard_size="5GB"`, `in_place=True`."""
    words = ["convert", *arguments(options), positional(source)]
    found: "dict[str, Any]" = run(words + ([] if destination is None else [positional(destination)]), progress)
    return found
