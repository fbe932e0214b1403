"""What a plan can be asked, and kept as."""

import copy
import pickle

import numpy as np
import pytest
import swiftfocus
from tokenizers import Tokenizer

from conftest import program, same


def test_arrays_of_a_plan_make_its_rows(bench):
    plan = swiftfocus.plan(bench.source, bench.target, auxiliary=bench.vectors, method="focus")
    kinds, offsets, sources, weights = plan.to_arrays()
    assert (kinds.dtype, offsets.dtype, sources.dtype, weights.dtype) == (np.uint8, np.int64, np.int32, np.float64)
    found, table = plan.apply(bench.table), bench.table.astype(np.float64)
    assert plan.counts["combine"] > 20
    for row in range(len(plan)):
        kind = swiftfocus.KINDS[kinds[row]]
        terms = slice(offsets[row], offsets[row + 1])
        if kind == "sample":
            continue
        np.testing.assert_allclose(found[row], weights[terms] @ table[sources[terms]], rtol=1e-6, atol=1e-6)
        if kind == "copy":
            assert found[row].tobytes() == bench.table[sources[terms]][0].tobytes()
        assert sorted(part["id"] for part in plan.explain(row)["parts"]) == sorted(sources[terms].tolist())


def test_explain(bench, pieces):
    tokenizer = Tokenizer.from_file(str(bench.target / "tokenizer.json"))
    for token in (7, np.int64(7), tokenizer.id_to_token(7)):
        assert pieces.explain(token)["token"] == tokenizer.id_to_token(7)
    for token, code in (("no such token", "missing"), (10**9, "missing"), (-1, "missing"), ("\ud800", "option")):
        with pytest.raises(swiftfocus.FocusError) as caught:
            pieces.explain(token)
        assert caught.value.code == code
    with pytest.raises(TypeError):
        pieces.explain(1.5)


def test_saved_and_copied(bench, pieces):
    wanted = pieces.apply(bench.table)
    pieces.save(bench.folder / "kept")
    for plan in (swiftfocus.Plan.load(bench.folder / "kept"), pickle.loads(pickle.dumps(pieces)), copy.copy(pieces),
                 copy.deepcopy(pieces)):
        same(plan.apply(bench.table), wanted)
        assert (len(plan), plan.counts, plan.metadata, repr(plan)) == (
            len(pieces), pieces.counts, pieces.metadata, repr(pieces))
    for path in (bench.vectors, bench.folder / "none", bench.folder, "", "a\0b"):
        with pytest.raises(swiftfocus.FocusError):
            swiftfocus.Plan.load(path)
    with pytest.raises(swiftfocus.FocusError):
        pieces.save(bench.folder / "none" / "kept")


def test_a_plan_that_was_changed(bench, pieces):
    """Whatever bytes a plan file has, rows are made of the table or not at all."""
    data = bytearray(bench.saved(pieces))
    random = np.random.default_rng(5)
    path = bench.folder / "changed"
    for _ in range(200):
        changed = bytearray(data)
        for place in random.integers(0, len(data), 3):
            changed[place] = random.integers(0, 256)
        path.write_bytes(changed[:random.integers(0, len(data))] if random.integers(0, 4) == 0 else changed)
        try:
            swiftfocus.Plan.load(path).apply(bench.table)
        except swiftfocus.FocusError:
            pass


def test_plans_are_not_made_of_numbers(pieces):
    with pytest.raises(TypeError, match="swiftfocus.plan"):
        swiftfocus.Plan()
    with pytest.raises(TypeError):
        swiftfocus.Plan(12345)


def test_errors_can_be_sent(bench):
    error = pickle.loads(pickle.dumps(swiftfocus.FocusError("a sentence", "missing")))
    assert (str(error), error.code) == ("a sentence", "missing")


def test_rows_for_a_tensor_that_a_plan_does_not_name(bench, pieces):
    assert pieces.tensors == []
    same(pieces.apply(bench.table, tensor="lm_head.weight"), pieces.apply(bench.table))


def test_handles_are_given_back(bench):
    np.save(bench.folder / "table.npy", bench.table)
    done = program(f"""
import gc, resource, numpy, swiftfocus
def grown(count):
    for _ in range(count):
        plan = swiftfocus.plan({str(bench.source)!r}, {str(bench.target)!r}, method='pieces')
        plan.explain(3), plan.to_arrays(), plan.apply(table)
        try:
            swiftfocus.plan({str(bench.source)!r}, 'none')
        except swiftfocus.FocusError:
            pass
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
table = numpy.load({str(bench.folder / 'table.npy')!r})
print(-grown(10) + grown(30))
""")
    assert int(done.stdout) < 20_000  # kilobytes
