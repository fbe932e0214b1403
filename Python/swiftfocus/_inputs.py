"""Tokenizers and texts, in whatever form the caller has them."""

import ctypes
import os
import tempfile
from typing import Any, Iterable, Iterator, Optional, Union

from ._calls import failure, make, problem, taken
from ._errors import FocusError
from ._library import NEXT, OK, String, library, string, strings

Path = Union[str, "os.PathLike[str]"]
Corpus = Union[Path, "Iterable[Path]", "Iterable[str]"]

_ENDINGS = (".txt", ".jsonl", ".json", ".ndjson", ".csv", ".tsv", ".parquet")


class OpenTokenizer:
    """A tokenizer as the library has it: a folder, a file, `tokenizers.Tokenizer`, or one of transformers."""

    def __init__(self, tokenizer: Any) -> None:
        self.handle = 0
        self.folder: Optional["tempfile.TemporaryDirectory[str]"] = None
        if isinstance(tokenizer, (str, os.PathLike)):
            self.handle = make(library.focus_tokenizer_open, string(os.fspath(tokenizer)))
        elif hasattr(tokenizer, "save_pretrained"):
            self.folder = tempfile.TemporaryDirectory(prefix="swiftfocus-")
            tokenizer.save_pretrained(self.folder.name)
            self.handle = make(library.focus_tokenizer_open, string(self.folder.name))
        elif hasattr(tokenizer, "to_str"):
            self.handle = make(library.focus_tokenizer_open_json, string(tokenizer.to_str()))
        else:
            raise FocusError(
                f"a {type(tokenizer).__name__} is no tokenizer: name a folder or a file, or give one of tokenizers or "
                "transformers", "option")

    @property
    def path(self) -> str:
        """Where it can be read from while it is open."""
        return os.fsdecode(taken(make(library.focus_tokenizer_path, self.handle)))

    def __del__(self) -> None:
        library.focus_tokenizer_close(self.handle)
        if self.folder is not None:
            self.folder.cleanup()


class OpenCorpus:
    """Text as the library has it: paths, or documents that were written to a temporary file one after the other."""

    def __init__(self, corpus: Corpus, field: str = "text") -> None:
        self.handle = 0
        self.field = field
        paths = paths_in(corpus)
        if paths is not None:
            self.paths = paths
            self.handle = make(
                library.focus_corpus_open, strings(paths), len(paths), string(field))
            return
        self.handle = _documents(iter(corpus))  # type: ignore[arg-type]
        self.paths = [os.fsdecode(taken(make(library.focus_corpus_path, self.handle)))]
        self.field = "text"

    def __del__(self) -> None:
        library.focus_corpus_close(self.handle)


def paths_in(corpus: Any) -> "Optional[list[str]]":
    """The paths that a corpus is; None where it is documents.

    A list is one of paths where all of it are paths by their type, by their ending, or because they are there.
    """
    if isinstance(corpus, (str, os.PathLike)):
        return [os.fspath(corpus)]
    if not isinstance(corpus, (list, tuple)):
        return None
    paths = [os.fspath(item) for item in corpus if isinstance(item, (str, os.PathLike))]
    is_listed = bool(paths) and len(paths) == len(corpus) and all(
        isinstance(item, os.PathLike) or _is_path(str(item)) for item in corpus)
    return paths if is_listed else None


def _is_path(text: str) -> bool:
    name = text.lower()
    for packing in (".gz", ".zst"):
        name = name[:-len(packing)] if name.endswith(packing) else name
    return "\n" not in text and (name.endswith(_ENDINGS) or os.path.exists(text))


def _documents(documents: Iterator[str]) -> int:
    raised: "list[BaseException]" = []
    held: "list[String]" = []

    def give(_: object, place: Any) -> int:
        try:
            document = next(documents, None)
            if document is None:
                return 0
            if not isinstance(document, str):
                raise FocusError(f"a document is a str, not a {type(document).__name__}", "option")
            # Lone surrogates are no text, and become what unreadable bytes become.
            text = string(document.encode("utf-8", "replace"))
            held[:] = [text]
            place[0] = text
            return 1
        except BaseException as error:
            raised.append(error)
            return -1

    handle, found = ctypes.c_void_p(), problem()
    status = library.focus_corpus_open_documents(NEXT(give), None, ctypes.byref(handle), ctypes.byref(found))
    if raised:
        raise raised[0]
    if status != OK:
        raise failure(found)
    return handle.value or 0
