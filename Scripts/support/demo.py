"""The parts of Scripts/demo that read what focus wrote. Runs in the repository's folder.

usage: demo.py inputs | specialise | rows | check
"""

import json
import os
import pathlib
import sys

from measure import measured
from safetensors import safe_open
from tokenizers import Tokenizer

SOURCE, TARGET = pathlib.Path("demo/e5-small"), pathlib.Path("demo/e5-small-de")
TOKENIZER, CORPUS = pathlib.Path("demo/tokenizer"), pathlib.Path("demo/de.txt")
PLAN, REPORT = pathlib.Path("demo/plan.focusplan"), pathlib.Path("demo/report.json")
MEASURED = pathlib.Path("demo/measured.json")


def megabytes(count: float) -> str:
    return f"{count / 1e6:,.0f} MB"


def folder_size(folder: pathlib.Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def vocabulary_size(folder: pathlib.Path) -> int:
    return json.loads((folder / "config.json").read_text())["vocab_size"]


def inputs() -> None:
    tokenizer = Tokenizer.from_file(str(TOKENIZER / "tokenizer.json"))
    print(f"{SOURCE}      {megabytes(folder_size(SOURCE))}, {vocabulary_size(SOURCE):,} vocabulary rows for 100 "
          f"languages")
    print(f"{TOKENIZER}     {tokenizer.get_vocab_size():,} German tokens")
    print(f"{CORPUS}        {megabytes(CORPUS.stat().st_size)} of German")


def specialise() -> None:
    command = ["focus", "specialize", SOURCE, "--tokenizer", TOKENIZER, "--corpus", CORPUS, "--output", TARGET,
               "--save-plan", PLAN, "--report", REPORT]
    command = list(map(str, command))
    print("$ " + " ".join(command).replace(" --output", " \\\n      --output"), flush=True)
    result = measured(command)
    MEASURED.write_text(json.dumps(result))
    if result["exitCode"]:
        sys.exit(f"demo: error: focus ended with exit code {result['exitCode']}")
    print(f"took {result['seconds']:.1f} s on {os.cpu_count()} cores and at most "
          f"{megabytes(result['peakResidentBytes'])} of memory")


def rows() -> None:
    report, result = json.loads(REPORT.read_text()), json.loads(MEASURED.read_text())
    count, support, made = report["rows"], report["support"], report["modelRows"]

    def line(name: str, number: int, meaning: str) -> None:
        print(f"  {name:<10} {number:>7,} {100 * number / count['target']:5.1f}%   {meaning}")
    print(f"Of {count['target']:,} German tokens")
    line("overlap", count["copied"], "are in the old vocabulary too: their rows are copied, bit for bit")
    line("mixed", count["mixed"],
         f"are half their pieces, half related anchors' rows, {support['mean']:.1f} each ({support['max']} at most)")
    line("pieces", count["pieces"], "are too rare in the corpus for that: the mean of their pieces' rows")
    line("sampled", count["sampled"], "cannot be spelled in pieces: drawn from the old rows' distribution")
    line("anchors", count["anchors"], "of the overlapping tokens are frequent enough to serve as anchors")
    print(f"To both is added what the model's own states tell, learnt from {made['trainingPairs']:,} tokens of both "
          f"vocabularies;\nof those held out, the cosine to the true row is {made['heldOutCosine']:.3f}")
    print(f"Fidelity: {report['measured']['written']:.4f}, the mean cosine of sentences to those of the original")
    print(f"Time: {result['seconds']:.1f} s, of which "
          + ", ".join(f"{stage['name']} {stage['seconds']:.1f}" for stage in report["stages"]))
    print(f"Memory: {megabytes(result['peakResidentBytes'])} at most")
    before, after = folder_size(SOURCE), folder_size(TARGET)
    print(f"Size: {megabytes(before)} before, {megabytes(after)} after ({100 * (1 - after / before):.0f}% smaller)")


def check() -> None:
    tokenizer = Tokenizer.from_file(str(TARGET / "tokenizer.json"))
    rows = vocabulary_size(TARGET)
    with safe_open(TARGET / "model.safetensors", "numpy") as file:
        names = file.keys()
        shape = file.get_slice("embeddings.word_embeddings.weight").get_shape()
    highest = max(tokenizer.get_vocab().values())
    assert shape[0] == rows > highest, (shape, rows, highest)
    text = "Das Betriebssystem startet den Drucker neu."
    before = Tokenizer.from_file(str(SOURCE / "tokenizer.json")).encode(text, add_special_tokens=False).tokens
    after = tokenizer.encode(text, add_special_tokens=False).tokens
    print(f"Opened with safetensors and tokenizers: {len(names)} tensors, {shape[0]:,} rows for ids 0 to {highest:,}.")
    print(f"  before, {len(before)} tokens: {' '.join(before)}\n  after,  {len(after)} tokens: {' '.join(after)}")
    print(f"""
Use it as any other:
  from transformers import AutoModel, AutoTokenizer
  model, tokenizer = AutoModel.from_pretrained("{TARGET}"), AutoTokenizer.from_pretrained("{TARGET}")
Scripts/judge-transformers demo/e5-small demo/e5-small-de does so, and checks it tensor by tensor.""")


if __name__ == "__main__":
    {"inputs": inputs, "specialise": specialise, "rows": rows, "check": check}[sys.argv[1]]()
