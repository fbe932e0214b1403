"""The function of the reference package: its keywords, its rows."""

import inspect

import numpy as np
import pytest
import swiftfocus
from swiftfocus import FocusError
from swiftfocus.compat import FOCUS
from tokenizers import Tokenizer

from conftest import FIXTURES, golden_vectors, read_json, same, unpack

CASES = sorted(path.stem.removeprefix("embeddings-") for path in (FIXTURES / "golden").glob("embeddings-*.npy"))
# Those of deepfocus 1.0.1, read off inspect.signature(deepfocus.FOCUS).
SIGNATURE = {
    "target_tokenizer": inspect.Parameter.empty, "source_tokenizer": inspect.Parameter.empty,
    "source_embeddings": inspect.Parameter.empty, "auxiliary_embedding_mode": "fasttext-tokenlevel",
    "target_training_data_path": None, "fasttext_model_path": None, "language_identifier": None,
    "fasttext_model_epochs": 3, "fasttext_model_dim": 100, "fasttext_model_min_count": 10, "exact_match_all": True,
    "match_symbols": False, "fuzzy_match_all": False, "extend_tokenizer": None, "processes": None, "seed": 42,
    "device": "cpu", "verbosity": "info",
}


def test_keywords_and_defaults():
    found = {name: parameter.default for name, parameter in inspect.signature(FOCUS).parameters.items()
             if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD}
    assert (list(found), found) == (list(SIGNATURE), SIGNATURE)


@pytest.mark.parametrize("case", CASES)
def test_golden_rows(bench, case):
    route, *flags = case.split("-")
    exact, symbols, fuzzy = (flag.endswith("1") for flag in flags)
    own = unpack("golden/tokenizers/target-unigram", bench.folder / "own") if route == "extended" else None
    target = unpack(f"golden/tokenizers/target-{route}", bench.folder / route)
    found = FOCUS(
        target_tokenizer=target, source_tokenizer=Tokenizer.from_file(str(bench.source / "tokenizer.json")),
        source_embeddings=bench.table, exact_match_all=exact, match_symbols=symbols, fuzzy_match_all=fuzzy,
        fasttext_model_path=str(golden_vectors(f"target-{route}", bench.folder)), extend_tokenizer=own,
        verbosity="silent")
    wanted, golden = np.load(FIXTURES / "golden" / f"embeddings-{case}.npy"), read_json(f"golden/focus-{case}.json")
    copied = [entry["id"] for entry in golden["overlap"]]
    combined = sorted(set(golden["new"]) - set(golden["random_init"]))
    assert (type(found), found.dtype, found.shape) == (np.ndarray, np.float32, wanted.shape)
    same(found[copied], wanted[copied])
    np.testing.assert_allclose(found[combined], wanted[combined], atol=1e-5)


def test_head_and_biases_in_one_call(bench):
    head, bias = bench.table[:, ::-1].copy(), bench.table[:, 3].copy()
    given = {"verbosity": "silent", "fasttext_model_path": str(bench.vectors)}
    table = FOCUS(bench.target, bench.source, bench.table, **given)
    plan = swiftfocus.plan(bench.source, bench.target, auxiliary=bench.vectors, match="exact",
                           match_like_reference=True, embeddings=bench.table)
    drawn = plan.to_arrays().kinds == swiftfocus.KINDS.index("sample")
    same(table, plan.apply(bench.table))
    for arrays in ((bench.table, head, bias), [bench.table, head, bias],
                   {"table": bench.table, "head": head, "bias": bias}):
        found = FOCUS(bench.target, bench.source, arrays, **given)
        assert type(found) is type(arrays)
        rows = list(found.values()) if isinstance(found, dict) else list(found)
        same(rows[0], table)
        same(rows[2][~drawn], table[~drawn, 3])
        assert rows[1].shape == table.shape
    same(FOCUS(bench.target, bench.source, bench.table.astype(np.float16), dtype="source", **given),
         FOCUS(bench.target, bench.source, bench.table.astype(np.float16), dtype="float16", **given))


def test_vectors_without_an_ending(bench):
    named = bench.folder / "model"
    bench.vectors.with_name("aux.vec").write_text("1 2\nx 0.5 0.5\n")
    bench.vectors.with_name("aux.vec").rename(named)
    with pytest.raises(FocusError, match="model|vectors"):
        FOCUS(bench.target, bench.source, bench.table, fasttext_model_path=str(named), verbosity="silent")


@pytest.mark.parametrize(("options", "words"), [
    ({}, "token vectors are needed"), ({"auxiliary_embedding_mode": "x"}, "fasttext-tokenlevel"),
    ({"auxiliary_embedding_mode": "fasttext-wordlevel"}, "language_identifier"),
    ({"auxiliary_embedding_mode": "fasttext-wordlevel", "language_identifier": "xx"}, "cc.xx.300.bin"),
    ({"exact_match_all": False, "fasttext_model_path": "x.bin"}, "overlap"),
    ({"verbosity": "loud", "fasttext_model_path": "x.bin"}, "verbosity"),
    ({"fasttext_model_path": "none.bin"}, "none.bin"), ({"target_training_data_path": "none.txt"}, "none.txt"),
])
def test_what_is_missing(bench, options, words):
    with pytest.raises(FocusError, match=words):
        FOCUS(bench.target, bench.source, bench.table, **{"verbosity": "silent", **options})


def test_unknown_keywords(bench):
    with pytest.raises(TypeError, match="did you mean 'fuzzy_match_all'"):
        FOCUS(bench.target, bench.source, bench.table, fuzzy_match=True)
    with pytest.raises(FocusError, match="empty"):
        FOCUS(bench.target, bench.source, [], fasttext_model_path="x.bin")
