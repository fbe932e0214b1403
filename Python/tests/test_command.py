"""The package gives the bytes that the command writes."""

import json

import numpy as np
import pytest
import swiftfocus

from conftest import BIAS, TABLE, TYPES, documents, same


@pytest.mark.parametrize("method", ["focus", "pieces", "focus+pieces", "focus+uniform-pieces"])
@pytest.mark.parametrize("dtype", TYPES)
def test_plans_and_rows(bench, method, dtype):
    tensors = bench.checkpoint(TYPES[dtype])
    wanted, plan = bench.written("--method", method, "--auxiliary", bench.vectors, "--seed", 7)
    found = swiftfocus.plan(bench.source, bench.target, auxiliary=bench.vectors, method=method, seed=7)
    assert bench.saved(found) == plan
    for name in (TABLE, BIAS):
        same(found.apply(tensors[name]), wanted[name])
        same(found.apply(tensors[name], threads=1), wanted[name])


def test_rows_that_were_never_trained_lend_nothing(bench):
    tensors = bench.checkpoint(untrained=40)
    wanted, plan = bench.written("--method", "pieces")
    found = swiftfocus.plan(bench.source, bench.target, embeddings=tensors[TABLE], method="pieces")
    assert bench.saved(found) == plan
    same(found.apply(tensors[TABLE]), wanted[TABLE])
    assert bench.saved(swiftfocus.plan(bench.source, bench.target, method="pieces")) != plan


def test_the_plan_of_a_model(bench):
    tensors = bench.checkpoint(untrained=40)
    wanted, plan = bench.written("--method", "auto", "--auxiliary", bench.vectors)
    found = swiftfocus.plan(target_tokenizer=bench.target, model=bench.folder / "model", auxiliary=bench.vectors)
    assert bench.saved(found) == plan
    same(found.apply(tensors[BIAS]), wanted[BIAS])


def test_text_from_anywhere(bench):
    lines = bench.folder / "text.jsonl"
    lines.write_text("".join(json.dumps({"body": text}) + "\n" for text in documents()), encoding="utf-8")
    bench.checkpoint()
    _, wanted = bench.written("--method", "focus", "--min-count", 1, "--epochs", 1, "--corpus", lines,
                              "--text-field", "body")
    for text, field in ((documents(), "text"), (lines, "body"), (str(lines), "body"), ([str(lines)], "body"),
                        (bench.folder.glob("*.jsonl"), "body"), ([{"body": text} for text in documents()], "body"),
                        (list(documents()), "text")):
        found = swiftfocus.plan(bench.source, bench.target, corpus=text, text_field=field, method="focus", min_count=1,
                                epochs=1, no_cache=True)
        assert bench.saved(found) == wanted


def test_whole_commands(bench):
    bench.checkpoint()
    report = swiftfocus.specialize(bench.folder / "model", bench.target, bench.folder / "ours", corpus=documents(),
                                   method="focus", min_count=1, epochs=1, no_cache=True, measure=False)
    (bench.folder / "text.txt").write_text("\n".join(documents()) + "\n", encoding="utf-8")
    bench.written("--method", "focus", "--min-count", 1, "--epochs", 1, "--corpus", bench.folder / "text.txt")
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        assert (bench.folder / "ours" / name).read_bytes() == (bench.folder / "result" / name).read_bytes()
    ours = bench.folder / "ours"
    assert report["rows"]["target"] == swiftfocus.numpy.load(ours).shape(TABLE)[0]
    assert swiftfocus.diff(ours, bench.folder / "result")["findings"] == []
    assert swiftfocus.diff(ours, bench.folder / "model")["findings"] != []
    assert swiftfocus.verify(ours)["sound"]
    swiftfocus.convert(ours, bench.folder / "ours.npz", to="npz", verify=False)
    with np.load(bench.folder / "ours.npz") as arrays:
        assert {BIAS, TABLE} <= set(arrays)
    assert swiftfocus.inspect(ours, stats=True) == json.loads(bench.focus("inspect", "ours", "--stats", "--json"))
    assert swiftfocus.verify(ours) == json.loads(bench.focus("verify", "ours", "--json"))
    assert bench.focus("--version").strip() == swiftfocus.__version__
