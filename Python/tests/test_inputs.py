"""Tokenizers and texts, in whatever form the caller has them."""

import json
import tracemalloc

import numpy as np
import pytest
import swiftfocus
from swiftfocus._inputs import OpenCorpus
from tokenizers import Tokenizer

from conftest import documents, unpack


class Kept:
    """A tokenizer as those of transformers are: it writes a folder."""

    def __init__(self, folder):
        self.folder = folder

    def get_vocab(self):
        return {}

    def save_pretrained(self, folder):
        for path in self.folder.iterdir():
            with open(f"{folder}/{path.name}", "wb") as file:
                file.write(path.read_bytes())


class Processor:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def save_pretrained(self, folder):
        raise AssertionError("its tokenizer is asked")


class Model:
    def save_pretrained(self, folder):
        raise AssertionError("no model is written")


def test_tokenizers_of_every_kind(bench):
    wanted = bench.saved(swiftfocus.plan(bench.source, bench.target, method="pieces"))
    opened = Tokenizer.from_file(str(bench.target / "tokenizer.json"))
    for target in (str(bench.target), bench.target / "tokenizer.json", opened, Kept(bench.target),
                   Processor(Kept(bench.target)), Processor(opened)):
        assert bench.saved(swiftfocus.plan(Kept(bench.source), target, method="pieces")) == wanted
        assert bench.saved(swiftfocus.plan(bench.source, target, method="pieces")) == wanted


def test_an_extended_tokenizer(bench):
    own = unpack("golden/tokenizers/target-unigram", bench.folder / "own")
    extended = unpack("golden/tokenizers/target-extended", bench.folder / "extended")
    plans = [bench.saved(swiftfocus.plan(bench.source, extended, extend_with=kind, auxiliary=bench.vectors,
                                         method="focus"))
             for kind in (own, Tokenizer.from_file(str(own / "tokenizer.json")))]
    assert plans[0] == plans[1]


@pytest.mark.parametrize(("make", "code", "words"), [
    (lambda bench: bench.folder / "none", "system|missing", "none"),
    (lambda bench: "intfloat/multilingual-e5-small", "", "intfloat/multilingual-e5-small"),
    (lambda bench: bench.temporary, "", "tmp"), (lambda bench: bench.vectors, "", "aux"),
    (lambda bench: 7, "option", "int"), (lambda bench: {"a": 1}, "option", "dict"),
    (lambda bench: "", "option", "empty"),
    (lambda bench: Model(), "option", "Model"), (lambda bench: None, "option", "missing"),
    (lambda bench: "a\0b", "option", "zero byte"), (lambda bench: "\udc80", "option", "UTF-8"),
])
def test_what_is_no_tokenizer(bench, make, code, words):
    with pytest.raises(swiftfocus.FocusError, match=words) as caught:
        swiftfocus.plan(bench.source, make(bench))
    assert code == "" or caught.value.code in code.split("|")


def test_documents_are_streamed(bench):
    given = []

    def counted():
        for text in documents(60_000):
            given.append(1)
            yield text

    tracemalloc.start()
    opened = OpenCorpus(counted())
    assert len(given) == 60_000
    assert tracemalloc.get_traced_memory()[1] < 5e6
    tracemalloc.stop()
    [path] = opened.paths
    with open(path, encoding="utf-8") as file:
        assert [json.loads(line)["text"] for line in file] == list(documents(60_000))


def test_documents_stay_whole(bench):
    texts = ["a\nb\r\n\tc", "", "\0", "\u2028\x1b\"\\", "\U0001f600" * 3, "x" * 3_000_000]
    opened = OpenCorpus(iter(texts))
    with open(opened.paths[0], encoding="utf-8", newline="\n") as file:
        assert [json.loads(line)["text"] for line in file.read().split("\n")[:-1]] == texts
    opened = OpenCorpus(iter(["a\ud800b"]))
    with open(opened.paths[0], encoding="utf-8") as file:
        assert json.loads(file.read())["text"] == "a?b"


def test_paths_and_documents_are_told_apart(bench):
    (bench.folder / "der Hund").write_text("x")
    for corpus, count in ((["a.txt"], 1), (["a.txt", "b.jsonl.zst"], 2), ([bench.folder / "x", bench.folder / "y"], 2),
                          (str(bench.folder), 1), ([str(bench.folder / "der Hund")], 1)):
        assert len(OpenCorpus(corpus).paths) == count
        assert str(bench.temporary) not in OpenCorpus(corpus).paths[0]
    for corpus in (["der Hund bellt"], iter(["a.txt"]), ["a.txt", "der Hund bellt"], ("eins", "zwei"),
                   np.array(["a", "b"])):
        assert OpenCorpus(corpus).paths[0].startswith(str(bench.temporary))


@pytest.mark.parametrize(("corpus", "words"), [
    ([], "no document"), (iter([]), "no document"), (iter([b"x"]), "bytes"), ([1, 2], "int"), ([None], "NoneType"),
    (iter(["x", None]), "NoneType"), (b"text", "bytes"), ({"text": "x"}, "dict"), (7, "int"), ("", "no files|empty"),
    ([{"body": "x"}], "no field 'text', but body"), ([{"text": 7}], "int"), ("none.txt", "none.txt"),
    (["none.txt", "neither.jsonl"], "none.txt|neither"), ("a\0b", "zero byte"),
])
def test_what_is_no_corpus(bench, corpus, words):
    with pytest.raises(swiftfocus.FocusError, match=words):
        swiftfocus.plan(bench.source, bench.target, corpus=corpus, method="focus")


def test_an_iterable_that_raises(bench):
    for error in (ZeroDivisionError, KeyboardInterrupt, StopAsyncIteration, SystemExit):
        def texts():
            yield "der Hund"
            raise error

        with pytest.raises(error):
            swiftfocus.plan(bench.source, bench.target, corpus=texts())


def test_unknown_keywords_name_the_nearest(bench):
    for call, words in (
            (lambda: swiftfocus.plan(bench.source, bench.target, methd="pieces"), "'methd'.*'method'"),
            (lambda: swiftfocus.specialize("model", bench.target, "out", overwrit=True), "'overwrit'.*'overwrite'"),
            (lambda: swiftfocus.inspect("model", stat=True), "'stat'.*'stats'"),
            (lambda: swiftfocus.convert("a", "b", compresion="zstd"), "'compresion'.*'compression'"),
            (lambda: swiftfocus.numpy.load(bench.folder, varient="x"), "'varient'.*'variant'"),
            (lambda: swiftfocus.numpy.save({}, bench.folder / "x.npz", overwrit=True), "'overwrit'.*'overwrite'")):
        with pytest.raises(swiftfocus.FocusError, match=words) as caught:
            call()
        assert caught.value.code == "option"
        assert "--" not in str(caught.value)


def test_values_of_keywords(bench):
    for options, words in (({"seed": "many"}, "seed"), ({"seed": b"7"}, "bytes"), ({"method": ""}, "empty"),
                           ({"method": "none"}, "method"), ({"threads": 0}, "threads"), ({"match": "all"}, "match"),
                           ({"seed": -1}, "seed"), ({"role": {"mask": "no such token"}}, "no such token")):
        with pytest.raises(swiftfocus.FocusError, match=words):
            swiftfocus.plan(bench.source, bench.target, **options)
