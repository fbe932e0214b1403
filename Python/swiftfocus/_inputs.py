"""Tokenizers and texts, in whatever form the caller has them."""

import ctypes
import itertools
import os
from typing import Any, Iterable, Iterator, Mapping, Optional, Union

from ._calls import check, closed_at_end, made, problem, text
from ._errors import FocusError
from ._library import Handle, library, string, strings
from ._structures import NEXT, String

Path = Union[str, "os.PathLike[str]"]
Corpus = Union[Path, "Iterable[Path]", "Iterable[str]", "Iterable[Mapping[str, Any]]"]

_ENDINGS = (".txt", ".jsonl", ".json", ".ndjson", ".csv", ".tsv", ".parquet")


class Folder:
    """A temporary folder that goes when nobody holds it any more; after a fork it stays the parent's."""

    def __init__(self) -> None:
        import shutil
        import tempfile

        self.path = tempfile.mkdtemp(prefix="swiftfocus-")
        self._process, self._getpid, self._remove = os.getpid(), os.getpid, shutil.rmtree
        closed_at_end(self)

    def close(self) -> None:
        if hasattr(self, "_remove") and self._getpid() == self._process:
            self._remove(self.path, ignore_errors=True)

    def __del__(self) -> None:
        self.close()


class OpenTokenizer:
    """A tokenizer as the library has it: a folder, a file, `tokenizers.Tokenizer`, or one of transformers."""

    def __init__(self, tokenizer: Any) -> None:
        close, opened = library().focus_tokenizer_close, library().focus_tokenizer_open
        self.folder: Optional[Folder] = None
        if not hasattr(tokenizer, "get_vocab") and hasattr(tokenizer, "tokenizer"):
            tokenizer = tokenizer.tokenizer  # a processor's
        if isinstance(tokenizer, (str, os.PathLike)):
            self.handle = made(close, opened, string(os.fspath(tokenizer)))
        elif hasattr(tokenizer, "save_pretrained") and hasattr(tokenizer, "get_vocab"):
            self.folder = Folder()
            tokenizer.save_pretrained(self.folder.path)
            self.handle = made(close, opened, string(self.folder.path))
        elif hasattr(tokenizer, "to_str"):
            self.handle = made(close, library().focus_tokenizer_open_json, string(tokenizer.to_str()))
        else:
            raise FocusError(
                f"a {type(tokenizer).__name__} is no tokenizer: name a folder or a file, or give one of tokenizers or "
                "transformers", "option")
        closed_at_end(self.handle)

    @property
    def path(self) -> str:
        """Where it can be read from while it is open."""
        return os.fsdecode(text(library().focus_tokenizer_path, self.handle.value))


class OpenCorpus:
    """Text as the library has it: paths, or documents that were written to a temporary file one after the other."""

    def __init__(self, corpus: Corpus, field: str = "text") -> None:
        self.field = field
        paths, documents = _sorted_out(corpus)
        if paths is not None:
            self.paths = paths
            self.handle = made(library().focus_corpus_close, library().focus_corpus_open, strings(paths), len(paths),
                               string(field))
            return
        self.handle = _written(documents, field)
        closed_at_end(self.handle)
        self.paths = [os.fsdecode(text(library().focus_corpus_path, self.handle.value))]
        self.field = "text"


def _sorted_out(corpus: Any) -> "tuple[Optional[list[str]], Iterator[Any]]":
    """The paths that a corpus is, or else its documents.

    A list is one of paths where all of it are paths by their type, by their ending, or because they are there; any
    other iterable where the first of it is a path by its type.
    """
    if isinstance(corpus, (str, os.PathLike)):
        return [os.fspath(corpus)], iter(())
    if isinstance(corpus, (bytes, bytearray, Mapping)) or not isinstance(corpus, Iterable):
        raise FocusError(
            f"a {type(corpus).__name__} is no corpus: name files or folders, or give an iterable of str", "option")
    if isinstance(corpus, (list, tuple)):
        paths = [os.fspath(item) for item in corpus if isinstance(item, (str, os.PathLike))]
        is_listed = bool(paths) and len(paths) == len(corpus) and all(
            isinstance(item, os.PathLike) or _is_path(str(item)) for item in corpus)
        return (paths, iter(())) if is_listed else (None, iter(corpus))
    documents = iter(corpus)
    first = next(documents, None)
    if isinstance(first, os.PathLike):
        return [os.fspath(first), *map(os.fspath, documents)], iter(())
    return None, documents if first is None else itertools.chain([first], documents)


def _is_path(text: str) -> bool:
    name = text.lower()
    for packing in (".gz", ".zst"):
        name = name[:-len(packing)] if name.endswith(packing) else name
    return "\n" not in text and "\0" not in text and (name.endswith(_ENDINGS) or os.path.exists(text))


def _document(item: Any, field: str) -> String:
    if isinstance(item, Mapping):
        if field not in item:
            raise FocusError(f"a document has no field '{field}', but {', '.join(map(str, item))}: say text_field",
                             "option")
        item = item[field]
    if not isinstance(item, str):
        raise FocusError(f"a document is a str, not a {type(item).__name__}", "option")
    # Lone surrogates are no text, and become what unreadable bytes become.
    return string(item.encode("utf-8", "replace"))


def _written(documents: Iterator[Any], field: str) -> Handle:
    raised: "list[BaseException]" = []
    held: "list[String]" = []
    ended: "list[bool]" = []

    def give(_: object, place: Any) -> int:
        try:
            for item in documents:
                held[:] = [_document(item, field)]
                place[0] = held[0]
                return 1
            ended.append(True)
            return 0
        except BaseException as error:
            raised.append(error)
            return -1

    handle, found = Handle(library().focus_corpus_close), problem()
    status = library().focus_corpus_open_documents(
        NEXT(give), None, ctypes.byref(handle.place), ctypes.byref(found))
    if raised:
        raise raised[0]
    check(status, found)
    if not ended:
        raise KeyboardInterrupt  # it came just before `give` could hear it
    return handle
