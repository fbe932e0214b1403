"""The function of the reference package `deepfocus` 1.0.1, with its keywords: change the import line, and no more."""

import difflib
import os
import pathlib
import tempfile
from typing import Any, Optional

from ._arrays import is_torch
from ._errors import FocusError
from ._plan import plan


def _vectors_of(language: str) -> pathlib.Path:
    """fastText's word vectors of a language: a path, or where the reference package keeps them."""
    if os.path.exists(language):
        return pathlib.Path(language)
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    path = cache / "deepfocus" / "pretrained_fasttext" / f"cc.{language}.300.bin"
    if path.exists():
        return path
    raise FocusError(
        f"there are no word vectors of '{language}' at '{path}': fetch cc.{language}.300.bin.gz from "
        "fasttext.cc/docs/en/crawl-vectors.html and unpack it there, or give its path as language_identifier",
        "missing")


def FOCUS(
    target_tokenizer: Any,
    source_tokenizer: Any,
    source_embeddings: Any,
    auxiliary_embedding_mode: str = "fasttext-tokenlevel",
    target_training_data_path: Optional[str] = None,
    fasttext_model_path: Optional[str] = None,
    language_identifier: Optional[str] = None,
    fasttext_model_epochs: int = 3,
    fasttext_model_dim: int = 100,
    fasttext_model_min_count: int = 10,
    exact_match_all: bool = True,
    match_symbols: bool = False,
    fuzzy_match_all: bool = False,
    extend_tokenizer: Any = None,
    processes: Optional[int] = None,
    seed: int = 42,
    device: Any = "cpu",
    verbosity: str = "info",
    **more: Any,
) -> Any:
    """Rows for a new vocabulary by FOCUS (Dobler & de Melo 2023), as `deepfocus.FOCUS` makes them.

    Returns an array [tokens, columns] of the kind of `source_embeddings` (torch, NumPy, ...), float32. Rows that are
    copied have the source's bits, and combinations are those of the reference for the same vectors; rows that are drawn
    at random, for tokens without a vector, are others than torch draws, from the same distribution.

    Two more keywords: `dtype="source"` (or "float16", ...) for rows of another type, and `progress`, a function of
    (stage, completed, total); True, the default unless `verbosity` is "silent", draws tqdm's bars where it is there.
    """
    dtype = more.pop("dtype", "float32")
    progress = more.pop("progress", verbosity != "silent")
    if more:
        wrong = next(iter(more))
        near = difflib.get_close_matches(wrong, [*list(FOCUS.__annotations__)[:-2], "dtype", "progress"], 1, 0)
        raise TypeError(f"FOCUS() has no keyword '{wrong}': did you mean '{near[0]}'?")
    options: "dict[str, Any]" = {}
    corpus: Optional[str] = None
    folder: Optional["tempfile.TemporaryDirectory[str]"] = None
    if auxiliary_embedding_mode == "fasttext-tokenlevel":
        if fasttext_model_path:
            path = pathlib.Path(fasttext_model_path)
            if path.suffix not in (".bin", ".vec", ".npy") and path.is_file():
                # The kind of vectors is told by the name.
                folder = tempfile.TemporaryDirectory(prefix="swiftfocus-")
                link = pathlib.Path(folder.name) / "vectors.bin"
                link.symlink_to(path.resolve())
                path = link
            options["auxiliary"] = path
        elif target_training_data_path:
            corpus = os.fspath(target_training_data_path)
            options.update(epochs=fasttext_model_epochs, dimension=fasttext_model_dim,
                           min_count=fasttext_model_min_count)
        else:
            raise FocusError(
                "token vectors are needed: give target_training_data_path or fasttext_model_path", "option")
    elif auxiliary_embedding_mode == "fasttext-wordlevel":
        if not language_identifier:
            raise FocusError("word vectors are needed: give language_identifier", "option")
        options.update(auxiliary=_vectors_of(language_identifier), auxiliary_level="word")
    else:
        raise FocusError("auxiliary_embedding_mode is fasttext-tokenlevel or fasttext-wordlevel", "option")
    match = [name for name, wanted in (
        ("exact", exact_match_all), ("symbols", match_symbols), ("fuzzy", fuzzy_match_all)) if wanted]
    if not match:
        raise FocusError("nothing counts as overlap: set exact_match_all, match_symbols or fuzzy_match_all", "option")
    made = plan(source_tokenizer, target_tokenizer, corpus=corpus, embeddings=source_embeddings, progress=progress,
                match=match, extend_with=extend_tokenizer, seed=seed, threads=processes, match_like_reference=True,
                **options)
    if folder is not None:
        folder.cleanup()
    rows = made.apply(source_embeddings, dtype=None if dtype == "source" else dtype, threads=processes)
    return rows.to(device) if is_torch(rows) else rows
