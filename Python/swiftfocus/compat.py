"""The function of the reference package `deepfocus` 1.0.1, with its keywords: change the import line, and no more."""

import os
from typing import Any, Mapping, Optional

from ._arrays import is_torch
from ._errors import FocusError
from ._inputs import Folder
from ._plan import plan


def _vectors_of(language: str) -> str:
    """fastText's word vectors of a language: a path, or where the reference package keeps them."""
    if os.path.exists(language):
        return language
    cache = os.path.expanduser(os.environ.get("XDG_CACHE_HOME", "~/.cache"))
    path = os.path.join(cache, "deepfocus", "pretrained_fasttext", f"cc.{language}.300.bin")
    if os.path.exists(path):
        return path
    raise FocusError(
        f"there are no word vectors of '{language}' at '{path}': fetch cc.{language}.300.bin.gz from "
        "fasttext.cc/docs/en/crawl-vectors.html and unpack it there, or give its path as language_identifier",
        "missing")


def _named_bin(path: str, folders: "list[Folder]") -> str:
    """The same vectors under a name that tells their kind."""
    if path.endswith((".bin", ".vec", ".npy")) or not os.path.isfile(path):
        return path
    folders.append(Folder())
    link = os.path.join(folders[-1].path, "vectors.bin")
    os.symlink(os.path.abspath(path), link)
    return link


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

    `source_embeddings` may also be a tuple, list or dict of arrays: the table, and an untied head and biases with it.
    All of them get rows by the same plan, and come back in the same order or by the same names.

    Two more keywords: `dtype="source"` (or "float16", ...) for rows of another type, and `progress`, a function of
    (stage, completed, total); True, the default unless `verbosity` is "silent", draws tqdm's bars where it is there.
    """
    dtype = more.pop("dtype", "float32")
    progress = more.pop("progress", verbosity != "silent")
    if more:
        import difflib

        wrong = next(iter(more))
        near = difflib.get_close_matches(wrong, [*list(FOCUS.__annotations__)[:-2], "dtype", "progress"], 1, 0)
        raise TypeError(f"FOCUS() has no keyword '{wrong}': did you mean '{near[0]}'?")
    if verbosity not in ("debug", "info", "silent"):
        raise FocusError(f"verbosity is debug, info or silent, not '{verbosity}'", "option")
    named: "dict[Any, Any]" = (
        dict(source_embeddings) if isinstance(source_embeddings, Mapping)
        else dict(enumerate(source_embeddings)) if isinstance(source_embeddings, (list, tuple))
        else {None: source_embeddings})
    if not named:
        raise FocusError("source_embeddings is empty", "option")
    options: "dict[str, Any]" = {}
    corpus: Optional[str] = None
    folders: "list[Folder]" = []
    if auxiliary_embedding_mode == "fasttext-tokenlevel":
        if fasttext_model_path:
            options["auxiliary"] = _named_bin(os.fspath(fasttext_model_path), folders)
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
    made = plan(source_tokenizer, target_tokenizer, corpus=corpus, embeddings=next(iter(named.values())),
                progress=progress, match=match, extend_with=extend_tokenizer, seed=seed, threads=processes,
                match_like_reference=True, **options)
    del folders
    rows: "dict[Any, Any]" = {}
    for name, array in named.items():
        new = made.apply(array, dtype=None if dtype == "source" else dtype, threads=processes)
        rows[name] = new.to(device) if is_torch(new) else new
    if isinstance(source_embeddings, Mapping):
        return rows
    if isinstance(source_embeddings, (list, tuple)):
        return type(source_embeddings)(rows.values()) if type(source_embeddings) in (list, tuple) else [*rows.values()]
    return rows[None]
