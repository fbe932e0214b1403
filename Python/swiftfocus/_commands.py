"""What the commands of `focus` do, in this process: their options as keywords, their JSON as Python's own types."""

import ctypes
from typing import Any, Iterable, Optional, Tuple

from ._calls import Progress, text_of, work
from ._inputs import Corpus, OpenCorpus, OpenTokenizer, Path
from ._library import Handle, library, strings
from ._options import arguments, positional



def run(words: "list[str]", progress: Progress = None, held: Any = None) -> Any:
    """Does what `focus WORDS... --json` does, and returns what it answers; None where it answers nothing. `held` lives
    until that is done."""
    import json

    words = [words[0], "--json", *words[1:]]
    kept = strings(words), Handle(library().focus_text_close), held

    def call(monitor: int, found: Any) -> int:
        return int(library().focus_run(kept[0], len(words), monitor, ctypes.byref(kept[1].place), found))

    work(call, progress)
    text = text_of(kept[1])
    return json.loads(text) if text else None


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
    found: "dict[str, Any]" = run(words, progress, (opened, text))
    return found


def count(source: Path, tokenizer: Any, output: Path, *, corpus: Corpus, shard: "Tuple[int, int]" = (1, 1),
          text_field: str = "text", progress: Progress = None, **options: Any) -> "dict[str, Any]":
    """Cuts a shard of a corpus into tokens and counts them, as `focus count` does: `(2, 7)` is the second of seven.

    `source`: the checkpoint's folder, or its tokenizer. Where `output` is finished already, nothing is done, and the
    answer has `wasFinished`.
    """
    opened, text = OpenTokenizer(tokenizer), OpenCorpus(corpus, text_field)
    words = ["count", positional(source), *arguments({
        "tokenizer": opened.path, "output": output, "shard": "/".join(map(str, shard)), **options}),
        f"--text-field={text.field}", "--corpus", *map(positional, text.paths)]
    found: "dict[str, Any]" = run(words, progress, (opened, text))
    return found


def merge(files: "Iterable[Path]", output: Path, *, progress: Progress = None, **options: Any) -> "dict[str, Any]":
    """Puts the files of all shards of a corpus together, in any order, as `focus merge` does."""
    words = ["merge", *arguments({"output": output, **options}), *map(positional, files)]
    found: "dict[str, Any]" = run(words, progress)
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
