"""The package as a whole: what it needs, how long it takes to load, how much memory rows take, and its page."""

import json
import pathlib
import re
import statistics
import types

import numpy as np
import pytest
import swiftfocus

from conftest import ROOT, documents, program, unpack


def test_nothing_else_is_needed():
    others = ["numpy", "torch", "tokenizers", "json", "logging"]
    done = program("import sys, swiftfocus, swiftfocus.compat\n"
                   f"print([name for name in {others} if name in sys.modules])")
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_rows_without_numpy(bench):
    """Arrays of the standard library go in, and a memoryview comes out."""
    wanted = swiftfocus.plan(bench.source, bench.target, method="pieces").apply(bench.table)
    (bench.folder / "table").write_bytes(bench.table.tobytes())
    done = program(f"""
import array, sys
sys.modules['numpy'] = None
import swiftfocus
plan = swiftfocus.plan({str(bench.source)!r}, {str(bench.target)!r}, method='pieces')
rows = open({str(bench.folder / 'table')!r}, 'rb').read()
found = plan.apply(memoryview(rows).cast('f', {bench.table.shape!r}))
assert type(found) is memoryview and found.shape == {wanted.shape!r}
open({str(bench.folder / 'rows')!r}, 'wb').write(found)
assert plan.to_arrays().offsets[0] == 0
assert plan.apply(array.array('d', range({len(bench.table)}))).format == 'd'
try:
    plan.apply(memoryview(rows).cast('f', {bench.table.shape!r}), dtype='float16')
except swiftfocus.FocusError as error:
    print(error)
""")
    assert (bench.folder / "rows").read_bytes() == wanted.tobytes()
    assert "NumPy" in done.stdout


def test_import_takes_little_time():
    # Processor time: what else the machine does is not counted. The first use loads the rest, and the library.
    for what, most in (("", 0.05), ("; swiftfocus.__version__; swiftfocus.plan; swiftfocus.compat.FOCUS", 0.2)):
        times = [float(program("import time\nstart = time.process_time()\nimport swiftfocus" + what +
                               "\nprint(time.process_time() - start)").stdout) for _ in range(20)]
        assert statistics.median(times) < most


def test_a_library_that_is_not_there(tmp_path):
    for name, contents in (("none.so", None), ("text.so", b"text")):
        if contents:
            (tmp_path / name).write_bytes(contents)
        done = program("import swiftfocus\nswiftfocus.verify('x')", check=False,
                       SWIFTFOCUS_LIBRARY=str(tmp_path / name))
        assert "ImportError: swiftfocus: " in done.stderr and name in done.stderr


def test_names(capsys):
    for name in swiftfocus.__all__:
        assert getattr(swiftfocus, name).__doc__
    assert re.fullmatch(r"\d+\.\d+\.\d+", swiftfocus.__version__)
    assert {*swiftfocus.__all__, "__version__"} <= set(dir(swiftfocus))
    with pytest.raises(AttributeError, match="'nothing'"):
        swiftfocus.nothing
    folder = pathlib.Path(swiftfocus.__file__).parent
    assert (folder / "py.typed").exists()


def large(folder: pathlib.Path, tokens: "list[str]") -> pathlib.Path:
    folder.mkdir()
    scores = [["<unk>", 0.0], *([token, -1.0 - len(token)] for token in tokens)]
    model = {"type": "Unigram", "unk_id": 0, "vocab": scores, "byte_fallback": False}
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}))
    return folder


def test_memory_is_the_result_and_little_more(bench):
    letters = "abcdefghijklmnopqrstuvwxyz"
    numbers = np.random.default_rng(1).choice(26**5, 249_973, replace=False)
    words = ["".join(letters[number // 26**place % 26] for place in range(5)) for number in numbers.tolist()]
    source = large(bench.folder / "source", [*letters, *words])
    target = large(bench.folder / "target", [
        *letters, *words[:20_000], *(words[index] + words[index + 1] for index in range(0, 60_000, 2))])
    done = program(f"""
import numpy, resource, swiftfocus
plan = swiftfocus.plan({str(source)!r}, {str(target)!r}, method='pieces')
assert plan.counts['pieces'] > 25_000, plan
table = numpy.random.default_rng(1).normal(size=(250_000, 384)).astype(numpy.float32)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = plan.apply(table)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 1e6, rows.nbytes / 1e6)
""")
    grown, result = map(float, done.stdout.split())
    assert grown < result + 200


def pages() -> "list[tuple[str, str]]":
    return [(name, block) for name in ("README.md", "docs/python.md") for block in re.findall(
        r"^```python\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)]


def test_every_line_of_the_pages_runs(bench, monkeypatch):
    """The examples of README.md and docs/python.md, one after the other, with files of their names."""
    monkeypatch.chdir(bench.folder)
    tensors = bench.checkpoint()
    (bench.folder / "model").rename("multilingual-e5-small")
    unpack("golden/tokenizers/target-unigram", bench.folder / "german-tokenizer")
    (bench.folder / "german.txt").write_text("\n".join(documents()) + "\n", encoding="utf-8")
    table, bias = tensors.values()

    class Weights:
        weight = table

    model = types.SimpleNamespace(get_input_embeddings=Weights, get_output_embeddings=Weights)
    given = {"source_tokenizer": "multilingual-e5-small", "target_tokenizer": "german-tokenizer", "table": table,
             "head": table, "texts": list(documents()), "bias": bias, "source_model": model}
    blocks = pages()
    assert len(blocks) > 4
    for name, block in blocks:
        code = compile(block, name, "exec")
        exec(code, given)
    assert given["target_embeddings"].shape == given["new_table"].shape
    assert swiftfocus.verify("german-e5")["sound"]
