"""Training of tokenizers beside sentencepiece and tokenizers: same text, same size, whole processes, by turns.

Every 50th line of a text is held out, and says how well the result compresses.
"""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LANGUAGES = ("de", "fr", "ja")
SIZE = 30_000
KINDS = {  # of focus, with what does the same
    "byte-level": ("tokenizers:byte-level",), "bpe": ("sentencepiece:bpe",),
    "unigram": ("sentencepiece:unigram", "tokenizers:unigram"),
}


class MakingBench:
    """Runs the cases for a `Bench`."""

    def __init__(self, bench):
        self.bench = bench
        self.options = bench.options
        self.folder = bench.scratch / "making"
        self.folder.mkdir(exist_ok=True)

    def split(self, language: str) -> tuple[pathlib.Path, pathlib.Path]:
        source = self.options.data / f"{language}.txt"
        if not source.exists():
            subprocess.run([HERE.parent / "make-corpus", language, source], check=True)
        lines = source.read_text(encoding="utf-8").split("\n")
        text, held_out = self.folder / f"{language}.txt", self.folder / f"{language}-held-out.txt"
        text.write_text("\n".join(line for index, line in enumerate(lines) if index % 50) + "\n", encoding="utf-8")
        held_out.write_text("\n".join(lines[::50]) + "\n", encoding="utf-8")
        return text, held_out

    def run(self, who: str, kind: str, text: pathlib.Path) -> tuple[dict, pathlib.Path]:
        output = self.folder / who.replace(":", "-")
        if who == "focus":
            shutil.rmtree(output, ignore_errors=True)
            command = ["focus", "train-tokenizer", "--corpus", text, "--type", kind, "--size", SIZE, "--output", output,
                       "--quiet", "--threads", self.bench.most]
            made = output / "tokenizer.json"
        else:
            command = [self.options.reference_python, HERE / "peer_making.py", "train", who, text, SIZE, output]
            made = output.with_name(output.name + (".model" if who.startswith("sentencepiece") else ".json"))
        # By way of a small process: what this one has in memory would count until the child is itself.
        answer = self.folder / "measured.json"
        subprocess.run([sys.executable, HERE / "measure.py", answer, *map(str, command)])
        result = json.loads(answer.read_text())
        if result["exitCode"]:
            raise SystemExit(f"benchmark: error: {who} ended with exit code {result['exitCode']}")
        return result, made

    def making(self) -> list[dict]:
        rows = []
        for language in LANGUAGES:
            text, held_out = self.split(language)
            for kind, peers in KINDS.items():
                runs: dict[str, list[dict]] = {who: [] for who in ("focus", *peers)}
                made = {}
                for _ in range(min(self.options.runs, 3)):
                    for who in runs:
                        result, made[who] = self.run(who, kind, text)
                        runs[who].append(result)
                answer = subprocess.run(
                    [self.options.reference_python, HERE / "peer_making.py", "judge", held_out, *made.values()],
                    capture_output=True, text=True, check=True).stdout
                for who, line in zip(runs, answer.splitlines()):
                    rows.append({
                        "language": language, "kind": kind, "who": who, "runs": runs[who],
                        "textBytes": text.stat().st_size,
                        "seconds": statistics.median(run["seconds"] for run in runs[who]),
                        "memory": max(run["peakResidentBytes"] for run in runs[who])} | json.loads(line))
        return rows


def making_table(rows: list[dict]) -> str:
    lines = ["| text | kind | by | seconds | memory | bytes per token | bits per byte |",
             "|---|---|---|---|---|---|---|"]
    for row in rows:
        own = next(other for other in rows if other["who"] == "focus"
                   and (other["language"], other["kind"]) == (row["language"], row["kind"]))
        times = "" if row is own else f" ({row['seconds'] / own['seconds']:.1f}x)"
        parts = "" if row is own else f" ({row['memory'] / own['memory']:.1f}x)"
        bits = f"{row['bitsPerByte']:.4f}" if row["bitsPerByte"] and row["kind"] == "unigram" else ""
        lines.append(
            f"| {row['language']}, {row['textBytes'] / 1e6:.0f} MB | {row['kind']} | {row['who'].split(':')[0]} "
            f"| {row['seconds']:.1f}{times} | {row['memory'] / 1e6:.0f} MB{parts} | {row['bytesPerToken']:.4f} "
            f"| {bits} |")
    return "\n".join(lines)
