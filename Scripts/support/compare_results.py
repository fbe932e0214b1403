"""Compares what two builds of focus write. Called by Scripts/compare-results."""

import argparse
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
METHODS = ("focus", "pieces", "focus+pieces")


class Bed:
    """What the jobs work on: unpacked tokenizers, a part of the corpus, and a checkpoint whose vectors are short."""

    def __init__(self, folder: pathlib.Path, checkpoint: pathlib.Path, corpus: pathlib.Path):
        self.folder = folder
        self.full = checkpoint.resolve()
        self.tokenizers = [self.unpack(path) for path in sorted((FIXTURES / "tokenizers").iterdir())]
        self.golden = {path.name: self.unpack(path) for path in sorted((FIXTURES / "golden/tokenizers").iterdir())}
        self.variants = [self.variant(path) for path in sorted((FIXTURES / "tokenizer-variants").glob("*.json"))]
        self.corpus = folder / "text.txt"
        lines = corpus.read_bytes().splitlines(keepends=True)
        self.corpus.write_bytes(b"".join(lines[: len(lines) // 6]))
        self.documents = folder / "text.jsonl.gz"
        with gzip.open(self.documents, "wt", encoding="utf-8") as file:
            for line in lines[: len(lines) // 12]:
                file.write(json.dumps({"text": line.decode("utf-8").rstrip("\n")}) + "\n")
        self.small = self.shortened(self.full, folder / "small")

    @property
    def target(self) -> pathlib.Path:
        return self.tokenizers[0]

    def unpack(self, path: pathlib.Path) -> pathlib.Path:
        result = self.folder / "tokenizers" / path.name
        result.mkdir(parents=True)
        for file in path.iterdir():
            data = file.read_bytes()
            plain = file.name.removesuffix(".gz")
            (result / plain).write_bytes(gzip.decompress(data) if plain != file.name else data)
        return result

    def variant(self, path: pathlib.Path) -> pathlib.Path:
        result = self.folder / "tokenizers" / path.stem
        result.mkdir(parents=True)
        tokenizer = json.loads(path.read_text(encoding="utf-8"))["tokenizer"]
        (result / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
        return result

    def auxiliary(self, target: str) -> pathlib.Path:
        """The golden vectors of a target tokenizer, as focus reads them."""
        path = self.folder / f"aux-{target}.npy"
        if not path.exists():
            shutil.copy(FIXTURES / "golden" / path.name, path)
            tokens = json.loads((FIXTURES / "golden" / f"aux-{target}.tokens.json").read_text(encoding="utf-8"))
            lines = "".join(json.dumps(token) + "\n" for token in tokens)
            path.with_suffix(".txt").write_text(lines, encoding="utf-8")
        return path

    def shortened(self, checkpoint: pathlib.Path, result: pathlib.Path, width: int = 24) -> pathlib.Path:
        """A checkpoint of the same vocabulary whose tables have few columns."""
        import ml_dtypes
        from safetensors.numpy import load_file, save_file
        result.mkdir()
        for path in checkpoint.iterdir():
            if path.suffix == ".json":
                shutil.copy(path, result / path.name)
        config = json.loads((result / "config.json").read_text())
        tensors = load_file(checkpoint / "model.safetensors")
        table = next(value for value in tensors.values() if value.shape[0] == config["vocab_size"])
        short = {"embeddings.word_embeddings.weight": table[:, :width], "lm_head.bias": table[:, width],
                 "lm_head.decoder.weight": table[:, width:2 * width].astype(ml_dtypes.bfloat16),
                 "encoder.dense.weight": table[:width, :width]}
        config["hidden_size"] = width
        (result / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        save_file({name: value.copy() for name, value in short.items()}, result / "model.safetensors",
                  metadata={"format": "pt"})
        return result


def jobs(bed: Bed):
    """Name and command line of each job; {out} stands for what it writes, and {copy} for a copy of the checkpoint."""
    for tokenizer in bed.tokenizers + list(bed.golden.values()) + bed.variants:
        yield f"token ids: {tokenizer.name}", ["tokenize", "--tokenizer", tokenizer, bed.corpus]
    yield "token ids: special, JSONL", ["tokenize", "--special", "--tokenizer", bed.target, bed.documents]
    yield "tokens: JSONL", ["tokenize", "--tokens", "--tokenizer", bed.target, bed.documents]

    for threads in (1, 2):
        yield f"trained: {threads} threads", ["train-auxiliary", "--tokenizer", bed.target, "--corpus", bed.corpus,
                                              "--threads", threads, "--output", "{out}/model.bin"]
    yield "trained: 37 dimensions, two files", [
        "train-auxiliary", "--tokenizer", bed.tokenizers[-1], "--corpus", bed.documents, bed.corpus, "--dimension", 37,
        "--epochs", 2, "--min-count", 5, "--output", "{out}/model.bin"]

    vectors = bed.folder / "vectors.bin"

    def specialize(*more, checkpoint=bed.small, tokenizer=bed.target, auxiliary=vectors, output=True):
        made = ["specialize", checkpoint, "--tokenizer", tokenizer, "--save-plan", "{out}/plan"]
        made += ["--auxiliary", auxiliary] if auxiliary else []
        # Builds differ in what they do by default with rows that the method cannot reach.
        made += ["--rare", "normal"] if "--rare" not in more else []
        made += ["--method", "focus"] if "--method" not in more and "--match-like-reference" not in more else []
        return made + (["--output", "{out}/checkpoint"] if output else []) + list(more)

    for method in METHODS:
        yield f"{method}: real checkpoint, text", specialize(
            "--method", method, "--corpus", bed.corpus, "--no-cache", checkpoint=bed.full, auxiliary=None)
        yield f"{method}: text and vectors", specialize("--method", method, "--corpus", bed.corpus)
        yield f"{method}: one thread", specialize("--method", method, "--threads", 1, "--piece-weights", "uniform")
        yield f"{method}: in place", specialize("--method", method, "--in-place", checkpoint="{copy}", output=False)
    for match in (("fuzzy",), ("symbols",), ("exact", "fuzzy", "symbols")):
        options = [word for name in match for word in ("--match", name)]
        yield f"match: {', '.join(match)}", specialize(*options)
    for rare in ("normal", "mean", "pieces"):
        yield f"rare rows: {rare}", specialize(
            "--rare", rare, "--min-count", 50, "--corpus", bed.corpus, auxiliary=None)
    yield "like the reference", specialize("--match-like-reference")
    yield "temperature, norms, padding, seed", specialize(
        "--temperature", 2.5, "--match-norm", "--pad-to-multiple-of", 64, "--seed", 7)
    for target in ("bpe", "unigram", "wordpiece"):
        yield f"golden: {target}", specialize(
            tokenizer=bed.golden[f"target-{target}"], auxiliary=bed.auxiliary(f"target-{target}"))
    yield "extended vocabulary", specialize(
        "--extend-with", bed.golden["target-bpe"], checkpoint=bed.folder / "extended",
        tokenizer=bed.golden["target-extended"], auxiliary=bed.auxiliary("target-extended"))
    yield "a kept plan", ["specialize", bed.small, "--tokenizer", bed.target, "--plan", bed.folder / "plan",
                          "--output", "{out}/checkpoint"]
    yield "keep the original", specialize(
        "--in-place", "--keep-original", "{out}/original", checkpoint="{copy}", output=False)
    for format, compression in (("npy", "none"), ("npz", "none"), ("hdf5", "none"), ("hdf5", "gzip"), ("hdf5", "zstd"),
                                ("raw", "none"), ("raw", "zstd")):
        more = ["--to", format, "--compression", compression]
        yield f"written as {format}, {compression}", specialize(*more)
        yield f"converted to {format}, {compression}", ["convert", bed.small, "{out}/checkpoint", *more]
    yield "written in shards", specialize("--to", "safetensors", "--shard-size", "1MB")
    for dtype in ("f16", "bf16", "f64"):
        yield f"converted to {dtype}", ["convert", bed.small, "{out}/checkpoint", "--dtype", dtype]
    yield "compared", ["compare", bed.small, "--tokenizer", bed.target, "--corpus", bed.corpus, "--no-cache", "--json"]
    yield "inspected", ["inspect", bed.small, "--stats", "--json"]
    yield "explained", ["explain", bed.folder / "plan", "#5", "#700", "#9000", "--json"]


def digest(outcome: subprocess.CompletedProcess, folder: pathlib.Path) -> str:
    """The SHA-256 of the exit code, what was printed, and every path with its contents."""
    total = hashlib.sha256(str(outcome.returncode).encode() + outcome.stdout)
    for path in sorted(folder.rglob("*")):
        total.update(str(path.relative_to(folder)).encode() + b"\0")
        if path.is_file():
            with open(path, "rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def run(binary: pathlib.Path, command: list, bed: Bed, base: pathlib.Path) -> tuple[str, str]:
    """What a job came to: its digest, and the last line on stderr where it failed."""
    home = base / "run"
    out, copy = home / "out", home / "copy"
    shutil.rmtree(home, ignore_errors=True)
    for folder in (home / "home", home / "tmp", out):
        folder.mkdir(parents=True)
    if "{copy}" in map(str, command):
        shutil.copytree(bed.small, copy)
    words = [str(word).replace("{out}", str(out)).replace("{copy}", str(copy)) for word in command]
    environment = {**os.environ, "HOME": str(home / "home"), "TMPDIR": str(home / "tmp"),
                   "XDG_CACHE_HOME": str(home / "home/.cache")}
    outcome = subprocess.run([str(binary), *words], stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    if copy.exists():
        copy.rename(out / "copy")
    complaint = outcome.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] if outcome.returncode else []
    return digest(outcome, out), "".join(complaint).replace(str(home), "")


def prepare(old: pathlib.Path, bed: Bed) -> None:
    """Makes with the old build what several jobs read: trained vectors, a plan, and a checkpoint to extend."""
    def focus(*words):
        subprocess.run([str(old), *map(str, words), "--quiet"], check=True, stdin=subprocess.DEVNULL)

    vectors = bed.folder / "vectors.bin"
    focus("train-auxiliary", "--tokenizer", bed.target, "--corpus", bed.corpus, "--output", vectors)
    focus("specialize", bed.small, "--tokenizer", bed.target, "--auxiliary", vectors,
          "--save-plan", bed.folder / "plan", "--output", bed.folder / "unused")
    import numpy as np
    from safetensors.numpy import save_file
    extended = bed.folder / "extended"
    shutil.copytree(bed.golden["source"], extended)
    table = np.load(FIXTURES / "golden/source_embeddings.npy")
    save_file({"model.embed_tokens.weight": table}, extended / "model.safetensors", metadata={"format": "pt"})
    config = {"model_type": "llama", "vocab_size": table.shape[0], "hidden_size": table.shape[1]}
    (extended / "config.json").write_text(json.dumps(config))


def main() -> int:
    parser = argparse.ArgumentParser(prog="Scripts/compare-results", description=__doc__)
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--only", default="", metavar="WORD", help="only jobs whose names have it")
    data = pathlib.Path(os.environ["FOCUS_CACHE"]) / "judge-data"
    parser.add_argument("--checkpoint", type=pathlib.Path, default=data / "e5-small")
    parser.add_argument("--corpus", type=pathlib.Path, default=data / "de.txt")
    parser.add_argument("--keep", action="store_true", help="keep the folder that the jobs ran in")
    arguments = parser.parse_args()
    old, new = arguments.old.resolve(), arguments.new.resolve()
    base = pathlib.Path(tempfile.mkdtemp(prefix="focus-compare-"))
    different, failed, count = [], 0, 0
    try:
        (base / "bed").mkdir()
        bed = Bed(base / "bed", arguments.checkpoint, arguments.corpus)
        prepare(old, bed)
        print("| job | old | new | |\n|---|---|---|---|", flush=True)
        for name, command in jobs(bed):
            if arguments.only not in name:
                continue
            count += 1
            (before, complaint), (after, other) = (run(binary, command, bed, base) for binary in (old, new))
            verdict = "same" if before == after else "DIFFERENT"
            if before != after:
                different.append(name)
            for text in dict.fromkeys(filter(None, (complaint, other))):
                failed += 1
                verdict += f": {text}"
            print(f"| {name} | {before[:12]} | {after[:12]} | {verdict} |", flush=True)
    finally:
        if arguments.keep:
            print(f"kept: {base}")
        else:
            shutil.rmtree(base, ignore_errors=True)
    print(f"\n{count} jobs, {len(different)} different, {failed} failed")
    for name in different:
        print(f"different: {name}")
    return 1 if different or failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
